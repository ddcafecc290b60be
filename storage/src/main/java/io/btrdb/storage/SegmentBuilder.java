package io.btrdb.storage;

import java.util.Arrays;
import java.util.Objects;

/**
 * Assembles a segment in memory: blocks in the order they are appended, then their directory.
 * {@link SegmentFormat} gives the grammar.
 *
 * <p>Used by one thread. A builder that has {@linkplain #finish finished} refuses everything.
 */
public final class SegmentBuilder {
  /** Bytes of payload that one block may hold. */
  public static final int BLOCK_PAYLOAD_BYTES_MAX = SegmentFormat.BLOCK_PAYLOAD_BYTES_MAX;

  /**
   * What a block costs beside its payload, its directory entry of one to three bytes not counted.
   */
  public static final int BLOCK_OVERHEAD_BYTES = SegmentFormat.BLOCK_HEADER_BYTES;

  /** Ordinals that one segment may hold. */
  public static final int BLOCKS_MAX = SegmentFormat.BLOCKS_MAX;

  private static final int FIRST_CAPACITY_BYTES = 16 * 1024;
  private static final int VARINT_BYTES_MAX = 5;

  private final SegmentId id;
  private final int generation;
  private byte[] bytes = new byte[FIRST_CAPACITY_BYTES];
  private int size = SegmentFormat.HEADER_BYTES;

  /** The directory's entries so far, in their stored form. */
  private byte[] entries = new byte[256];

  private int entriesSize;
  private int ordinals;

  /** Ordinals skipped since the last block; they become one entry. */
  private int skipped;

  private boolean finished;

  /** A segment of the first generation. */
  public SegmentBuilder(SegmentId id) {
    this(id, 0);
  }

  SegmentBuilder(SegmentId id, int generation) {
    this.id = Objects.requireNonNull(id, "id");
    this.generation = generation;
    SegmentFormat.writeHeader(id, generation, bytes);
  }

  public SegmentId id() {
    return id;
  }

  /** The ordinal the next block gets. */
  public int nextOrdinal() {
    return ordinals;
  }

  /** Bytes so far, directory not counted. */
  public int sizeBytes() {
    return size;
  }

  /**
   * Adds a block and returns its ordinal. The payload is copied.
   *
   * @param kind what the payload is, 0 to 255, chosen by the caller (the tree)
   * @param length at most {@link #BLOCK_PAYLOAD_BYTES_MAX}
   */
  public int append(int kind, byte[] payload, int offset, int length) {
    if (kind < 0 || kind > 0xFF) {
      throw new IllegalArgumentException("block kind must be 0 to 255, is " + kind);
    }
    if (length > BLOCK_PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a block holds at most " + BLOCK_PAYLOAD_BYTES_MAX + " bytes, not " + length);
    }
    Objects.checkFromIndexSize(offset, length, payload.length);
    int ordinal = takeOrdinals(1);
    endSkipped();
    addEntry(length + 1);
    reserve(SegmentFormat.BLOCK_HEADER_BYTES + length);
    System.arraycopy(payload, offset, bytes, size + SegmentFormat.BLOCK_HEADER_BYTES, length);
    SegmentFormat.writeBlockHeader(id, ordinal, kind, bytes, size, length);
    size += SegmentFormat.BLOCK_HEADER_BYTES + length;
    return ordinal;
  }

  /**
   * Leaves out the next {@code count} ordinals: reading one is a {@link MissingBlockException}. For
   * rewriting a segment with only its live blocks, which keep their addresses.
   */
  public void skip(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("must skip at least one ordinal, not " + count);
    }
    takeOrdinals(count);
    skipped += count;
  }

  /**
   * Closes the segment with its directory and a footer of the caller's bytes, and returns all of
   * it.
   */
  public byte[] finish(byte[] footer) {
    checkOpen();
    endSkipped();
    finished = true;
    byte[] blocks = new byte[VARINT_BYTES_MAX];
    int blocksLength = putVarint(blocks, 0, ordinals);
    int directoryLength = blocksLength + entriesSize;
    reserve((long) directoryLength + footer.length + SegmentFormat.TRAILER_BYTES);

    int total = size + directoryLength + footer.length + SegmentFormat.TRAILER_BYTES;
    byte[] segment = Arrays.copyOf(bytes, total);
    System.arraycopy(blocks, 0, segment, size, blocksLength);
    System.arraycopy(entries, 0, segment, size + blocksLength, entriesSize);
    System.arraycopy(footer, 0, segment, size + directoryLength, footer.length);
    SegmentFormat.writeTrailer(id, generation, segment, size, directoryLength, footer.length);
    bytes = null;
    entries = null;
    return segment;
  }

  private void checkOpen() {
    if (finished) {
      throw new IllegalStateException("segment " + id + " is finished");
    }
  }

  private int takeOrdinals(int count) {
    checkOpen();
    if (count > BLOCKS_MAX - ordinals) {
      throw new IllegalStateException(
          "segment " + id + " would hold over " + BLOCKS_MAX + " blocks");
    }
    int first = ordinals;
    ordinals += count;
    return first;
  }

  private void endSkipped() {
    if (skipped > 0) {
      addEntry(0);
      addEntry(skipped);
      skipped = 0;
    }
  }

  private void addEntry(int value) {
    if (entriesSize + VARINT_BYTES_MAX > entries.length) {
      entries = Arrays.copyOf(entries, entries.length * 2);
    }
    entriesSize = putVarint(entries, entriesSize, value);
  }

  private void reserve(long more) {
    long needed = size + more;
    if (needed > SegmentFormat.SEGMENT_BYTES_MAX) {
      throw new IllegalStateException("segment " + id + " would take " + needed + " bytes");
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, bytes.length * 2L));
    }
  }

  private static int putVarint(byte[] target, int at, int value) {
    int next = at;
    int rest = value;
    while (rest > 0x7F) {
      target[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[next++] = (byte) rest;
    return next;
  }
}
