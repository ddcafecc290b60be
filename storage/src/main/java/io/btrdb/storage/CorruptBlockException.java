package io.btrdb.storage;

/**
 * A block that is damaged, or is not the block that was asked for. Its bytes are never returned.
 * The replica can fetch a good copy from a peer.
 */
public final class CorruptBlockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SegmentId segment;
  private final int ordinal;
  private final boolean misdirected;

  /** A damaged block; {@code ordinal} is -1 when the segment's own framing is what is broken. */
  public CorruptBlockException(SegmentId segment, int ordinal, String what) {
    this(segment, ordinal, what, false);
  }

  /**
   * @param misdirected true when the bytes are whole but belong to another address
   */
  public CorruptBlockException(SegmentId segment, int ordinal, String what, boolean misdirected) {
    super("segment " + segment + (ordinal < 0 ? "" : " block " + ordinal) + ": " + what);
    this.segment = segment;
    this.ordinal = ordinal;
    this.misdirected = misdirected;
  }

  public SegmentId segment() {
    return segment;
  }

  /** The block, or -1 for the segment's header, directory, footer or trailer. */
  public int ordinal() {
    return ordinal;
  }

  /**
   * True when a valid block of another address was found in this one's place: a lost or misdirected
   * write, or a fault in our own addressing. False when the bytes themselves are damaged.
   */
  public boolean misdirected() {
    return misdirected;
  }
}
