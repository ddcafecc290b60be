package io.btrdb.fuzzing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DecoderLawTest {
  private static final DecoderLaw LAW = DecoderLaw.refusing(IllegalArgumentException.class);

  @Test
  void shouldTakeAValueAndADocumentedRefusal() {
    assertEquals(Optional.of(3), LAW.decode(new byte[3], bytes -> bytes.length));
    assertEquals(
        Optional.empty(),
        LAW.decode(
            new byte[3],
            bytes -> {
              throw new IllegalArgumentException("no");
            }));
  }

  @Test
  void shouldConvictWhoThrowsAnythingElse() {
    AssertionError convicted =
        assertThrows(
            AssertionError.class,
            () -> LAW.decode(new byte[3], bytes -> (int) bytes[bytes.length]));
    assertTrue(convicted.getCause() instanceof IndexOutOfBoundsException);
  }

  @Test
  void shouldConvictWhoBelievesAClaimedLength() {
    byte[] claim = {100};
    assertThrows(
        AssertionError.class, () -> LAW.decode(claim, bytes -> new byte[bytes[0] << 20].length));
  }

  @Test
  void shouldBendTheSameWayEachTimeAndKeepTheSample() {
    byte[] sample = {1, 2, 3, 4, 5, 6, 7, 8};
    List<byte[]> once = Bent.of(Stream.of(sample)).toList();
    List<byte[]> again = Bent.of(Stream.of(sample)).toList();
    assertEquals(once.size(), again.size());
    for (int i = 0; i < once.size(); i++) {
      assertArrayEquals(once.get(i), again.get(i));
    }
    assertArrayEquals(sample, once.get(1));
    assertTrue(once.stream().filter(bent -> !Arrays.equals(bent, sample)).count() > 390);
  }
}
