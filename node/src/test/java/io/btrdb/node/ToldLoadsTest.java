package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.StatusRequest;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What placement goes by reaches every node. */
@Timeout(300)
class ToldLoadsTest {
  @TempDir Path folder;

  @Test
  void shouldTellEverywhereWhatIsWrittenToARangeAndItsReplicas() throws Exception {
    try (InProcessNodes nodes = new InProcessNodes(folder, 1).found("n1", "n2", "n3")) {
      String shard = nodes.groups().get(0);
      try (SteadyWriter writer = new SteadyWriter("load", () -> nodes.client("n1")).start()) {
        writer.awaitMore(50);
        for (String node : new String[] {"n1", "n2", "n3"}) {
          InProcessNodes.await(
              "a rate of the replica on " + node,
              () -> nodes.state(node, shard).map(GroupState::getPointsRate).orElse(0L) > 0);
          InProcessNodes.await(
              "the range's rate, told by " + node, () -> group(nodes, node, shard) > 0);
        }
        assertEquals(0, group(nodes, "n2", nodes.groups().get(1)), "points of the catalog");
        writer.finish();
      }
    }
  }

  private static long group(InProcessNodes nodes, String node, String group) {
    ClusterStatus status =
        AdminGrpc.newBlockingStub(nodes.channel(node))
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .status(StatusRequest.getDefaultInstance());
    return status.getGroupsList().stream()
        .filter(seen -> seen.getGroup().equals(group))
        .mapToLong(GroupStatus::getPointsRate)
        .sum();
  }
}
