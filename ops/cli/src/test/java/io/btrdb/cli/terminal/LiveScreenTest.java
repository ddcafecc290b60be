package io.btrdb.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveScreenTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldPrintOneTextAfterTheOtherWhereThereIsNoTerminal() {
    try (LiveScreen screen = LiveScreen.open(Terminal.of("", out, out))) {
      screen.show(List.of("a", "b"));
      screen.show(List.of("c"));
    }
    assertEquals("a\nb\n\nc\n", out());
  }

  @Test
  void shouldOverwriteInPlaceAndGiveTheScreenBack() {
    try (LiveScreen screen = LiveScreen.open(Terminal.screen(out, out, 80, 10))) {
      screen.show(List.of("first"));
      screen.show(List.of("second"));
      assertFalse(out().contains("\u001b[2J"), "clearing the screen first would flicker");
      assertEquals(2, out().split("\u001b\\[\\?2026h\u001b\\[H", -1).length - 1);
      assertTrue(out().contains("second\u001b[K\r\n\u001b[J"), out());
    }
    assertTrue(out().endsWith("\u001b[?25h\u001b[?1049lsecond\n"), out());
  }

  @Test
  void shouldShowOnlyWhatFits() {
    try (LiveScreen screen = LiveScreen.open(Terminal.screen(out, out, 5, 4))) {
      screen.show(Collections.nCopies(9, "abcdefgh"));
      assertFalse(out().contains("abcdef"), out());
      assertTrue(out().contains("... 7 more lines"), out());
    }
  }

  @Test
  void shouldCountOnlyWhatIsSeen() {
    assertEquals("\u001b[1;31mab\u001b[0m", LiveScreen.fitted("\u001b[1;31mab\u001b[0m", 2));
    assertEquals("\u001b[1;31mab\u001b[0m", LiveScreen.fitted("\u001b[1;31mabc\u001b[0m", 2));
    assertEquals("█✓", LiveScreen.fitted("█✓█", 2));
  }
}
