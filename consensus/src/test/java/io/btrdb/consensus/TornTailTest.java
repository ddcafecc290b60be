package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TornTailTest {
  private static final int BODY_BYTES = 3000;
  private static final int ENTRY_BYTES = 2 + BODY_BYTES + Integer.BYTES;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void makeFolder() throws IOException {
    file = Files.createDirectories(folder.resolve("current")).resolve("log_inprogress_7");
  }

  /** A header, three entries, and zeros. */
  private static byte[] log() {
    ByteBuffer out = ByteBuffer.allocate(16 << 10);
    out.put("RaftLog1".getBytes(StandardCharsets.UTF_8));
    Random random = new Random(5);
    for (int i = 0; i < 3; i++) {
      int start = out.position();
      byte[] body = new byte[BODY_BYTES];
      random.nextBytes(body);
      out.put((byte) (BODY_BYTES & 0x7f | 0x80)).put((byte) (BODY_BYTES >> 7)).put(body);
      CRC32C checksum = new CRC32C();
      checksum.update(out.array(), start, out.position() - start);
      out.putInt((int) checksum.getValue());
    }
    return out.array();
  }

  private Optional<TornTail.Cut> repair(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return TornTail.repair(folder);
  }

  @Test
  void shouldLeaveAWholeLogAlone() throws IOException {
    assertEquals(Optional.empty(), repair(log()));
    assertArrayEquals(log(), Files.readAllBytes(file));
    Files.delete(file);
    assertEquals(Optional.empty(), TornTail.repair(folder));
    assertEquals(Optional.empty(), TornTail.repair(folder.resolve("missing")));
  }

  @Test
  void shouldCutTheLastEntryWhereverASectorOfItIsMissing() throws IOException {
    int last = 8 + 2 * ENTRY_BYTES;
    for (int sector = last / 512 + 1; sector * 512 + 512 <= last + ENTRY_BYTES; sector++) {
      byte[] torn = log();
      Arrays.fill(torn, sector * 512, sector * 512 + 512, (byte) 0);
      assertEquals(last, repair(torn).orElseThrow().at());
      assertArrayEquals(Arrays.copyOf(log(), last), Files.readAllBytes(file));
    }
  }

  @Test
  void shouldCutTheLastEntryWhereverTheFileEnds() throws IOException {
    int last = 8 + 2 * ENTRY_BYTES;
    for (int end = last + 1; end < last + ENTRY_BYTES; end += 97) {
      assertEquals(last, repair(Arrays.copyOf(log(), end)).orElseThrow().at());
      assertEquals(last, Files.size(file));
    }
  }

  @Test
  void shouldNotTakeDamageForATornEntry() throws IOException {
    for (int at = 8 + 2; at < 8 + 3 * ENTRY_BYTES; at += 101) {
      byte[] damaged = log();
      damaged[at] ^= 0x10;
      if (damaged[at] != 0 && at % ENTRY_BYTES > 12) {
        assertEquals(Optional.empty(), repair(damaged), "byte " + at);
        assertTrue(Files.size(file) == damaged.length);
      }
    }
    byte[] longLength = log();
    longLength[9] = 0x7f;
    assertEquals(Optional.empty(), repair(longLength), "an entry that seems to reach past the end");
  }
}
