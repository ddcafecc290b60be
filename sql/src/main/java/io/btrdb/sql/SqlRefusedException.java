package io.btrdb.sql;

import java.util.Optional;

/** A query is not answered, or not further, for a reason that its sender can read. */
public final class SqlRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Whose turn it is. */
  public enum Reason {
    /** The text or a parameter is wrong, or asks for what is not served. */
    BAD_QUERY,
    /** The query needs more than one query may have; the same again would, too. */
    TOO_LARGE,
    /** Queries together use all that they may; the same again later would do. */
    BUSY,
    /** Time is up, or nobody waits any more. */
    STOPPED
  }

  private final Reason reason;

  SqlRefusedException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static SqlRefusedException bad(String format, Object... values) {
    return new SqlRefusedException(Reason.BAD_QUERY, String.format(format, values));
  }

  /** A mistake at a character of the text. */
  static SqlRefusedException bad(Optional<TextPlace> place, String message) {
    return new SqlRefusedException(
        Reason.BAD_QUERY, place.map(at -> at + ": ").orElse("") + message);
  }

  public Reason reason() {
    return reason;
  }
}
