package io.btrdb.shard;

import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.ReducedRange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Random operations on few streams and a narrow span of time, so that they meet. */
final class OperationMaker {
  private final SplittableRandom random;
  private final List<UUID> streams;
  private final boolean large;
  private final long span;

  OperationMaker(SplittableRandom random, List<UUID> streams, boolean large) {
    this.random = random;
    this.streams = streams;
    this.large = large;
    this.span = 1L << random.nextInt(4, 45);
  }

  /** Whether versions may be given up by now. */
  private boolean configuring;

  void configure() {
    configuring = true;
  }

  Operation next() {
    UUID stream = streams.get(random.nextInt(streams.size()));
    if (configuring && random.nextInt(12) == 0) {
      return configure(stream);
    }
    int dice = random.nextInt(100);
    if (dice < 62) {
      return insert(stream);
    }
    if (dice < 74) {
      return new Operation.Flush(stream);
    }
    if (dice < 88) {
      return delete(stream);
    }
    return dice < 99 ? new Operation.Open(stream) : new Operation.Drop(stream);
  }

  private Operation configure(UUID stream) {
    List<ReducedRange> reduced = new ArrayList<>();
    while (random.nextInt(6) == 0) {
      long start = random.nextLong(span);
      reduced.add(new ReducedRange(start, start + random.nextLong(1, span), random.nextInt(64)));
    }
    return new Operation.Configure(
        stream, random.nextLong(8, 40), random.nextLong(1000), List.copyOf(reduced));
  }

  private Operation insert(UUID stream) {
    MergePolicy policy = MergePolicy.values()[random.nextInt(4)];
    if (large && random.nextInt(30) == 0) {
      // Also exactly what seals, so that its boundary is met.
      int count =
          switch (random.nextInt(3)) {
            case 0 -> ShardLimits.SEAL_POINTS;
            case 1 -> ShardLimits.SEAL_POINTS / 2;
            default -> random.nextInt(9_000, 33_000);
          };
      return Points.ramp(stream, random.nextLong(span), count);
    }
    int count = random.nextInt(3) == 0 ? 1 : random.nextInt(1, 40);
    long[] times = new long[count];
    double[] values = new double[count];
    long start = random.nextLong(span);
    for (int i = 0; i < count; i++) {
      times[i] = random.nextBoolean() ? start + i : random.nextLong(span);
      values[i] = random.nextInt(3);
    }
    return Points.insert(stream, policy, times, values);
  }

  private Operation delete(UUID stream) {
    long start = random.nextLong(span);
    return switch (random.nextInt(4)) {
      case 0 -> new Operation.Delete(stream, -10, span + 100_000);
      case 1 -> new Operation.Delete(stream, start, start + 1);
      default -> new Operation.Delete(stream, start, start + random.nextLong(1, span + 1));
    };
  }
}
