package io.btrdb.placement.coordination;

/** ZooKeeper did not do what it was asked. */
public final class CoordinationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a caller can do about it. */
  public enum Kind {
    /** ZooKeeper is away: try again later. Whether a write took effect is not known. */
    AWAY,
    /** Somebody else has written since the version one started from: read again. */
    STALE,
    /** Anything else, such as a missing right. */
    FAILED
  }

  private final Kind kind;

  CoordinationException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** There is no session with ZooKeeper at all. */
  public static CoordinationException away() {
    return new CoordinationException(Kind.AWAY, "ZooKeeper is away", null);
  }

  public Kind kind() {
    return kind;
  }
}
