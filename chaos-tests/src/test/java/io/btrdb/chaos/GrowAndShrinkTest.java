package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.client.Btrdb;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes come and go under load; the controller does the rest. */
@Timeout(900)
class GrowAndShrinkTest {
  private static final Duration MOVED = Duration.ofSeconds(180);

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  @Test
  void shouldGrowToFiveNodesAndShrinkToFourWithoutAFailedOperation() throws Exception {
    long seed = Seed.choose("GrowAndShrinkTest");
    try (Btrdb db = cluster.connectPatiently();
        Operator operator = new Operator(cluster.cluster().endpoint("n1"));
        Workload load = Workload.start(db, "grow", seed)) {
      load.writes().awaitPoints(20_000, Workload.RESUME);
      String fourth = cluster.grow();
      String fifth = cluster.grow();
      Duration grown =
          operator.await(
              "five nodes share evenly",
              MOVED,
              status -> isEven(status, Set.of("n1", "n2", "n3", fourth, fifth)));
      load.awaitWrites();
      System.out.printf("  3 -> 5 nodes in %.1f s; paused %s%n", seconds(grown), load.pauses());

      assertEquals(0, operator.drain("n3", false).getCode());
      Duration drained =
          operator.await(
              "n3 has nothing any more", MOVED, status -> node(status, "n3").getReplicas() == 0);
      cluster.cluster().stop("n3", Duration.ofSeconds(30));
      Duration shrunk =
          operator.await(
              "four nodes share evenly",
              MOVED,
              status -> isEven(status, Set.of("n1", "n2", fourth, fifth)));
      load.awaitWrites();
      load.writes().awaitPoints(5_000, Workload.RESUME);
      System.out.printf(
          "  n3 drained in %.1f s, even after %.1f s; paused %s%n",
          seconds(drained), seconds(shrunk), load.pauses());
      load.finish();
      assertEquals(List.of(), load.writes().failures());
      assertEquals(List.of(), load.reads().failures());
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static NodeStatus node(ClusterStatus status, String id) {
    return status.getNodesList().stream()
        .filter(node -> node.getCard().getNodeId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Replicas and leaders differ by one at most, nothing moves and every range is led. */
  private static boolean isEven(ClusterStatus status, Set<String> nodes) {
    List<NodeStatus> counted =
        status.getNodesList().stream()
            .filter(node -> nodes.contains(node.getCard().getNodeId()))
            .toList();
    return counted.stream()
            .map(node -> node.getCard().getNodeId())
            .collect(Collectors.toSet())
            .equals(nodes)
        && status.getMovesCount() == 0
        && status.getGroupsList().stream()
            .allMatch(
                group ->
                    !group.getLeader().isEmpty()
                        && group.getMembersList().stream().noneMatch(m -> m.getListener())
                        && group.getMembersList().stream()
                            .allMatch(m -> nodes.contains(m.getNodeId())))
        && spread(counted, NodeStatus::getReplicas) <= 1
        && spread(counted, NodeStatus::getLeaders) <= 1;
  }

  private static int spread(List<NodeStatus> nodes, ToIntFunction<NodeStatus> count) {
    int most = nodes.stream().mapToInt(count).max().orElse(0);
    return most - nodes.stream().mapToInt(count).min().orElse(0);
  }
}
