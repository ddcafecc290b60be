package io.btrdb.storage;

/** A segment that the store does not hold. */
public final class MissingSegmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SegmentId segment;

  public MissingSegmentException(SegmentId id) {
    super("segment " + id + " is not in this store");
    this.segment = id;
  }

  public SegmentId segment() {
    return segment;
  }
}
