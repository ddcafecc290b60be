package io.btrdb.codec;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Prints what the codec makes of typical data: bytes a point, and megabytes of raw points (16 bytes
 * each) encoded and decoded a second, beside a plain copy of the same columns.
 *
 * <p>Arguments: none, or the milliseconds to measure each direction (default 200).
 */
public final class CompressionTable {
  private record Row(String name, IntFunction<Points> source, int count) {}

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private CompressionTable() {}

  public static void main(String[] arguments) {
    long millis = arguments.length > 0 ? Long.parseLong(arguments[0]) : 200;
    for (int warmup = 0; warmup < 2; warmup++) {
      rows().forEach(row -> measure(row, millis));
    }
    System.out.printf(
        Locale.ROOT,
        "%-34s %7s %9s %9s %9s %9s %8s%n",
        "data",
        "points",
        "bytes",
        "B/point",
        "enc MB/s",
        "dec MB/s",
        "copy");
    for (Row row : rows()) {
      System.out.println(measure(row, millis));
    }
  }

  private static List<Row> rows() {
    return List.of(
        new Row("Gaussian, 120 Hz", Generators::gaussian120, 515),
        new Row("Gaussian as float32, 120 Hz", Generators::gaussianFloat120, 515),
        new Row("walk, 3 decimals, 120 Hz", Generators::walk120, 515),
        new Row("ramp, 120 Hz", Generators::ramp120, 515),
        new Row("constant, 120 Hz", Generators::constant120, 515),
        new Row("smooth doubles, 120 Hz", Generators::smooth120, 515),
        new Row("smooth float32, 120 Hz", Generators::smoothFloat120, 515),
        new Row("states, 120 Hz", Generators::states120, 515),
        new Row("walk, 1 us jitter, 120 Hz", Generators::walkJitter120, 515),
        new Row("walk, one gap, 120 Hz", Generators::walkGap120, 515),
        new Row("walk, us clock, 120 Hz", Generators::walkMicros120, 515),
        new Row("walk, 4 Hz", n -> Generators.walk(n, 4), 17),
        new Row("walk, 10 Hz", n -> Generators.walk(n, 10), 43),
        new Row("walk, 30 Hz", n -> Generators.walk(n, 30), 129),
        new Row("walk, 60 Hz", n -> Generators.walk(n, 60), 258),
        new Row("walk, 1 kHz", n -> Generators.walk(n, 1000), 1024),
        new Row("one walk point", Generators::walk120, 1),
        new Row("insert, walk, 120 Hz", Generators::walk120, 120),
        new Row("insert, walk, 120 Hz", Generators::walk120, 1_000),
        new Row("insert, walk, 120 Hz", Generators::walk120, 10_000),
        new Row("insert, Gaussian, 120 Hz", Generators::gaussian120, 10_000),
        new Row("insert, smooth doubles, 120 Hz", Generators::smooth120, 10_000),
        new Row("insert, random bits and times", Generators::random, 10_000));
  }

  private static String measure(Row row, long millis) {
    Points points = row.source().apply(row.count());
    int n = points.size();
    ByteWriter out = new ByteWriter(1 << 16);
    Points back = new Points(new long[n], new double[n]);
    PointsCodec.encode(points.times(), points.values(), 0, n, out);
    byte[] block = out.toByteArray();
    double encode =
        rate(
            n,
            millis,
            () -> {
              out.truncate(0);
              PointsCodec.encode(points.times(), points.values(), 0, n, out);
            });
    double decode =
        rate(
            n,
            millis,
            () -> PointsCodec.decode(block, 0, block.length, back.times(), back.values(), 0));
    double copy =
        rate(
            n,
            millis,
            () -> {
              System.arraycopy(points.times(), 0, back.times(), 0, n);
              System.arraycopy(points.values(), 0, back.values(), 0, n);
            });
    return String.format(
        Locale.ROOT,
        "%-34s %7d %9d %9.3f %9.0f %9.0f %8.0f",
        row.name(),
        n,
        block.length,
        (double) block.length / n,
        encode,
        decode,
        copy);
  }

  /** Megabytes of raw points a second of this thread's processor time, in the best batch. */
  private static double rate(int points, long millis, Runnable work) {
    int batch = Math.max(1, 60_000 / points);
    double best = 0;
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() < end) {
      long start = CLOCK.getCurrentThreadCpuTime();
      for (int i = 0; i < batch; i++) {
        work.run();
      }
      best = Math.max(best, batch * points * 16e3 / (CLOCK.getCurrentThreadCpuTime() - start));
    }
    return best;
  }
}
