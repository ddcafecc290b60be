package io.btrdb.storage;

import java.util.function.IntPredicate;

/**
 * Makes the next generations of a segment: without the blocks that nothing needs any more, under
 * the same name, each block that is left with its ordinal and its bytes, and the same footer. So no
 * address changes. The result follows from the segment and the choice alone: replicas that hold the
 * same segment make the same bytes of it. Stateless, so any thread may call.
 */
public final class SegmentRewriter {
  /** Generations after the first. */
  public static final int GENERATION_MAX = SegmentFormat.GENERATION_MAX;

  private SegmentRewriter() {}

  /**
   * The segment with only the blocks that are wanted.
   *
   * @param segment whole, of an earlier generation
   * @param generation of the result, 1 to {@link #GENERATION_MAX}
   * @param wanted by ordinal; asked for the blocks that are present
   * @throws CorruptBlockException when the framing or a wanted block is damaged
   */
  public static byte[] rewrite(SegmentId id, byte[] segment, int generation, IntPredicate wanted) {
    if (generation < 1 || generation > GENERATION_MAX) {
      throw new IllegalArgumentException("generation must be 1 to 255, is " + generation);
    }
    SegmentFormat.checkHeader(id, segment);
    SegmentDirectory.Tail tail =
        SegmentDirectory.parse(id, SegmentFormat.locateTail(id, segment, segment.length), segment);
    if (tail.generation() >= generation) {
      throw new IllegalArgumentException(
          "segment "
              + id
              + " is of generation "
              + tail.generation()
              + ", not before "
              + generation);
    }
    SegmentDirectory directory = tail.directory();
    SegmentBuilder out = new SegmentBuilder(id, generation);
    for (int ordinal = 0; ordinal < directory.blockCount(); ordinal++) {
      if (!directory.isPresent(ordinal) || !wanted.test(ordinal)) {
        out.skip(1);
        continue;
      }
      Block block =
          SegmentFormat.readBlock(
              id, ordinal, segment, directory.start(ordinal), directory.blockBytes(ordinal));
      out.append(block.kind(), block.bytes(), block.offset(), block.length());
    }
    return out.finish(tail.footer());
  }

  /** The generation of a stored segment; reads its last bytes only. */
  public static int generation(SegmentStore store, SegmentId id) {
    long length = store.length(id);
    int trailer = SegmentFormat.TRAILER_BYTES;
    if (length < trailer) {
      throw SegmentFormat.damaged(id, -1, "has " + length + " bytes, too few for a segment");
    }
    return SegmentFormat.generation(store.read(id, length - trailer, trailer));
  }

  /** The generation of a whole segment. */
  public static int generation(byte[] segment) {
    return SegmentFormat.generation(segment);
  }
}
