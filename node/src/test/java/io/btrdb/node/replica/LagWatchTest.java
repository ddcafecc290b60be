package io.btrdb.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.consensus.GroupId;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LagWatchTest {
  private final GroupId group = new GroupId(UUID.randomUUID());
  private final LagWatch watch = new LagWatch(id -> OptionalLong.empty());

  private Duration behind(long applied, long leader, long second) {
    return watch.behind(group, applied, leader, Duration.ofSeconds(second).toNanos());
  }

  @Test
  void shouldCountTheTimeThatAReplicaLacksWhatItsLeaderHad() {
    assertEquals(Duration.ZERO, behind(100, 100, 0));
    assertEquals(Duration.ZERO, behind(100, 200, 1));
    assertEquals(Duration.ofSeconds(9), behind(150, 900, 10));
    assertEquals(Duration.ofSeconds(40), behind(199, 5_000, 41));
    assertEquals(Duration.ZERO, behind(5_000, 5_000, 42));
  }

  @Test
  void shouldNotMeanAReplicaThatCatchesUp() {
    assertEquals(Duration.ZERO, behind(0, 10_000, 0));
    assertEquals(Duration.ofSeconds(20), behind(9_000, 20_000, 20));
    assertEquals(Duration.ZERO, behind(10_000, 30_000, 25));
    assertEquals(Duration.ofSeconds(15), behind(20_000, 40_000, 40));
  }
}
