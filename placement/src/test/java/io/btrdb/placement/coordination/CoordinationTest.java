package io.btrdb.placement.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.placement.embedded.Await;
import io.btrdb.placement.embedded.TestEnsemble;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CoordinationTest {
  private static final String CLUSTER = "6b1f0d9e-0000-4000-8000-000000000001";
  private static final int SESSION_MILLIS = 2_000;

  @TempDir Path folder;
  private TestEnsemble ensemble;
  private Coordination n1;
  private Coordination n2;
  private final List<Coordination> opened = new ArrayList<>();

  @BeforeEach
  void drawPorts() {
    ensemble = TestEnsemble.of(1, folder);
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Coordination::close);
    ensemble.close();
  }

  private Coordination open(String node) {
    return open(node, CLUSTER);
  }

  private Coordination open(String node, String cluster) {
    Coordination coordination =
        Coordination.open(
            CoordinationSettings.plain(ensemble.connectString(), "test", cluster, SESSION_MILLIS),
            new Registration(node, "i1", "h:1", "h:2", "h:3", "rack 7", 100, "0.1"));
    opened.add(coordination);
    return coordination;
  }

  /** ZooKeeper and two nodes that see each other. */
  private void startTwo() {
    ensemble.startAll();
    n1 = open("n1");
    n2 = open("n2");
    awaitNodes(n1, "n1", "n2");
    awaitNodes(n2, "n1", "n2");
  }

  private static List<String> names(Coordination coordination) {
    return coordination.registered().stream().map(Registration::node).sorted().toList();
  }

  private static void awaitNodes(Coordination coordination, String... nodes) {
    Await.until(
        "registered are " + List.of(nodes), () -> names(coordination).equals(List.of(nodes)));
  }

  private Coordination awaitController() {
    Await.until(
        "a controller", () -> opened.stream().filter(Coordination::isController).count() == 1);
    return opened.stream().filter(Coordination::isController).findFirst().orElseThrow();
  }

  @Test
  void shouldShowEveryNodeAndOneControllerToAll() {
    startTwo();
    assertEquals("rack 7", n1.registered().get(0).zone());
    String controller = awaitController() == n1 ? "n1" : "n2";
    Await.until("n1 knows", () -> n1.controller().equals(Optional.of(controller)));
    Await.until("n2 knows", () -> n2.controller().equals(Optional.of(controller)));
  }

  @Test
  void shouldOpenAtOnceWithoutZooKeeperAndTakePartWhenItComes() {
    Coordination n1 = open("n1");
    assertEquals(Connection.LOST, n1.connection());
    assertTrue(n1.registered().isEmpty());
    assertFalse(n1.isController());
    CompletionException away = assertThrows(CompletionException.class, () -> n1.read().join());
    assertEquals(CoordinationException.Kind.AWAY, ((CoordinationException) away.getCause()).kind());
    ensemble.startAll();
    awaitNodes(n1, "n1");
    assertTrue(awaitController() == n1);
  }

  @Test
  void shouldRegisterAgainAndLoseTheLatchWhenItsSessionExpires() throws Exception {
    ensemble.startAll();
    Coordination n1 = open("n1");
    Await.until("n1 is controller", n1::isController);
    Coordination n2 = open("n2");
    awaitNodes(n2, "n1", "n2");
    n1.expireSession();
    Await.until("n2 takes over", n2::isController);
    Await.until("n1 knows", () -> n1.controller().equals(Optional.of("n2")));
    awaitNodes(n2, "n1", "n2");
    assertFalse(n1.isController());
  }

  @Test
  void shouldForgetANodeThatEnds() {
    startTwo();
    opened.remove(n2);
    n2.close();
    awaitNodes(n1, "n1");
    assertTrue(awaitController() == n1);
  }

  @Test
  void shouldRefuseToWriteOverWhatSomebodyElseWrote() {
    startTwo();
    assertEquals(Optional.empty(), n1.read().join());
    PlacementMap first = PlacementMap.EMPTY.next(Set.of("n3"), List.of(), List.of());
    int version = n1.write(first, OptionalInt.empty()).join();
    PlacementMap second = first.next(Set.of(), List.of(), List.of());
    n2.write(second, OptionalInt.of(version)).join();
    CompletionException stale =
        assertThrows(
            CompletionException.class, () -> n1.write(second, OptionalInt.of(version)).join());
    assertEquals(
        CoordinationException.Kind.STALE, ((CoordinationException) stale.getCause()).kind());
    assertEquals(second, n1.read().join().orElseThrow().map());
    Await.until("the copy follows", () -> n1.placement().equals(Optional.of(second)));
    n1.hint(List.of(new LeaderHint("g", 7, "n2"))).join();
    Await.until("hints are seen", () -> n2.leaders().equals(List.of(new LeaderHint("g", 7, "n2"))));
  }

  @Test
  void shouldFillAWipedZooKeeperAgain() {
    startTwo();
    PlacementMap map = PlacementMap.EMPTY.next(Set.of("n2"), List.of(), List.of());
    awaitController().write(map, OptionalInt.empty()).join();
    Await.until("n2 has seen the map", () -> n2.placement().isPresent());
    ensemble.stopAll();
    Await.until("n1 notices", () -> n1.connection() != Connection.CONNECTED);
    assertEquals(Optional.of(map), n1.placement());
    ensemble.wipe(0);
    ensemble.startAll();
    Await.until("n1 is back", () -> n1.connection() == Connection.CONNECTED);
    awaitNodes(n1, "n1", "n2");
    awaitNodes(n2, "n1", "n2");
    Coordination controller = awaitController();
    assertEquals(Optional.empty(), Await.value("reading the map", () -> controller.read().join()));
    controller.write(map, OptionalInt.empty()).join();
  }

  @Test
  void shouldStandAgainWhenEverythingIsDeletedUnderALiveSession() throws Exception {
    startTwo();
    awaitController();
    n1.deleteEverything();
    awaitNodes(n1, "n1", "n2");
    awaitController();
    Await.until("n2 knows", () -> n2.controller().isPresent());
  }

  @Test
  void shouldKeepAwayFromAnotherClusterOfItsName() {
    ensemble.startAll();
    Coordination n1 = open("n1");
    awaitNodes(n1, "n1");
    Coordination stranger = open("x1", "another");
    Await.until("refused", () -> stranger.connection() == Connection.REFUSED);
    assertFalse(stranger.isController());
    assertEquals(List.of("n1"), names(n1));
  }
}
