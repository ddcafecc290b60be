package io.btrdb.fuzzing;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sound bytes and what may become of them on the way. */
public final class Bent {
  /** Lengths and counts that decoders are tempted to believe. */
  private static final byte[][] TALL = {
    {-1, -1, -1, -1, 7}, {127, -1, -1, -1}, {-1, -1, -1, 127}, {-128, 0, 0, 0}, {0, 0, 0, 0}
  };

  private static final int CUTS = 40;
  private static final int BENDS = 400;

  private Bent() {}

  /** Each sample as it is, cut short, with bytes changed, and with tall numbers written into it. */
  public static Stream<byte[]> of(Stream<byte[]> samples) {
    Random random = new Random(1);
    return Stream.concat(
        Stream.of(new byte[0]),
        samples.flatMap(sample -> Stream.concat(Stream.of(sample), bent(sample, random))));
  }

  private static Stream<byte[]> bent(byte[] sample, Random random) {
    Stream<byte[]> cut =
        IntStream.rangeClosed(1, Math.min(CUTS, sample.length))
            .mapToObj(
                i ->
                    Arrays.copyOf(
                        sample, sample.length - i * sample.length / Math.min(CUTS, sample.length)));
    Stream<byte[]> changed = IntStream.range(0, BENDS).mapToObj(i -> changed(sample, random));
    return sample.length == 0 ? Stream.of() : Stream.concat(cut, changed);
  }

  private static byte[] changed(byte[] sample, Random random) {
    byte[] bytes = sample.clone();
    int at = random.nextInt(random.nextBoolean() ? Math.min(32, bytes.length) : bytes.length);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] = (byte) random.nextInt();
      case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> {
        byte[] tall = TALL[random.nextInt(TALL.length)];
        System.arraycopy(tall, 0, bytes, at, Math.min(tall.length, bytes.length - at));
      }
      default -> {
        bytes = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, bytes, at + 1, bytes.length - at - 1);
        bytes[at] = (byte) random.nextInt();
      }
    }
    return bytes;
  }
}
