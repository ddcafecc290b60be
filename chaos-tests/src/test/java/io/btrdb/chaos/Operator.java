package io.btrdb.chaos;

import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.DrainRequest;
import io.btrdb.api.cluster.StatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What an operator sees of a cluster and asks of it, through one node. */
final class Operator implements AutoCloseable {
  private static final int CALL_SECONDS = 20;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ManagedChannel channel;

  /**
   * @param endpoint host:port of a node's gRPC door
   */
  Operator(String endpoint) {
    channel = NettyChannelBuilder.forTarget(endpoint).usePlaintext().build();
  }

  private AdminGrpc.AdminBlockingStub admin() {
    return AdminGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
  }

  ClusterStatus status() {
    return admin().status(StatusRequest.getDefaultInstance());
  }

  AdminReply drain(String node, boolean cancel) {
    return admin().drain(DrainRequest.newBuilder().setNodeId(node).setCancel(cancel).build());
  }

  /** Waits until the status is as wanted, and says how long that took. */
  Duration await(String what, Duration limit, Predicate<ClusterStatus> condition) {
    long begin = System.nanoTime();
    ClusterStatus last = status();
    while (!condition.test(last)) {
      if (System.nanoTime() - begin > limit.toNanos()) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what + "\n" + last);
      }
      LockSupport.parkNanos(POLL_NANOS);
      last = status();
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
