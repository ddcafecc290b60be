package io.btrdb.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WindowsTest {
  @Test
  void shouldFindTheFirstOfTheLowestAndPassOverEmptyOnes() {
    Windows windows = new Windows(0, 10, 5);
    windows.set(1, 3, 4, 5, 2);
    windows.set(2, -1, 4, 9, 2);
    windows.set(4, -1, 0, 1, 2);
    assertEquals(2, windows.lowest());
    assertEquals(-1, windows.floor(), 0.0);
    assertEquals(9, windows.ceiling(), 0.0);
    assertEquals(6, windows.points());
    assertEquals(50, windows.end());
  }

  @Test
  void shouldHaveNoLowestWhenAllAreEmpty() {
    Windows windows = new Windows(0, 10, 5);
    assertEquals(-1, windows.lowest());
    assertTrue(Double.isNaN(windows.floor()));
    assertTrue(Double.isNaN(windows.ceiling()));
  }
}
