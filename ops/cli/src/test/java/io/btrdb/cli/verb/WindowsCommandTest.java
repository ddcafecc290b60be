package io.btrdb.cli.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WindowsCommandTest {
  @Test
  void shouldChooseAWidthThatGivesAFewDozenWindows() {
    assertEquals(0, WindowsCommand.exponentFor(1));
    assertEquals(0, WindowsCommand.exponentFor(31));
    for (long span = 32; span > 0 && span < Long.MAX_VALUE / 3; span = span * 3 - 1) {
      long windows = span >> WindowsCommand.exponentFor(span);
      assertTrue(windows >= 15 && windows <= 33, span + " ns gives " + windows);
    }
  }
}
