package io.btrdb.storage.contract;

import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import java.util.SplittableRandom;

/** Segments for tests: the same id and seed give the same bytes. */
public final class SampleSegments {
  private SampleSegments() {}

  public static byte[] segment(SegmentId id, int blocks, int payloadBytesMax, long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ id.number() * 31 + id.shard());
    SegmentBuilder builder = new SegmentBuilder(id);
    for (int i = 0; i < blocks; i++) {
      byte[] payload = bytes(random, 1 + random.nextInt(payloadBytesMax));
      builder.append(random.nextInt(256), payload, 0, payload.length);
    }
    return builder.finish(bytes(random, random.nextInt(20)));
  }

  public static byte[] segment(SegmentId id) {
    return segment(id, 3, 100, 1);
  }

  public static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
