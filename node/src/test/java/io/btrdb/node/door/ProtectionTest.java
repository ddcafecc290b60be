package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.ChangesResponse;
import io.btrdb.api.v5.DeleteParams;
import io.btrdb.api.v5.DeleteResponse;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.node.plane.WriteResult;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One caller can neither keep a node at work for nothing nor keep others from it. */
@Timeout(120)
class ProtectionTest {
  private static final UUID HEAVY = new UUID(1, 1);

  /** About 14,000 leaves. */
  private static final int MANY = 10_000_000;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    door.close();
  }

  private void reopen(Patience patience) {
    door.close();
    door = new TestDoor(GrpcDoorOptions.of("127.0.0.1", 0, "test").withPatience(patience));
  }

  /** A connection from another host, as far as loopback has some. */
  static ManagedChannel channel(String address, String host) {
    NettyChannelBuilder.LocalSocketPicker picker =
        new NettyChannelBuilder.LocalSocketPicker() {
          @Override
          public SocketAddress createSocketAddress(SocketAddress remote, Attributes attributes) {
            return new InetSocketAddress(host, 0);
          }
        };
    return NettyChannelBuilder.forTarget(address).usePlaintext().localSocketPicker(picker).build();
  }

  private ManagedChannel from(String host) {
    ManagedChannel channel = channel(door.address(), host);
    channels.add(channel);
    // Calls arrive in the order they are made only once the connection stands.
    BTrDBGrpc.newBlockingStub(channel).info(InfoParams.getDefaultInstance());
    return channel;
  }

  private static NearestParams nearest(UUID stream) {
    return NearestParams.newBuilder().setUuid(bytes(stream)).build();
  }

  // ------------------------------------------------------------------------------ cancellation

  private StoredTree stored(int points) {
    StoredTree stored = StoredTree.of(points, 1_000_000);
    door.data.onLocate =
        stream -> stream.equals(HEAVY) ? CompletableFuture.completedFuture(stored.place()) : null;
    return stored;
  }

  @Test
  void shouldReadNoMoreBlocksForACancelledScan() {
    StoredTree stored = stored(MANY);
    PulledCall call =
        PulledCall.rawValues(
            door.channel,
            RawValuesParams.newBuilder().setUuid(bytes(HEAVY)).setEnd(Long.MAX_VALUE >> 4).build());
    call.request(1);
    assertEquals(Limits.CHUNK_POINTS, call.next().getValuesCount());
    call.cancel();
    door.until(() -> door.ended("RawValues", "CANCELLED") == 1);
    int read = stored.reads.get();
    assertTrue(read < 1_000, () -> read + " blocks for what was never read");
    for (int i = 0; i < 20; i++) {
      door.v5().info(InfoParams.getDefaultInstance());
    }
    assertEquals(read, stored.reads.get());
    assertEquals(0, door.data.pins.get());
  }

  /** All that changed is one range, so nothing is sent before all of the tree has been seen. */
  @Test
  void shouldReadNoMoreBlocksForACancelledScanThatSendsNothing() throws InterruptedException {
    StoredTree stored = stored(1_000_000);
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    stored.onRead =
        () -> {
          if (stored.reads.get() == 5) {
            reached.countDown();
            awaitQuietly(cancelled);
          }
        };
    ClientCall<ChangesParams, ChangesResponse> call =
        door.channel.newCall(BTrDBGrpc.getChangesMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.request(1);
    call.sendMessage(
        ChangesParams.newBuilder().setUuid(bytes(HEAVY)).setFromMajor(10).setResolution(0).build());
    call.halfClose();
    reached.await();
    call.cancel("test", null);
    // On the same connection: what it answers was sent after the node had heard of the cancelling.
    door.v5().info(InfoParams.getDefaultInstance());
    cancelled.countDown();
    door.until(() -> door.ended("Changes", "CANCELLED") == 1);
    assertEquals(6, stored.reads.get());
    assertEquals(0, door.data.pins.get());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // -------------------------------------------------------------------------------------- time

  @Test
  void shouldEndACallWhoseClientGaveNoDeadline() {
    reopen(new Patience(Duration.ofMillis(200), Duration.ofMinutes(5)));
    door.data.onLocate = stream -> new CompletableFuture<>();
    NearestResponse late = door.v5().nearest(nearest(HEAVY));
    assertEquals(ErrorCode.CONTEXT_ERROR.number(), late.getStat().getCode(), late.toString());
  }

  @Test
  void shouldCutOffAReaderThatTakesNothing() {
    reopen(new Patience(Duration.ofMinutes(30), Duration.ofMillis(200)));
    UUID stream = door.streamOf(400_000, 1_000);
    PulledCall stuck =
        PulledCall.rawValues(
            door.channel,
            RawValuesParams.newBuilder()
                .setUuid(bytes(stream))
                .setEnd(Long.MAX_VALUE >> 4)
                .build());
    door.until(() -> door.ended("RawValues", "402") == 1);
    long sent = door.sentBytes("RawValues");
    assertTrue(sent < 3 << 20, () -> sent + " bytes are held for a reader that takes none");
    assertEquals(0, door.data.pins.get());
    stuck.cancel();
  }

  // ---------------------------------------------------------------------------------- fairness

  @Test
  void shouldServeASmallReadAmongAThousandHeavyOnesOfAnother() throws Exception {
    StoredTree stored = stored(100_000);
    Semaphore disk = new Semaphore(0);
    stored.onRead = disk::acquireUninterruptibly;
    UUID small = door.streamOf(1, 1);
    var greedy = BTrDBGrpc.newFutureStub(from("127.0.0.2"));
    var modest = BTrDBGrpc.newFutureStub(from("127.0.0.3"));

    List<ListenableFuture<NearestResponse>> heavy = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      heavy.add(greedy.nearest(nearest(HEAVY)));
    }
    long taken = FairShare.alone(Limits.QUERIES + Limits.QUERIES_QUEUED);
    door.until(() -> door.ended("Nearest", "426") == 1_000 - taken);
    door.until(() -> disk.getQueueLength() == Limits.QUERIES);

    ListenableFuture<NearestResponse> answer = modest.nearest(nearest(small));
    int served = 0;
    while (!answer.isDone()) {
      int blocks = stored.reads.get();
      disk.release();
      door.until(() -> answer.isDone() || stored.reads.get() > blocks);
      served = (int) door.ended("Nearest", "0");
    }
    assertEquals(0, answer.get().getStat().getCode());
    assertTrue(served < Limits.QUERIES, served + " of " + taken + " heavy reads came first");

    disk.release(1 << 20);
    assertEquals(taken, heavy.stream().filter(ProtectionTest::isServed).count());
  }

  private static boolean isServed(ListenableFuture<NearestResponse> read) {
    try {
      return read.get().getStat().getCode() == 0;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldTakeAnothersWriteWhileOneHasAsManyAsItMay() {
    UUID slow = door.data.create();
    UUID quick = door.streamOf(1, 1);
    CompletableFuture<WriteResult> log = new CompletableFuture<>();
    door.data.onWrite = call -> call.operation().stream().equals(slow) ? log : null;
    List<ListenableFuture<DeleteResponse>> writes = new ArrayList<>();
    for (int connection = 0; connection < 2; connection++) {
      var greedy = BTrDBGrpc.newFutureStub(from("127.0.0.2"));
      for (int i = 0; i < Limits.CALLS_PER_CONNECTION - 1; i++) {
        writes.add(greedy.delete(delete(slow)));
      }
    }
    long taken = FairShare.alone(Limits.CALLS);
    door.until(() -> door.ended("Delete", "426") == writes.size() - taken);
    DeleteResponse other = BTrDBGrpc.newBlockingStub(from("127.0.0.3")).delete(delete(quick));
    assertEquals(0, other.getStat().getCode(), other.toString());

    log.complete(new WriteResult.Applied(11, 0));
    door.until(() -> door.ended("Delete", "0") == taken + 1);
  }

  private static DeleteParams delete(UUID stream) {
    return DeleteParams.newBuilder().setUuid(bytes(stream)).setStart(0).setEnd(1).build();
  }
}
