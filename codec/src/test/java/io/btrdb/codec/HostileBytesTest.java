package io.btrdb.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HostileBytesTest {
  private static final int ROUNDS = Integer.getInteger("btrdb.codec.rounds", 1);
  private static final int ROOM = 3000;

  private final long[] times = new long[ROOM];
  private final double[] values = new double[ROOM];

  @Test
  void shouldRefuseEveryPrefixOfABlock() {
    for (int kind = 0; kind < Columns.DOUBLE_KINDS; kind++) {
      byte[] block = block(kind, 300, new Random(kind));
      for (int length = 0; length < block.length; length++) {
        byte[] prefix = Arrays.copyOf(block, length);
        assertThrows(
            MalformedBytesException.class,
            () -> PointsCodec.decode(prefix, 0, prefix.length, times, values, 0));
        int cut = length;
        assertThrows(
            MalformedBytesException.class,
            () -> PointsCodec.decode(block, 0, cut, times, values, 0));
      }
    }
  }

  @Test
  void shouldDecodeOrRefuseMutatedBlocks() {
    int refused = 0;
    int rounds = ROUNDS * 40_000;
    for (int seed = 0; seed < rounds; seed++) {
      Random random = new Random(seed);
      byte[] block = block(seed, random.nextInt(200), random);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(Math.min(block.length, random.nextBoolean() ? 24 : block.length));
        block[at] =
            (byte) (random.nextBoolean() ? random.nextInt() : block[at] ^ 1 << random.nextInt(8));
      }
      refused += decodes(block, "seed " + seed) ? 0 : 1;
    }
    assertTrue(refused > rounds / 20, refused + " refused");
  }

  @Test
  void shouldDecodeOrRefuseRandomBytesAfterEveryTag() {
    for (int seed = 0; seed < ROUNDS * 100_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      int count = 1 + random.nextInt(1100);
      byte[] small = bytes.clone();
      for (int i = 1; i < Math.min(small.length, 40); i++) {
        small[i] &= (byte) (random.nextBoolean() ? 0x07 : 0x1F);
      }
      for (byte[] column : new byte[][] {bytes, small}) {
        if (column.length > 0) {
          column[0] = (byte) random.nextInt(0x18);
        }
        try {
          LongColumn.decode(new ByteReader(column), times, 0, count);
        } catch (MalformedBytesException expected) {
          assertTrue(!expected.getMessage().isEmpty());
        }
        try {
          DoubleColumn.decode(new ByteReader(column), values, 0, count);
        } catch (MalformedBytesException expected) {
          assertTrue(!expected.getMessage().isEmpty());
        }
      }
    }
  }

  @Test
  void shouldRefuseEncodingsOfTheFutureByNumber() {
    byte[] column = {0x7F, 0, 0, 0};
    String message = "unknown encoding 127, written by a newer release?";
    assertEquals(
        message,
        assertThrows(
                MalformedBytesException.class,
                () -> LongColumn.decode(new ByteReader(column), times, 0, 1))
            .getMessage());
    assertEquals(
        message,
        assertThrows(
                MalformedBytesException.class,
                () -> DoubleColumn.decode(new ByteReader(column), values, 0, 1))
            .getMessage());
  }

  @Test
  void shouldRefuseCountsThatTheBytesCannotHold() {
    ByteWriter out = new ByteWriter();
    out.putVarint(PointsCodec.MAX_POINTS);
    out.putLong(0);
    assertThrows(
        MalformedBytesException.class, () -> PointsCodec.count(out.array(), 0, out.size()));
    out.truncate(0);
    out.putVarint(PointsCodec.MAX_POINTS + 1L);
    out.reserve(1 << 16);
    assertThrows(
        MalformedBytesException.class, () -> PointsCodec.count(out.array(), 0, out.size()));
  }

  @Test
  void shouldRefuseBytesAfterABlock() {
    byte[] block = block(3, 10, new Random(3));
    byte[] longer = Arrays.copyOf(block, block.length + 1);
    assertThrows(
        MalformedBytesException.class,
        () -> PointsCodec.decode(longer, 0, longer.length, times, values, 0));
  }

  @Test
  void shouldNotTakeTooShortColumnsForMalformedBytes() {
    byte[] block = block(3, 10, new Random(3));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> PointsCodec.decode(block, 0, block.length, new long[9], values, 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> PointsCodec.decode(block, 0, block.length, times, new double[12], 3));
  }

  private boolean decodes(byte[] block, String context) {
    try {
      if (PointsCodec.count(block, 0, block.length) <= ROOM) {
        PointsCodec.decode(block, 0, block.length, times, values, 0);
      }
      return true;
    } catch (MalformedBytesException e) {
      return false;
    } catch (RuntimeException e) {
      return fail(context, e);
    }
  }

  private static byte[] block(int kind, int count, Random random) {
    ByteWriter out = new ByteWriter();
    PointsCodec.encode(
        Columns.longs(Math.floorMod(kind / 3, Columns.LONG_KINDS), count, random),
        Columns.doubles(Math.floorMod(kind, Columns.DOUBLE_KINDS), count, random),
        0,
        count,
        out);
    return out.toByteArray();
  }
}
