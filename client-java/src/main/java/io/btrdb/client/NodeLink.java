package io.btrdb.client;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OutcomeFrame;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteOutcome;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node: its channel and the one stream of writes to it. Writes that wait share frames; nothing is
 * handed to gRPC before the stream is really open, so that a write is known not to have been sent
 * when there was no connection.
 *
 * <p><b>Threads:</b> the io thread, but for the methods that say "any thread".
 */
final class NodeLink {
  private static final int FRAME_BYTES = 1 << 20;
  private static final int FRAME_REQUESTS = 1_000;
  private static final int CONNECT_MILLIS = 1_000;
  private static final long RECOVERY_NANOS = 200_000_000L;

  /** Told about the writes of this link. */
  interface Listener {
    void answered(NodeLink link, PendingWrite write, WriteOutcome outcome);

    /** The stream broke: {@code sent} may have been applied, {@code unsent} were not. */
    void broken(NodeLink link, List<PendingWrite> sent, List<PendingWrite> unsent, Status status);
  }

  private final String address;
  private final EventLoop io;
  private final Credentials credentials;
  private final ArrayDeque<PendingWrite> outbox = new ArrayDeque<>();
  private final Map<Long, PendingWrite> unanswered = new LinkedHashMap<>();
  private final ReadChannels readChannels = new ReadChannels(this::newChannel);
  private volatile ManagedChannel channel;
  private volatile long heardNanos = System.nanoTime();
  private volatile boolean broken;
  private long brokenSinceNanos;
  private long busySinceNanos;
  private long aliveNanos;
  private long lastId;
  private boolean probing;
  private long listedNanos = System.nanoTime();
  private final AtomicInteger reads = new AtomicInteger();
  private Submission submission;
  private Listener listener;

  NodeLink(String address, EventLoop io, Credentials credentials) {
    this.address = address;
    this.io = io;
    this.credentials = credentials;
    this.channel = newChannel();
  }

  private ManagedChannel newChannel() {
    return credentials
        .secure(NettyChannelBuilder.forTarget("dns:///" + address), address)
        .eventLoopGroup(io)
        .channelType(NioSocketChannel.class)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .withOption(ChannelOption.TCP_NODELAY, true)
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(2, TimeUnit.SECONDS)
        .directExecutor()
        .disableRetry()
        .build();
  }

  void listener(Listener newListener) {
    listener = newListener;
  }

  /** Any thread. */
  String address() {
    return address;
  }

  /** Any thread. Replaced when the node has gone silent, so fetch it for every call. */
  ManagedChannel channel() {
    return channel;
  }

  /** Any thread. Connections for cursors. */
  ReadChannels readChannels() {
    return readChannels;
  }

  /** Any thread: a message from this node has arrived. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  /** Any thread: whether the last thing heard of the node was a failure. */
  boolean isBroken() {
    return broken;
  }

  boolean isBrokenFor(long nanos) {
    return broken && System.nanoTime() - brokenSinceNanos > nanos;
  }

  /** Whether the node has answered a probe within this time. */
  boolean isAliveWithin(long nanos) {
    return !broken && aliveNanos != 0 && System.nanoTime() - aliveNanos < nanos;
  }

  /** Any thread: a read has been sent here, and is under way until {@link #readEnds}. */
  void readBegins() {
    reads.incrementAndGet();
  }

  /** Any thread. */
  void readEnds() {
    reads.decrementAndGet();
  }

  /** Any thread: reads of this client that this node has not finished. */
  int readsUnderWay() {
    return reads.get();
  }

  /** A node of the cluster has named this one as another. */
  void listed(long nowNanos) {
    listedNanos = nowNanos;
  }

  /** Whether nobody had named this node for so long when the last news came. */
  boolean isUnlistedAt(long newsNanos, long nanos) {
    return newsNanos - listedNanos > nanos;
  }

  /** Whether no write is here. */
  boolean isIdle() {
    return unanswered.isEmpty() && outbox.isEmpty();
  }

  /** Whether writes have waited this long without any sign of life. */
  boolean isQuietFor(long nanos) {
    return !unanswered.isEmpty()
        && System.nanoTime() - Math.max(heardNanos, busySinceNanos) > nanos;
  }

  /** Before a call: a channel that has failed shall try again now rather than when it likes. */
  void prepare() {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
  }

  boolean beginProbe() {
    boolean free = !probing;
    probing = true;
    return free;
  }

  void endProbe() {
    probing = false;
  }

  /**
   * The node has answered. True when it had been out of reach for a while: not for a stream that
   * breaks each time it is opened, which is retried at its own pace.
   */
  boolean alive() {
    boolean recovered = isBrokenFor(RECOVERY_NANOS);
    broken = false;
    aliveNanos = System.nanoTime();
    heardNanos = aliveNanos;
    return recovered;
  }

