package io.btrdb.placement.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.btrdb.placement.embedded.Await;
import io.btrdb.placement.embedded.StallingProxy;
import io.btrdb.placement.embedded.TestEnsemble;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that stay open and do not move: worse than a ZooKeeper that is gone. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StalledZooKeeperTest {
  @TempDir Path folder;

  private static Coordination open(String node, String address) {
    return Coordination.open(
        CoordinationSettings.plain(address, "test", "id", 2_000),
        new Registration(node, "i", "h:1", "h:2", "h:3", "", 100, "0"));
  }

  private static boolean knows(Coordination node, String... others) {
    return node.registered().stream()
        .map(Registration::node)
        .sorted()
        .toList()
        .equals(List.of(others));
  }

  @Test
  void shouldAnswerAtOnceWhileItStallsAndComeBackAfterItsSessionHasExpired() {
    try (TestEnsemble ensemble = TestEnsemble.of(1, folder).startAll();
        StallingProxy proxy = StallingProxy.to(ensemble.port(0));
        Coordination slow = open("n1", proxy.address())) {
      Await.until("n1 is controller", slow::isController);
      PlacementMap map = PlacementMap.EMPTY.next(Set.of("n7"), List.of(), List.of());
      int version = slow.write(map, OptionalInt.empty()).join();
      Await.until("the map is seen", () -> slow.placement().equals(Optional.of(map)));
      try (Coordination other = open("n2", ensemble.connectString())) {
        Await.until("both are there", () -> knows(other, "n1", "n2"));

        proxy.stall();
        // Asked before anybody has noticed. A call that waited would wait until the release.
        CompletableFuture<?> read = slow.read();
        CompletableFuture<?> write = slow.write(map, OptionalInt.of(version));
        CompletableFuture<?> hint = slow.hint(List.of(new LeaderHint("g", 1, "n1")));
        assertEquals(Optional.of(map), slow.placement());
        slow.controller();
        slow.leaders();
        assertFalse(read.isDone() && write.isDone() && hint.isDone(), "the proxy does not stall");
        Await.until("n1 notices by itself", () -> !slow.isController());
        Await.until("its session expires", other::isController);
        Await.until("its registration, too", () -> knows(other, "n2"));
        assertEquals(Optional.of(map), slow.placement());
        Await.until(
            "no question stays open", () -> read.isDone() && write.isDone() && hint.isDone());

        proxy.release();
        Await.until("n1 is registered again", () -> knows(other, "n1", "n2"));
        Await.until("and knows", () -> slow.controller().equals(Optional.of("n2")));
        assertFalse(slow.isController());
      }
      Await.until("n1 takes over again", slow::isController);
    }
  }
}
