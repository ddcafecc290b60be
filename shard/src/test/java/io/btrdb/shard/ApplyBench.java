package io.btrdb.shard;

import java.lang.management.ManagementFactory;
import java.util.UUID;

/**
 * What applying inserts costs one thread, how fast it folds them, and what an idle stream weighs on
 * the heap. A main, for people: {@code -Xmx1g}.
 */
final class ApplyBench {
  private static final int STREAMS = 200_000;

  private ApplyBench() {}

  public static void main(String[] arguments) {
    idleStreams();
    for (int points : new int[] {1, 120, 10_000}) {
      for (int round = 0; round < 3; round++) {
        inserts(points);
      }
    }
    for (int round = 0; round < 3; round++) {
      folds();
    }
  }

  private static void idleStreams() {
    ShardFixture fixture = ShardFixture.ready();
    long before = used();
    for (int i = 0; i < STREAMS; i++) {
      fixture.apply(new Command.Write(Shard.NO_SESSION, 0, 0, new Operation.Open(new UUID(i, 77))));
    }
    System.out.printf(
        "%d idle streams: %d bytes each, map and dirty mark included%n",
        STREAMS, (used() - before) / STREAMS);
    System.out.println(fixture.shard.info());
  }

  private static void inserts(int points) {
    ShardFixture fixture = ShardFixture.ready();
    byte[][] commands = new byte[Math.min(300_000, 20_000_000 / points)][];
    Operation insert = Points.ramp(ShardFixture.STREAM, 0, points);
    for (int i = 0; i < commands.length; i++) {
      commands[i] = CommandCodec.encode(new Command.Write(ShardFixture.SESSION, i + 2, i, insert));
    }
    long begin = cpuNanos();
    for (byte[] command : commands) {
      fixture.apply(1, command);
    }
    double seconds = (cpuNanos() - begin) / 1e9;
    System.out.printf(
        "apply of %d points an insert: %.0f inserts a CPU-second%n",
        points, commands.length / seconds);
  }

  private static void folds() {
    ShardFixture fixture = ShardFixture.ready();
    for (int i = 0; i < 5_000_000; i += 1_000) {
      Operation insert = Points.ramp(ShardFixture.STREAM, i, 1_000);
      fixture.apply(new Command.Write(ShardFixture.SESSION, i + 2, i + 1, insert));
    }
    long begin = cpuNanos();
    long points = 0;
    long bytes = 0;
    while (true) {
      var commit = fixture.prepare();
      if (commit.isEmpty()) {
        break;
      }
      points += commit.get().totals().points();
      bytes += commit.get().totals().segmentBytes();
      fixture.propose(commit.get());
    }
    double seconds = (cpuNanos() - begin) / 1e9;
    System.out.printf(
        "fold, write and commit: %.1f M points a CPU-second, %.2f bytes a point%n",
        points / seconds / 1e6, (double) bytes / points);
  }

  /** Of this thread alone, so that a busy machine does not show. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
