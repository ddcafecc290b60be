package io.btrdb.node.catalog;

/** The catalog's log did not take a command, or did not vouch for a read. */
public final class CatalogLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean overloaded;
  private final boolean unknown;

  /**
   * @param overloaded the log's queue is full; else another replica may do better
   * @param unknown the command may take effect all the same
   */
  public CatalogLogException(String message, boolean overloaded, boolean unknown, Throwable cause) {
    super(message, cause);
    this.overloaded = overloaded;
    this.unknown = unknown;
  }

  public boolean overloaded() {
    return overloaded;
  }

  public boolean unknown() {
    return unknown;
  }
}
