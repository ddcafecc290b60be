package io.btrdb.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.node.replica.DiskWatch.Level;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskWatchTest {
  private static final long MEBI = 1 << 20;

  private final AtomicLong free = new AtomicLong(10_000 * MEBI);

  /** Critical below 512 MiB. */
  private final DiskWatch watch = new DiskWatch(free::get, 10_240 * MEBI, () -> false, () -> {});

  private Level levelAt(long mebibytes) {
    free.set(mebibytes * MEBI);
    watch.look();
    return watch.level();
  }

  @Test
  void shouldGoThroughTheLevelsAsSpaceRunsOut() {
    assertEquals(Level.PLENTY, levelAt(1_024));
    assertEquals(Level.LOW, levelAt(1_023));
    assertTrue(watch.reason().isEmpty());
    assertEquals(Level.CRITICAL, levelAt(511));
    assertTrue(watch.reason().orElseThrow().contains("almost full: 511 MiB are left"));
    assertEquals(Level.FULL, levelAt(63));
    assertTrue(watch.reason().orElseThrow().contains("is full"));
  }

  @Test
  void shouldLeaveALevelOnlyWithAQuarterMoreSpaceThanItTookToEnter() {
    assertEquals(Level.FULL, levelAt(1));
    assertEquals(Level.FULL, levelAt(79));
    assertEquals(Level.CRITICAL, levelAt(80));
    assertEquals(Level.CRITICAL, levelAt(639));
    assertEquals(Level.LOW, levelAt(640));
    assertEquals(Level.LOW, levelAt(1_279));
    assertEquals(Level.PLENTY, levelAt(1_280));
  }
}