  /** Nobody waits for this write any more. */
  void forget(PendingWrite write) {
    unanswered.remove(write.id(), write);
    outbox.remove(write);
  }

  /**
   * A node that accepts connections and says nothing is stopped or cut off: its connection would
   * hold every call for minutes, so it is given up.
   */
  void probeFailed(Status status, long askedNanos) {
    boolean silent = heardNanos - askedNanos < 0;
    markBroken();
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED && silent) {
      ManagedChannel old = channel;
      channel = newChannel();
      old.shutdownNow();
      readChannels.giveUp();
    }
  }

  private void markBroken() {
    if (!broken) {
      broken = true;
      brokenSinceNanos = System.nanoTime();
    }
  }

  /** Queues a write; {@link #flush} sends it. */
  void send(PendingWrite write) {
    outbox.add(write);
  }

  /** Sends what waits, in as few frames as its size allows, while the connection takes it. */
  void flush() {
    if (outbox.isEmpty()) {
      return;
    }
    if (submission == null) {
      prepare();
      Submission fresh = new Submission();
      submission = fresh;
      fresh.start();
    }
    while (submission != null && submission.isReady() && !outbox.isEmpty()) {
      submission.send(nextFrame());
    }
  }

  private SubmitFrame nextFrame() {
    SubmitFrame.Builder frame = SubmitFrame.newBuilder();
    int bytes = 0;
    int requests = 0;
    if (unanswered.isEmpty()) {
      busySinceNanos = System.nanoTime();
    }
    while (!outbox.isEmpty()
        && requests < FRAME_REQUESTS
        && (requests == 0 || bytes + outbox.peek().sizeBytes() <= FRAME_BYTES)) {
      PendingWrite write = outbox.poll();
      long id = ++lastId;
      bytes += write.sizeBytes();
      requests++;
      write.sent();
      unanswered.put(id, write);
      frame.addRequests(write.request(id));
    }
    return frame.build();
  }

  /** Takes back all writes of a shard, sent ones first; their answers will be ignored. */
  List<PendingWrite> takeBack(int shard) {
    List<PendingWrite> taken = new ArrayList<>();
    take(unanswered.values().iterator(), shard, taken);
    take(outbox.iterator(), shard, taken);
    return taken;
  }

  private static void take(Iterator<PendingWrite> from, int shard, List<PendingWrite> to) {
    while (from.hasNext()) {
      PendingWrite write = from.next();
      if (write.shard() == shard) {
        from.remove();
        to.add(write);
      }
    }
  }

  private void ended(Submission which, Status status) {
    if (which != submission) {
      return;
    }
    submission = null;
    markBroken();
    List<PendingWrite> sent = List.copyOf(unanswered.values());
    List<PendingWrite> unsent = List.copyOf(outbox);
    unanswered.clear();
    outbox.clear();
    listener.broken(this, sent, unsent, status);
  }

  private void received(OutcomeFrame frame) {
    heard();
    busySinceNanos = heardNanos;
    broken = false;
    for (WriteOutcome outcome : frame.getOutcomesList()) {
      PendingWrite write = unanswered.remove(outcome.getId());
      if (write != null) {
        listener.answered(this, write, outcome);
      }
    }
  }

  /** Any thread: lets calls under way come to their end, and takes no new ones. */
  void retire() {
    channel.shutdown();
    readChannels.retire();
  }

  /** Any thread. */
  void close() {
    channel.shutdownNow();
    readChannels.giveUp();
  }

  /** The stream of frames, from its start to its end. */
  private final class Submission extends ClientCall.Listener<OutcomeFrame> {
    private final ClientCall<SubmitFrame, OutcomeFrame> call =
        channel.newCall(DataGrpc.getSubmitMethod(), CallOptions.DEFAULT);

    void start() {
      call.start(this, new Metadata());
      // No window needed: there are never more outcomes than requests under way, which are bounded.
      call.request(Integer.MAX_VALUE);
    }

    boolean isReady() {
      return call.isReady();
    }

    void send(SubmitFrame frame) {
      call.sendMessage(frame);
    }

    @Override
    public void onReady() {
      onIo(NodeLink.this::flush);
    }

    @Override
    public void onMessage(OutcomeFrame frame) {
      onIo(() -> received(frame));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      // Never from within start() or send(), which may find the connection gone.
      io.execute(() -> ended(this, status));
    }

    private void onIo(Runnable task) {
      if (io.inEventLoop()) {
        task.run();
      } else {
        io.execute(task);
      }
    }
  }
}
