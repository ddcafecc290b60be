package io.btrdb.sql;

/** A {@link RowSource} cannot give its rows; its makers say more in a class of their own. */
public class SourceFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public SourceFailedException(String message) {
    super(message, null, false, false);
  }
}
