package io.btrdb.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * Verifies whole segments: after a transfer, and when stored ones are scrubbed. Stateless, so any
 * thread may call.
 */
public final class SegmentVerifier {
  private SegmentVerifier() {}

  /**
   * Checks header, trailer, directory, footer and that all of it belongs to {@code id}, but no
   * block.
   *
   * @throws CorruptBlockException with ordinal -1 when that is not so
   */
  public static void checkFraming(SegmentId id, byte[] segment) {
    directory(id, segment);
  }

  /**
   * Checks every byte of a segment.
   *
   * @throws CorruptBlockException for the first part that is damaged or misdirected
   */
  public static void verify(SegmentId id, byte[] segment) {
    List<CorruptBlockException> faults = faults(id, segment);
    if (!faults.isEmpty()) {
      throw faults.get(0);
    }
  }

  /**
   * Everything that is wrong with a segment, in order; empty when it is whole. When the framing is
   * broken the blocks cannot be found, and that is the only fault reported.
   */
  public static List<CorruptBlockException> faults(SegmentId id, byte[] segment) {
    SegmentDirectory directory;
    try {
      directory = directory(id, segment);
    } catch (CorruptBlockException e) {
      return List.of(e);
    }
    List<CorruptBlockException> faults = new ArrayList<>();
    for (int ordinal = 0; ordinal < directory.blockCount(); ordinal++) {
      try {
        if (directory.isPresent(ordinal)) {
          SegmentFormat.readBlock(
              id, ordinal, segment, directory.start(ordinal), directory.blockBytes(ordinal));
        }
      } catch (CorruptBlockException e) {
        faults.add(e);
      }
    }
    return faults;
  }

  private static SegmentDirectory directory(SegmentId id, byte[] segment) {
    SegmentFormat.checkHeader(id, segment);
    SegmentFormat.Tail tail = SegmentFormat.locateTail(id, segment, segment.length);
    return SegmentDirectory.parse(id, tail, segment).directory();
  }
}
