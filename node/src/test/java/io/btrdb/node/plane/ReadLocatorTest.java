package io.btrdb.node.plane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.ErrorCode;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.plane.DataPlane.NodeAddress;
import io.btrdb.node.plane.DataPlane.ReadCall;
import io.btrdb.node.plane.DataPlane.ShardRoute;
import io.btrdb.node.plane.DataPlane.Topology;
import io.btrdb.placement.ShardRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node without a replica: whom it asks. */
@Timeout(30)
class ReadLocatorTest {
  private static final GroupId GROUP = new GroupId(new UUID(1, 2));
  private static final UUID STREAM = new UUID(3, 4);

  private final ClusterView view = new ClusterView();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final RoutedDataPlane.Route route =
      new RoutedDataPlane.Route(GROUP, new ShardRange(0, 0, 4096), Optional.empty());
  private final ReadLocator locator =
      new ReadLocator(
          "n0",
          view,
          new Freshness(
              (group, millis) -> CompletableFuture.failedFuture(new AssertionError("not asked")),
              timer,
              System::nanoTime),
          timer,
          Runnable::run,
          ReadLocatorTest::topology);

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  private static Topology topology() {
    List<NodeAddress> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      nodes.add(new NodeAddress("n" + i, "10.0.0." + i + ":1", "10.0.0." + i + ":2"));
    }
    return new Topology(
        "c", 1, nodes, List.of(new ShardRoute(0, 0, 4096, "", 0, List.of("n1", "n2", "n3"))), "");
  }

  private ReadPlace locate(long version, boolean mayForward, int tries) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
    return locator
        .locate(() -> route, new ReadCall(STREAM, version, 0, mayForward, tries, deadline))
        .join();
  }

  private String node(long version, int tries) {
    return assertInstanceOf(ReadPlace.There.class, locate(version, true, tries)).nodeId();
  }

  @Test
  void shouldLetReplicasTakeTurnsWithAVersion() {
    view.observe(GROUP, "n2", 1);
    Map<String, Integer> asked = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      asked.merge(node(11, 0), 1, Integer::sum);
    }
    assertEquals(Map.of("n1", 10, "n2", 10, "n3", 10), asked);
  }

  @Test
  void shouldAskAnyReplicaForAVersionWhileThereIsNoLeader() {
    assertTrue(List.of("n1", "n2", "n3").contains(node(11, 0)));
  }

  @Test
  void shouldAskTheLeaderNext() {
    view.observe(GROUP, "n2", 1);
    for (int i = 0; i < 6; i++) {
      String second = node(11, 1);
      // One in three begins with the leader and goes on with another.
      assertTrue(second.equals("n2") || i % 3 == 1, second + " in turn " + i);
    }
  }

  @Test
  void shouldAskTheLeaderForTheLatest() {
    view.observe(GROUP, "n3", 1);
    for (int tries = 0; tries < 4; tries++) {
      assertEquals("n3", node(0, tries));
    }
  }

  @Test
  void shouldSayDegradedWhenNobodyLeadsOrTheLeaderIsAStranger() {
    assertEquals(ErrorCode.CLUSTER_DEGRADED, refusal(locate(0, true, 0)));
    view.observe(GROUP, "n9", 1);
    assertEquals(ErrorCode.CLUSTER_DEGRADED, refusal(locate(0, true, 0)));
  }

  @Test
  void shouldNotSendAwayWhoWantsToHearWhereToGo() {
    view.observe(GROUP, "n3", 1);
    assertEquals(ErrorCode.WRONG_ENDPOINT, refusal(locate(11, false, 0)));
  }

  private static ErrorCode refusal(ReadPlace place) {
    return assertInstanceOf(ReadPlace.Nowhere.class, place).code();
  }
}
