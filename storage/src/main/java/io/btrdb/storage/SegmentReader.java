package io.btrdb.storage;

/**
 * One stored segment as a whole: its footer and its blocks in order, for recovery, rewriting and
 * tools. Reads the segment's tail once. Any thread may use it.
 */
public final class SegmentReader {
  private final SegmentStore store;
  private final SegmentId id;
  private final int generation;
  private final SegmentDirectory directory;
  private final byte[] footer;

  private SegmentReader(SegmentStore store, SegmentId id, SegmentDirectory.Tail tail) {
    this.store = store;
    this.id = id;
    this.generation = tail.generation();
    this.directory = tail.directory();
    this.footer = tail.footer();
  }

  /**
   * Reads and checks the segment's tail.
   *
   * @throws CorruptBlockException with ordinal -1 when the segment's tail is damaged
   * @throws MissingSegmentException when the segment is not there
   */
  public static SegmentReader open(SegmentStore store, SegmentId id) {
    return new SegmentReader(store, id, SegmentDirectory.read(store, id));
  }

  public SegmentId id() {
    return id;
  }

  /** How often the segment was rewritten, see {@link SegmentRewriter}; 0 for never. */
  public int generation() {
    return generation;
  }

  /** The bytes given to {@link SegmentBuilder#finish}, the caller's own copy. */
  public byte[] footer() {
    return footer.clone();
  }

  /** Ordinals of the segment, those that are no longer present included. */
  public int blockCount() {
    return directory.blockCount();
  }

  public boolean isPresent(int ordinal) {
    return ordinal >= 0 && ordinal < directory.blockCount() && directory.isPresent(ordinal);
  }

  /** Bytes that a block takes in the segment, its header included; 0 when it is not present. */
  public int blockBytes(int ordinal) {
    return isPresent(ordinal) ? directory.blockBytes(ordinal) : 0;
  }

  /**
   * Reads one block and checks it.
   *
   * @throws CorruptBlockException when the block is damaged or misdirected
   * @throws MissingBlockException when the segment does not hold it
   */
  public Block read(int ordinal) {
    directory.checkPresent(id, ordinal);
    int length = directory.blockBytes(ordinal);
    byte[] bytes = store.read(id, directory.start(ordinal), length);
    return SegmentFormat.readBlock(id, ordinal, bytes, 0, length);
  }
}
