package io.btrdb.placement.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.placement.coordination.Coordination;
import io.btrdb.placement.coordination.CoordinationSettings;
import io.btrdb.placement.coordination.PlacementMap;
import io.btrdb.placement.coordination.Registration;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EmbeddedZooKeeperTest {
  @TempDir Path folder;

  @Test
  void shouldChooseThreeMembersOrOne() {
    List<EmbeddedZooKeeper.Server> nodes =
        java.util.stream.IntStream.range(0, 5)
            .mapToObj(i -> new EmbeddedZooKeeper.Server("h" + i, "a" + i, 4414))
            .toList();
    assertEquals(nodes.subList(0, 1), EmbeddedZooKeeper.ensemble(nodes.subList(0, 1)));
    assertEquals(nodes.subList(0, 1), EmbeddedZooKeeper.ensemble(nodes.subList(0, 2)));
    assertEquals(nodes.subList(0, 3), EmbeddedZooKeeper.ensemble(nodes));
    assertEquals("a0:4414,a1:4414", EmbeddedZooKeeper.connectString(nodes.subList(0, 2)));
  }

  @Test
  void shouldServeWithAMajorityAndSurviveTheRestartOfAnyMember() {
    try (TestEnsemble ensemble = TestEnsemble.of(3, folder)) {
      ensemble.start(0);
      ensemble.start(1);
      try (Coordination n1 =
          Coordination.open(
              CoordinationSettings.plain(ensemble.connectString(), "test", "id", 4_000),
              new Registration("n1", "i", "h:1", "h:2", "h:3", "", 100, "0"))) {
        Await.until("a majority is enough", n1::isController);
        PlacementMap map = PlacementMap.EMPTY;
        int version =
            Await.value("write", () -> n1.write(PlacementMap.EMPTY, OptionalInt.empty()).join());
        ensemble.start(2);
        for (int member = 0; member < 3; member++) {
          ensemble.stop(member);
          PlacementMap next = map.next(Set.of("n" + member), List.of(), List.of());
          int from = version;
          version =
              Await.value(
                  "write without member " + member,
                  () ->
                      n1.read().join().orElseThrow().map().equals(next)
                          ? n1.read().join().orElseThrow().version()
                          : n1.write(next, OptionalInt.of(from)).join());
          map = next;
          ensemble.start(member);
        }
        PlacementMap last = map;
        assertEquals(last, Await.value("read", () -> n1.read().join()).orElseThrow().map());
        Await.until("still in charge", n1::isController);
      }
    }
  }
}
