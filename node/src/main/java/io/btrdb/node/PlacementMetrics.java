package io.btrdb.node;

import io.btrdb.node.control.Control.Standing;
import io.btrdb.node.http.SampledMetric;
import java.util.function.Supplier;

/** How placement stands, as this node sees it. */
final class PlacementMetrics implements SampledMetric {
  private static final double MILLIS = 1e3;

  private final Supplier<Standing> standing;

  PlacementMetrics(Supplier<Standing> standing) {
    this.standing = standing;
  }

  @Override
  public void sample(Samples out) {
    Standing now = standing.get();
    out.add("btrdb_placement_zookeeper_connected", () -> now.zooKeeperConnected() ? 1 : 0);
    out.add("btrdb_placement_controller_known", () -> now.controllerKnown() ? 1 : 0);
    out.add("btrdb_placement_moves", now::moves);
    out.add("btrdb_placement_oldest_move_seconds", () -> now.oldestMoveMillis() / MILLIS);
  }
}
