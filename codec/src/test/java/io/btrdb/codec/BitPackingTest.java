package io.btrdb.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BitPackingTest {
  @Test
  void shouldReturnNumbersOfEveryWidthWithAndWithoutBytesBehind() {
    Random random = new Random(64);
    for (int width = 0; width <= 64; width++) {
      for (int count = 0; count <= 130; count++) {
        long[] a = new long[count];
        long[] masked = new long[count];
        for (int i = 0; i < count; i++) {
          a[i] = random.nextLong();
          masked[i] = width == 0 ? 0 : a[i] & -1L >>> (64 - width);
        }
        for (int behind : new int[] {0, 3, 20}) {
          ByteWriter out = new ByteWriter(0);
          BitPacking.pack(a, 0, count, width, out);
          assertEquals(BitPacking.size(count, width), out.size());
          out.reserve(behind);
          long[] back = new long[count];
          ByteReader in = new ByteReader(out.toByteArray());
          BitPacking.unpack(in, width, back, 0, count);
          assertArrayEquals(masked, back, count + " numbers of " + width + " bits");
          assertEquals(behind, in.remaining());
        }
      }
    }
  }

  @Test
  void shouldLayLowBitsFirst() {
    ByteWriter out = new ByteWriter();
    BitPacking.pack(new long[] {0b101, 0b011, 0b110}, 0, 3, 3, out);
    assertArrayEquals(new byte[] {(byte) 0b10_011_101, 0b1}, out.toByteArray());
  }
}
