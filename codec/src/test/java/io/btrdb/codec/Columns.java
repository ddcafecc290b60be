package io.btrdb.codec;

import java.util.Random;

/** Columns of every character that the encodings distinguish, and of none. */
final class Columns {
  static final int LONG_KINDS = 16;
  static final int DOUBLE_KINDS = 20;

  private static final long[] EXTREMES = {
    Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE
  };
  private static final double[] ODD_VALUES = {
    0.0,
    -0.0,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    Double.longBitsToDouble(0x7FF0_0000_0000_0001L),
    Double.longBitsToDouble(0xFFF8_1234_5678_9ABCL),
    1e15,
    9007199254740993.0,
    0.1,
    -1.5
  };

  private Columns() {}

  static long[] longs(int kind, int count, Random random) {
    long[] a = new long[count];
    long base = random.nextLong() >>> random.nextInt(64);
    long step = random.nextLong() >> random.nextInt(64);
    int bits = 1 + random.nextInt(63);
    long hertz = 1 + random.nextInt(1000);
    long value = base;
    for (int i = 0; i < count; i++) {
      long noise = random.nextLong() >> bits;
      value += step + noise;
      a[i] =
          switch (kind) {
            case 0 -> base;
            case 1 -> base + i * step;
            case 2 -> Generators.tick(base / 1_000_000_000 + i, hertz);
            case 3 -> Generators.tick(i, hertz) + noise;
            case 4 -> noise;
            case 5 -> random.nextLong();
            case 6 -> value;
            case 7 -> base + (long) i * i * step;
            case 8 -> EXTREMES[random.nextInt(EXTREMES.length)];
            case 9 -> base + i * step + (random.nextInt(50) == 0 ? noise : 0);
            case 10 -> base + noise * 1000;
            case 11 -> random.nextInt(3) == 0 ? base : 0;
            case 12 -> Generators.tick(i < count / 2 ? i : i + 999, hertz);
            case 13 -> base + (long) i * 7 / 5 * Math.max(1, step);
            case 14 -> base + (i * 5L + random.nextInt(2)) / 3;
            default -> i % 2 == 0 ? Long.MIN_VALUE + i : Long.MAX_VALUE - i;
          };
    }
    return a;
  }

  static double[] doubles(int kind, int count, Random random) {
    double[] a = new double[count];
    double scale = Math.pow(10, random.nextInt(16));
    double offset = random.nextInt(20000) - 10000;
    int decimals = random.nextInt(10);
    double power = Math.pow(10, decimals);
    double level = offset;
    for (int i = 0; i < count; i++) {
      level += random.nextGaussian();
      a[i] =
          switch (kind) {
            case 0 -> offset;
            case 1 -> random.nextGaussian();
            case 2 -> (float) random.nextGaussian();
            case 3 -> Math.rint(level * power) / power;
            case 4 -> Math.rint(level * power) * (1 / power);
            case 5 -> ODD_VALUES[random.nextInt(ODD_VALUES.length)];
            case 6 -> Double.longBitsToDouble(random.nextLong());
            case 7 -> offset + i;
            case 8 -> Math.sin(i * 0.01) * scale;
            case 9 -> (float) (offset + Math.sin(i * 0.01));
            case 10 -> i == 0 || random.nextInt(20) == 0 ? level : a[i - 1];
            case 11 -> random.nextInt(30) == 0 ? Double.NaN : Math.rint(level * 100) / 100;
            case 12 -> Double.longBitsToDouble(random.nextLong() >>> 12);
            case 13 -> random.nextBoolean() ? 0.0 : -0.0;
            case 14 -> offset / scale + i / scale;
            case 15 -> i / 50 % 2 == 0 ? 1 : random.nextGaussian();
            case 16 -> Math.exp(random.nextGaussian() * 300);
            case 17 -> random.nextLong() / 3 * scale;
            case 18 -> Double.longBitsToDouble(random.nextLong() << 52);
            default -> i % 100 < 3 ? ODD_VALUES[i % ODD_VALUES.length] : level;
          };
    }
    return a;
  }
}
