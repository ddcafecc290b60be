package io.btrdb.storage;

import java.nio.ByteBuffer;

/**
 * Where each block of one segment lies. Immutable, so any thread may use it. {@link SegmentFormat}
 * gives the grammar.
 */
final class SegmentDirectory {
  /** A tail up to this long is fetched in one read; a longer one needs a second. */
  private static final int TAIL_GUESS_BYTES = 4 * 1024;

  /**
   * Where the block of each ordinal starts, and at the end where the last one ends. A block that is
   * not present starts where the next one does; a present one has a header at least.
   */
  private final int[] starts;

  private SegmentDirectory(int[] starts) {
    this.starts = starts;
  }

  /** A segment's generation, directory and footer. */
  record Tail(int generation, SegmentDirectory directory, byte[] footer) {}

  /** Reads and checks the tail of a stored segment, in one or two reads. */
  static Tail read(SegmentStore store, SegmentId id) {
    long length = store.length(id);
    int guess = (int) Math.min(length, TAIL_GUESS_BYTES);
    byte[] end = store.read(id, length - guess, guess);
    SegmentFormat.Tail tail = SegmentFormat.locateTail(id, end, length);
    if (tail.sizeBytes() > end.length) {
      end = store.read(id, length - tail.sizeBytes(), tail.sizeBytes());
    }
    return parse(id, tail, end);
  }

  /** Checks and parses the tail; {@code end} holds at least the tail and ends with it. */
  static Tail parse(SegmentId id, SegmentFormat.Tail tail, byte[] end) {
    SegmentFormat.checkTail(id, tail, end);
    int tailStart = end.length - tail.sizeBytes();
    ByteBuffer source = ByteBuffer.wrap(end, tailStart, tail.directoryLength());
    SegmentDirectory directory = new SegmentDirectory(starts(id, source, tail.directoryOffset()));
    byte[] footer = new byte[tail.footerLength()];
    System.arraycopy(end, tailStart + tail.directoryLength(), footer, 0, footer.length);
    return new Tail(SegmentFormat.generation(end), directory, footer);
  }

  int blockCount() {
    return starts.length - 1;
  }

  boolean isPresent(int ordinal) {
    return starts[ordinal] < starts[ordinal + 1];
  }

  int start(int ordinal) {
    return starts[ordinal];
  }

  /** Length of header and payload. */
  int blockBytes(int ordinal) {
    return starts[ordinal + 1] - starts[ordinal];
  }

  /** Refuses an ordinal that the segment never had or no longer holds. */
  void checkPresent(SegmentId id, int ordinal) {
    if (ordinal < 0 || ordinal >= blockCount()) {
      throw new MissingBlockException(id, ordinal, "the segment has " + blockCount() + " blocks");
    }
    if (!isPresent(ordinal)) {
      throw new MissingBlockException(id, ordinal, "dropped when the segment was rewritten");
    }
  }

  private static int[] starts(SegmentId id, ByteBuffer source, int directoryOffset) {
    int blocks = varint(id, source);
    // Runs may stand for many ordinals in few bytes; without a bound a crafted tail takes all
    // memory.
    if (blocks > SegmentFormat.BLOCKS_MAX) {
      throw SegmentFormat.damaged(id, -1, "directory says " + blocks + " blocks");
    }
    int[] starts = new int[blocks + 1];
    int at = SegmentFormat.HEADER_BYTES;
    int ordinal = 0;
    while (ordinal < blocks) {
      int entry = varint(id, source);
      int run = entry > 0 ? 1 : varint(id, source);
      if (run < 1 || run > blocks - ordinal || entry > SegmentFormat.BLOCK_PAYLOAD_BYTES_MAX + 1) {
        throw SegmentFormat.damaged(id, -1, "directory entry " + ordinal + " is out of range");
      }
      for (int end = ordinal + run; ordinal < end; ordinal++) {
        starts[ordinal] = at;
      }
      at += entry > 0 ? SegmentFormat.BLOCK_HEADER_BYTES + entry - 1 : 0;
      if (at > directoryOffset) {
        throw SegmentFormat.damaged(id, -1, "directory goes beyond the blocks");
      }
    }
    starts[blocks] = at;
    if (at != directoryOffset || source.hasRemaining()) {
      throw SegmentFormat.damaged(id, -1, "directory does not cover the blocks");
    }
    return starts;
  }

  private static int varint(SegmentId id, ByteBuffer source) {
    int value = 0;
    for (int shift = 0; shift < 35 && source.hasRemaining(); shift += 7) {
      byte next = source.get();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        if (value < 0) {
          break;
        }
        return value;
      }
    }
    throw SegmentFormat.damaged(id, -1, "directory holds a broken number");
  }
}
