package io.btrdb.node.door;

/** One of several streams cannot be read with the others: its node went away, or it refuses. */
final class SourceLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  SourceLostException(Refusal refusal) {
    super(refusal.message());
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
