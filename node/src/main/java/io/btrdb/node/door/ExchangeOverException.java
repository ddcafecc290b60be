package io.btrdb.node.door;

/** Ends work for a call that nobody waits for any more. Says nothing: see the exchange. */
final class ExchangeOverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExchangeOverException() {
    super("the client is gone or its deadline has passed", null, false, false);
  }
}
