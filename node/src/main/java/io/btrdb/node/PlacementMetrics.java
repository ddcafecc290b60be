package io.btrdb.node;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.MoveStatus;
import io.btrdb.node.http.SampledMetric;
import java.util.function.Supplier;

/** How placement stands, as this node sees it. */
final class PlacementMetrics implements SampledMetric {
  private static final double MILLIS = 1e3;

  private final Supplier<ClusterStatus> status;

  PlacementMetrics(Supplier<ClusterStatus> status) {
    this.status = status;
  }

  @Override
  public void sample(Samples out) {
    ClusterStatus now = status.get();
    boolean connected = now.getZooKeeper().equals("connected");
    out.add("btrdb_placement_zookeeper_connected", () -> connected ? 1 : 0);
    out.add("btrdb_placement_controller_known", () -> now.getController().isEmpty() ? 0 : 1);
    out.add("btrdb_placement_moves", now::getMovesCount);
    out.add("btrdb_placement_oldest_move_seconds", () -> oldestSeconds(now));
  }

  /** By the clocks of this node and of the controller that began it, which differ a little. */
  private static double oldestSeconds(ClusterStatus status) {
    long now = System.currentTimeMillis();
    return status.getMovesList().stream()
            .mapToLong(MoveStatus::getStartedMillis)
            .filter(started -> started > 0)
            .map(started -> Math.max(0, now - started))
            .max()
            .orElse(0)
        / MILLIS;
  }
}
