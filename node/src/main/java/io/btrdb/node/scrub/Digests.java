package io.btrdb.node.scrub;

import io.btrdb.api.cluster.SegmentDigest;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.SegmentStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * What a replica can say of its segments at little cost. A segment's tail, the directory with every
 * block's length and the footer with every stream's root and statistics, is read each time; the
 * checksum of all its bytes is remembered from the last scrub, 100 bytes or so of heap a segment.
 * Thread-safe.
 */
final class Digests {
  private final SegmentStore segments;
  private final Map<SegmentId, Checked> whole = new ConcurrentHashMap<>();

  private record Checked(int generation, int crc) {}

  Digests(SegmentStore segments) {
    this.segments = segments;
  }

  /** All of a segment has been read and is good. */
  void checked(SegmentId id, byte[] bytes) {
    whole.put(id, new Checked(SegmentRewriter.generation(bytes), crc(bytes)));
  }

  /** The segment is damaged, or about to be replaced. */
  void forget(SegmentId id) {
    whole.remove(id);
  }

  SegmentDigest of(SegmentId id) {
    SegmentDigest.Builder digest = SegmentDigest.newBuilder().setNumber(id.number());
    int generation;
    try {
      SegmentReader reader = SegmentReader.open(segments, id);
      generation = reader.generation();
      digest.setGeneration(generation).setSize(segments.length(id)).setTailCrc(tailCrc(reader));
    } catch (RuntimeException e) {
      // Whatever is wrong with it is this node's own scrub's business.
      return digest.setDamaged(true).build();
    }
    Checked known = whole.get(id);
    if (known != null && known.generation() == generation) {
      digest.setChecked(true).setCrc(known.crc());
    }
    return digest.build();
  }

  private static int tailCrc(SegmentReader reader) {
    CRC32C crc = new CRC32C();
    byte[] footer = reader.footer();
    crc.update(footer, 0, footer.length);
    crc.update(reader.blockCount() >>> 8);
    crc.update(reader.blockCount());
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }
}
