package io.btrdb.node.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  @TempDir Path folder;

  @Test
  void shouldKeepOneLineForEachCallWhateverItsFieldsHold() throws IOException {
    try (AuditLog log = AuditLog.open(folder, 1 << 20, 3)) {
      log.note("ann/k1", "127.0.0.1:5", "Delete", "a stream\nof lies", "ok");
      log.note("ann/k1", "127.0.0.1:5", "Info", "", "PERMISSION_DENIED");
    }
    List<String> lines = Files.readAllLines(folder.resolve("audit.log"));
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).endsWith(" ann/k1 127.0.0.1:5 Delete a_stream_of_lies ok"));
    assertTrue(lines.get(1).endsWith(" Info - PERMISSION_DENIED"));
  }

  @Test
  void shouldGoOnInTheFileOfBeforeAndStayWithinItsBound() throws IOException {
    for (int round = 0; round < 40; round++) {
      try (AuditLog log = AuditLog.open(folder, 1_000, 3)) {
        for (int i = 0; i < 5; i++) {
          log.note("ann/k1", "127.0.0.1:5", "Delete", "round" + round, "ok");
        }
      }
    }
    try (var files = Files.list(folder)) {
      assertEquals(4, files.count());
    }
    assertFalse(Files.readString(folder.resolve("audit.log.3")).contains("round0 "));
    assertTrue(Files.readString(folder.resolve("audit.log")).contains("round39 "));
    assertTrue(Files.size(folder.resolve("audit.log")) <= 1_000);
  }
}
