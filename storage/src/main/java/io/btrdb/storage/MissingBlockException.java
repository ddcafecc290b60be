package io.btrdb.storage;

/**
 * A segment that is there and whole, but does not hold this block: the block was dead when the
 * segment was rewritten, or never was. Not a fault of the disk, so no peer has it either.
 */
public final class MissingBlockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MissingBlockException(SegmentId segment, int ordinal, String why) {
    super("segment " + segment + " does not hold block " + ordinal + ": " + why);
  }
}
