package io.btrdb.node.backup;

/** A new cluster cannot be made as asked. The message is for people. */
public final class SeedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SeedException(String message) {
    super(message);
  }

  public SeedException(String message, Throwable cause) {
    super(message, cause);
  }
}
