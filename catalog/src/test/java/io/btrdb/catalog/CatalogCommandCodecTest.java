package io.btrdb.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.btrdb.codec.MalformedBytesException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatalogCommandCodecTest {
  private static final UUID A = new UUID(1, 2);
  private static final UUID B = new UUID(-3, Long.MIN_VALUE);

  static final List<CatalogCommand> ALL =
      List.of(
          new CatalogCommand.Init("cluster"),
          new CatalogCommand.Activate(7),
          new CatalogCommand.Reserve(
              A, B, "c/é", Map.of("name", "x", "unit", ""), Map.of("k", "\0")),
          new CatalogCommand.Confirm(A, B),
          new CatalogCommand.Release(A, B),
          new CatalogCommand.SetTags(A, B, Long.MAX_VALUE, "", Map.of(), List.of("a", "b")),
          new CatalogCommand.SetAnnotations(A, B, 0, Map.of("k", "v"), List.of()),
          new CatalogCommand.Hide(A, B),
          new CatalogCommand.Bury(B),
          new CatalogCommand.GrantKey(
              new AccessKey(
                  "k1",
                  "ann",
                  "00ff",
                  5,
                  0,
                  List.of(new Grant("a/b", Set.of(Capability.READ, Capability.ADMIN))))),
          new CatalogCommand.RevokeKey("k1"));

  private static CatalogCommand decode(byte[] bytes) {
    return CatalogCommandCodec.decode(bytes, 0, bytes.length);
  }

  @Test
  void shouldReadBackEveryCommand() {
    for (CatalogCommand command : ALL) {
      assertEquals(command, decode(CatalogCommandCodec.encode(command)));
    }
  }

  @Test
  void shouldKeepItsBytes() {
    CatalogCommand command =
        new CatalogCommand.Reserve(A, new UUID(0, 5), "c", Map.of("name", "x"), Map.of());
    assertEquals(
        "0103"
            + "00000000000000010000000000000002"
            + "00000000000000000000000000000005"
            + "0163"
            + "01"
            + "046e616d65"
            + "0178"
            + "00",
        HexFormat.of().formatHex(CatalogCommandCodec.encode(command)));
  }

  @Test
  void shouldKeepTheBytesOfKeys() {
    assertEquals(
        "010a01" + "026b31" + "03616e6e" + "0430306666" + "05" + "00" + "01" + "11" + "03612f62",
        HexFormat.of().formatHex(CatalogCommandCodec.encode(ALL.get(9))));
    assertEquals("010b026b31", HexFormat.of().formatHex(CatalogCommandCodec.encode(ALL.get(10))));
  }

  @Test
  void shouldRefuseEveryTruncationAndTrailingBytes() {
    for (CatalogCommand command : ALL) {
      byte[] bytes = CatalogCommandCodec.encode(command);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThrows(MalformedBytesException.class, () -> decode(cut), command.toString());
      }
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThrows(MalformedBytesException.class, () -> decode(longer));
    }
  }

  @Test
  void shouldDecodeOrRefuseAnyBytes() {
    Random random = new Random(17);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = CatalogCommandCodec.encode(ALL.get(random.nextInt(ALL.size())));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        decode(bytes);
      } catch (MalformedBytesException expected) {
        // Either is right; nothing else may be thrown.
      }
    }
  }
}
