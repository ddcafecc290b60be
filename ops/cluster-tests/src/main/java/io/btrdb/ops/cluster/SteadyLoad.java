package io.btrdb.ops.cluster;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.PointCursor;
import io.btrdb.client.TimeBounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Writes and reads at a steady rate while operators work on the cluster, and afterwards proves that
 * exactly what was acknowledged is there.
 *
 * <pre>
 *   SteadyLoad run ENDPOINTS LEDGER     until standard input ends; LEDGER gets what was acknowledged
 *   SteadyLoad verify ENDPOINTS LEDGER
 * </pre>
 *
 * <p>The ledger has a line {@code uuid operations} for each stream. Exit code 1: an operation
 * failed, or the data is not what the ledger says.
 */
public final class SteadyLoad {
  private static final int STREAMS = 6;
  private static final int POINTS_AN_OPERATION = 10;
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long POINT_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
  private static final long FIRST_TIME = 1_700_000_000_000_000_000L;
  private static final int READ_EVERY = 4;

  private final ConcurrentHistogram writes = new ConcurrentHistogram(3);
  private final ConcurrentHistogram reads = new ConcurrentHistogram(3);
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean ended;

  private SteadyLoad() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3 || !arguments[0].matches("run|verify")) {
      System.err.println("usage: SteadyLoad run|verify HOST:PORT,HOST:PORT LEDGER");
      System.exit(2);
    }
    Path ledger = Path.of(arguments[2]);
    boolean good;
    try (Btrdb db = Btrdb.connect(arguments[1].split(","))) {
      good = arguments[0].equals("run") ? new SteadyLoad().run(db, ledger) : verify(db, ledger);
    }
    System.exit(good ? 0 : 1);
  }

  private boolean run(Btrdb db, Path ledger) throws IOException, InterruptedException {
    List<BtrdbStream> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(db.create(UUID.randomUUID(), "steady", Map.of("name", "s" + i), Map.of()));
    }
    long[] acknowledged = new long[STREAMS];
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      int index = i;
      writers.add(
          Thread.ofPlatform()
              .name("writer-" + i)
              .start(() -> acknowledged[index] = write(streams.get(index))));
    }
    System.out.println("running");
    while (System.in.read() >= 0) {
      // Only the end matters.
    }
    ended = true;
    for (Thread writer : writers) {
      writer.join();
    }
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < STREAMS; i++) {
      lines.append(streams.get(i).uuid()).append(' ').append(acknowledged[i]).append('\n');
    }
    Files.writeString(ledger, lines, StandardCharsets.UTF_8);
    report();
    return failed.get() == 0;
  }

  /** Writes until the end; tells how many operations were acknowledged, all of them in order. */
  private long write(BtrdbStream stream) {
    long next = System.nanoTime();
    long operation = 0;
    while (!ended) {
      LockSupport.parkNanos(next - System.nanoTime());
      next = Math.max(next + INTERVAL_NANOS, System.nanoTime());
      try {
        long begun = System.nanoTime();
        stream.insert(times(operation), values(operation));
        writes.recordValue(System.nanoTime() - begun);
        operation++;
        if (operation % READ_EVERY == 0) {
          read(stream, operation);
        }
      } catch (BtrdbException e) {
        failed.incrementAndGet();
        System.err.printf("operation %d of %s failed: %s%n", operation, stream.name(), e);
        return operation;
      }
    }
    return operation;
  }

  /** A latest read must see what was acknowledged before it. */
  private void read(BtrdbStream stream, long operations) {
    long begun = System.nanoTime();
    long first = times(operations - 1)[0];
    long seen = 0;
    try (PointCursor points = stream.values(first, first + POINTS_AN_OPERATION * POINT_NANOS)) {
      while (points.next()) {
        seen += points.size();
      }
    }
    reads.recordValue(System.nanoTime() - begun);
    if (seen != POINTS_AN_OPERATION) {
      failed.incrementAndGet();
      System.err.printf(
          "stream %s: %d of %d acknowledged points are seen%n",
          stream.name(), seen, POINTS_AN_OPERATION);
    }
  }

  private void report() {
    System.out.printf(
        "%d writes, %d reads, %d failed; write p50 %.1f p99 %.1f max %.0f ms, read p99 %.1f max"
            + " %.0f ms%n",
        writes.getTotalCount(),
        reads.getTotalCount(),
        failed.get(),
        writes.getValueAtPercentile(50) / 1e6,
        writes.getValueAtPercentile(99) / 1e6,
        writes.getMaxValue() / 1e6,
        reads.getValueAtPercentile(99) / 1e6,
        reads.getMaxValue() / 1e6);
  }

  private static boolean verify(Btrdb db, Path ledger) throws IOException {
    boolean good = true;
    long total = 0;
    for (String line : Files.readAllLines(ledger)) {
      int space = line.indexOf(' ');
      BtrdbStream stream = db.stream(UUID.fromString(line.substring(0, space)));
      long expected = Long.parseLong(line.substring(space + 1)) * POINTS_AN_OPERATION;
      String difference = difference(stream, expected);
      if (!difference.isEmpty()) {
        System.err.printf("stream %s: %s%n", stream.uuid(), difference);
        good = false;
      }
      total += expected;
    }
    if (good) {
      System.out.printf("all %d acknowledged points are there, once, and nothing else%n", total);
    }
    return good;
  }

  private static String difference(BtrdbStream stream, long expected) {
    long seen = 0;
    try (PointCursor points = stream.values(0, TimeBounds.LAST)) {
      while (points.next()) {
        for (int i = 0; i < points.size(); i++, seen++) {
          if (points.time(i) != time(seen) || points.value(i) != value(seen)) {
            return "point %d is (%d, %s) and should be (%d, %s)"
                .formatted(seen, points.time(i), points.value(i), time(seen), value(seen));
          }
        }
      }
    }
    return seen == expected ? "" : seen + " points and should have " + expected;
  }

  private static long[] times(long operation) {
    long[] times = new long[POINTS_AN_OPERATION];
    for (int i = 0; i < times.length; i++) {
      times[i] = time(operation * POINTS_AN_OPERATION + i);
    }
    return times;
  }

  private static double[] values(long operation) {
    double[] values = new double[POINTS_AN_OPERATION];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(operation * POINTS_AN_OPERATION + i);
    }
    return values;
  }

  private static long time(long point) {
    return FIRST_TIME + point * POINT_NANOS;
  }

  private static double value(long point) {
    return Math.round(Math.sin(point * 0.01) * 1e6) / 1e3;
  }
}
