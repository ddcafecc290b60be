package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryFormatTest {
  private static LogEntry decode(byte[] bytes) {
    return EntryFormat.decode(7, 42, new ByteSlice(bytes, 0, bytes.length));
  }

  @Test
  void shouldKeepItsFormat() {
    byte[] bytes = EntryFormat.encode(3, 5, List.of(new byte[] {9}, new byte[] {1, 2}));
    assertEquals(
        "01"
            + "0000000000000003"
            + "0000000000000005"
            + "00000002"
            + "00000001"
            + "00000002"
            + "09"
            + "0102",
        HexFormat.of().formatHex(bytes));
  }

  @Test
  void shouldRoundTripCommandsOfAllSizesFromTheMiddleOfAnArray() {
    long seed = Long.getLong("seed", 11);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<byte[]> commands = new ArrayList<>();
      for (int i = 1 + random.nextInt(20); i > 0; i--) {
        byte[] command = new byte[random.nextInt(50)];
        random.nextBytes(command);
        commands.add(command);
      }
      long proposer = random.nextLong();
      long time = random.nextLong();
      byte[] encoded = EntryFormat.encode(proposer, time, commands);
      byte[] padded = new byte[encoded.length + 7];
      System.arraycopy(encoded, 0, padded, 3, encoded.length);
      LogEntry entry = EntryFormat.decode(7, 42, new ByteSlice(padded, 3, encoded.length));
      assertEquals(new Position(7, 42), entry.position());
      assertEquals(proposer, entry.proposerTerm());
      assertEquals(time, entry.logTimeMillis());
      assertEquals(commands.size(), entry.commands().size(), "seed " + seed);
      for (int i = 0; i < commands.size(); i++) {
        assertArrayEquals(commands.get(i), entry.commands().get(i).toArray(), "seed " + seed);
      }
    }
  }

  @Test
  void shouldNameTheEntryWhoseBytesAreNotAnEntry() {
    byte[] good = EntryFormat.encode(3, 5, List.of(new byte[] {9}, new byte[] {1, 2}));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      var e = assertThrows(IllegalStateException.class, () -> decode(cut));
      assertTrue(e.getMessage().contains("42"), e::getMessage);
    }
    byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
    assertThrows(IllegalStateException.class, () -> decode(longer));
    byte[] newer = good.clone();
    newer[0] = 2;
    var e = assertThrows(IllegalStateException.class, () -> decode(newer));
    assertTrue(e.getMessage().contains("newer release"), e::getMessage);
    byte[] manyCommands = good.clone();
    manyCommands[17] = 0x7f;
    assertThrows(IllegalStateException.class, () -> decode(manyCommands));
  }
}
