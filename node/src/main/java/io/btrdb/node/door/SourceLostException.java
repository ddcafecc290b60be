package io.btrdb.node.door;

/** A node that had one of several streams went away in the middle of reading them. */
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
