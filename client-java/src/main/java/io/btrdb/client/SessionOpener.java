package io.btrdb.client;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OpenSessionRequest;
import io.btrdb.api.cluster.OpenSessionResponse;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Opens the sessions in which lanes number their writes, again and again until a node has opened
 * one or nobody waits for it any more. Io thread.
 */
final class SessionOpener {
  private static final long CALL_MILLIS = 2_000;

  private final Cluster cluster;
  private final EventLoop io;
  private final Function<ShardLane, NodeLink> targets;
  private final Consumer<ShardLane> opened;

  /**
   * @param targets where to ask for a lane; null while no node is reachable
   * @param opened told when a lane has a session
   */
  SessionOpener(
      Cluster cluster,
      EventLoop io,
      Function<ShardLane, NodeLink> targets,
      Consumer<ShardLane> opened) {
    this.cluster = cluster;
    this.io = io;
    this.targets = targets;
    this.opened = opened;
  }

  /** Opens a session if the lane has none, none is being opened, and a write waits for it. */
  void open(ShardLane lane) {
    if (lane.session() != null || lane.isOpening() || lane.unnumbered().isEmpty()) {
      return;
    }
    int attempt = lane.beginOpening();
    NodeLink target = targets.apply(lane);
    if (target == null) {
      failed(lane, attempt, "no node of the cluster is reachable");
      return;
    }
    Session session = new Session();
    OpenSessionRequest request =
        OpenSessionRequest.newBuilder()
            .setShard(lane.shard())
            .setSessionHigh(session.id().getMostSignificantBits())
            .setSessionLow(session.id().getLeastSignificantBits())
            .build();
    target.prepare();
    String where = target.address() + ": opening a session: ";
    AsyncUnary.call(
        target.channel(),
        DataGrpc.getOpenSessionMethod(),
        request,
        CALL_MILLIS,
        io,
        response -> answered(lane, attempt, session, where, response),
        status -> failed(lane, attempt, where + Failures.describe(status)));
  }

  private void answered(
      ShardLane lane, int attempt, Session session, String where, OpenSessionResponse response) {
    if (response.getCode() != 0) {
      failed(lane, attempt, where + response.getCode() + " " + response.getMessage());
    } else if (lane.session() == null) {
      lane.opened(session);
      opened.accept(lane);
    }
  }

  private void failed(ShardLane lane, int attempt, String problem) {
    if (!lane.openingFailed(attempt, problem)) {
      return;
    }
    cluster.poll();
    long millis = Backoff.millis(lane.openingTries());
    var unused = io.schedule(() -> open(lane), millis, TimeUnit.MILLISECONDS);
  }
}
