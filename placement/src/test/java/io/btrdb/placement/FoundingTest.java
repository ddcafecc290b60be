package io.btrdb.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoundingTest {
  @Test
  void shouldCoverTheSlotSpaceWithoutGapOrOverlap() {
    for (int shards : new int[] {1, 2, 3, 5, 16, 1000, 4096}) {
      int next = 0;
      for (ShardRange range : Founding.ranges(shards)) {
        assertEquals(next, range.firstSlot());
        next += range.slotCount();
        assertTrue(Math.abs(range.slotCount() - ShardRange.SLOTS / (double) shards) <= 1);
      }
      assertEquals(ShardRange.SLOTS, next);
    }
  }

  @Test
  void shouldMapRangesToTheWholeHashSpace() {
    List<ShardRange> ranges = Founding.ranges(3);
    assertEquals(0, ranges.get(0).hashStart());
    assertEquals(ranges.get(0).hashEnd(), ranges.get(1).hashStart());
    assertEquals(1L << 32, ranges.get(2).hashEnd());
  }

  @Test
  void shouldSpreadReplicasAndFirstChoicesEvenly() {
    for (int nodeCount = 1; nodeCount <= 7; nodeCount++) {
      List<Integer> nodes = IntStream.range(0, nodeCount).boxed().toList();
      Map<Integer, Integer> held = new HashMap<>();
      Map<Integer, Integer> led = new HashMap<>();
      int groups = nodeCount * 4;
      for (int group = 0; group < groups; group++) {
        List<Integer> replicas = Founding.replicas(group, nodes, 3);
        assertEquals(Math.min(3, nodeCount), new HashSet<>(replicas).size());
        replicas.forEach(node -> held.merge(node, 1, Integer::sum));
        led.merge(replicas.get(0), 1, Integer::sum);
      }
      assertEquals(1, new HashSet<>(held.values()).size());
      assertEquals(1, new HashSet<>(led.values()).size());
    }
  }

  @Test
  void shouldRefuseImpossibleRanges() {
    assertThrows(IllegalArgumentException.class, () -> Founding.ranges(0));
    assertThrows(IllegalArgumentException.class, () -> new ShardRange(0, 4000, 97));
  }
}
