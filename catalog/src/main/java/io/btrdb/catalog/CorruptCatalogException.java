package io.btrdb.catalog;

/** A log entry or a row of the state that does not follow its grammar; the message names it. */
public final class CorruptCatalogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CorruptCatalogException(String message, Throwable cause) {
    super(message, cause);
  }
}
