package io.btrdb.storage;

/** A segment that the store does not hold. */
public final class MissingSegmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MissingSegmentException(SegmentId id) {
    super("segment " + id + " is not in this store");
  }
}
