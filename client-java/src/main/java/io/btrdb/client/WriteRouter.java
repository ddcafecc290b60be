package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OpenSessionRequest;
import io.btrdb.api.cluster.OpenSessionResponse;
import io.btrdb.api.cluster.WriteOutcome;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings every write to the leader of its shard, as often as it takes, and its outcome back.
 *
 * <pre>
 * submit -> inbox -> lane of the shard (numbered in its session) -> link of the leader -> outcome
 *                              ^ parked: 405, 419, 426, link broken      |
 *                              +-----------------------------------------+
 * </pre>
 *
 * <p>A parked write goes on when its time has come, at once when the shard has a new leader or the
 * leader's node answers again, and for good when its deadline has passed. It keeps its number, so
 * the shard applies it once whatever happened to earlier tries.
 *
 * <p><b>Threads:</b> all state belongs to the io thread; only {@link #submit} may be called from
 * others, and what they bring meanwhile is handled in one go.
 */
final class WriteRouter implements NodeLink.Listener, Cluster.Listener {
  private static final long TICK_MILLIS = 50;
  private static final long OPEN_SESSION_MILLIS = 2_000;
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /** A leader that this client alone cannot reach is reached through others after this time. */
  private static final long FORWARD_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Cluster cluster;
  private final EventLoop io;
  private final Queue<PendingWrite> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final Map<Integer, ShardLane> lanes = new HashMap<>();

  /** Writes of streams whose shard nobody has told yet. */
  private final ArrayDeque<PendingWrite> homeless = new ArrayDeque<>();

  /** All writes without an outcome; deadlines grow from head to tail. */
  private final Set<PendingWrite> byDeadline = new LinkedHashSet<>();

  private final Set<NodeLink> toFlush = new LinkedHashSet<>();
  private boolean ticking;

  WriteRouter(Cluster cluster, EventLoop io) {
    this.cluster = cluster;
    this.io = io;
    cluster.listener(this);
  }

  /** Takes a write; its future completes on the io thread. Any thread. */
  void submit(PendingWrite write) {
    inbox.add(write);
    if (drainScheduled.compareAndSet(false, true)) {
      io.execute(this::drain);
    }
  }

  private void drain() {
    drainScheduled.set(false);
    for (PendingWrite write = inbox.poll(); write != null; write = inbox.poll()) {
      byDeadline.add(write);
      place(write);
    }
    flush();
    startTicking();
  }

  private void place(PendingWrite write) {
    if (write.outcome().isDone()) {
      return;
    }
    int shard = cluster.routes().shardOf(write.uuid());
    if (shard < 0) {
      homeless.add(write);
      return;
    }
    ShardLane lane = lanes.computeIfAbsent(shard, this::newLane);
    lane.unnumbered().add(write);
    pump(lane);
  }

  private ShardLane newLane(int shard) {
    ShardLane lane = new ShardLane(shard);
    lane.follow(cluster.routes().leaderOf(shard), cluster.routes().termOf(shard));
    return lane;
  }

  /** Numbers and sends what waits, as far as the session's window reaches. */
  private void pump(ShardLane lane) {
    if (lane.session() == null) {
      openSession(lane);
      return;
    }
    while (!lane.unnumbered().isEmpty() && lane.session().hasRoom()) {
      PendingWrite write = lane.unnumbered().poll();
      if (!write.outcome().isDone()) {
        write.number(lane.shard(), lane.session(), lane.session().next());
        dispatch(lane, write);
      }
    }
  }

  private void dispatch(ShardLane lane, PendingWrite write) {
    NodeLink target = targetOf(lane);
    if (target == null) {
      write.problem("no node of the cluster is reachable");
      park(lane, write, 0);
      return;
    }
    write.aim(target.address(), target.address().equals(lane.leader()));
    target.listener(this);
    target.send(write);
    toFlush.add(target);
  }

  /**
   * The leader; a node that forwards, while the leader is unknown or out of this client's reach.
   */
  private NodeLink targetOf(ShardLane lane) {
    NodeLink leader = lane.leader() == null ? null : cluster.link(lane.leader());
    if (leader != null && !leader.isBrokenFor(FORWARD_AFTER_NANOS)) {
      return leader;
    }
    for (NodeLink link : cluster.links()) {
      if (link != leader && link.isAliveWithin(FORWARD_AFTER_NANOS)) {
        return link;
      }
    }
    return leader;
  }

  private void flush() {
    while (!toFlush.isEmpty()) {
      List<NodeLink> links = List.copyOf(toFlush);
      toFlush.clear();
      links.forEach(NodeLink::flush);
    }
  }

  // ------------------------------------------------------------------------------------- sessions

  private void openSession(ShardLane lane) {
    if (lane.session() != null || lane.isOpening() || lane.unnumbered().isEmpty()) {
      return;
    }
    int attempt = lane.beginOpening();
    NodeLink target = targetOf(lane);
    if (target == null) {
      sessionFailed(lane, attempt, "no node of the cluster is reachable");
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
        OPEN_SESSION_MILLIS,
        io,
        response -> sessionAnswered(lane, attempt, session, where, response),
        status -> sessionFailed(lane, attempt, where + Failures.describe(status)));
  }

  private void sessionAnswered(
      ShardLane lane, int attempt, Session session, String where, OpenSessionResponse response) {
    if (response.getCode() != 0) {
      sessionFailed(lane, attempt, where + response.getCode() + " " + response.getMessage());
    } else if (lane.session() == null) {
      lane.opened(session);
      pump(lane);
      flush();
    }
  }

  private void sessionFailed(ShardLane lane, int attempt, String problem) {
    if (!lane.openingFailed(attempt, problem)) {
      return;
    }
    cluster.poll();
    long millis = Backoff.millis(lane.openingTries());
    var unused = io.schedule(() -> openSession(lane), millis, TimeUnit.MILLISECONDS);
  }

  // ------------------------------------------------------------------------------------- outcomes

  @Override
  public void answered(NodeLink link, PendingWrite write, WriteOutcome outcome) {
    if (outcome.hasTopology()) {
      cluster.learn(outcome.getTopology());
    }
    if (write.outcome().isDone()) {
      return;
    }
    ShardLane lane = lanes.get(write.shard());
    if (outcome.getCode() == 0 && !outcome.getSessionLost()) {
      finish(write);
      write.outcome().complete(new Version(outcome.getVersionMajor(), outcome.getVersionMinor()));
    } else {
      if (!outcome.getUnknown()) {
        write.answeredWithoutEffect();
      }
      write.problem(outcome.getCode() + " " + outcome.getMessage());
      if (outcome.getSessionLost()) {
        sessionLost(lane, write);
      } else if (outcome.getUnknown() || Failures.mayPass(outcome.getCode())) {
        park(lane, write, outcome.getRetryAfterMillis());
      } else {
        fail(write, outcome.getCode(), write.describe() + " failed: " + outcome.getMessage());
      }
    }
    pump(lane);
    flush();
  }

  private void sessionLost(ShardLane lane, PendingWrite write) {
    lane.lost(write.session());
    if (write.isFateOpen()) {
      fail(
          write,
          ErrorCode.CLUSTER_DEGRADED.number(),
          write.describe() + " was sent, its answer was lost, and the cluster has forgotten it");
      return;
    }
    write.session().finish(write.sequence());
    write.dropNumber();
    lane.unnumbered().add(write);
  }

  @Override
  public void broken(
      NodeLink link, List<PendingWrite> sent, List<PendingWrite> unsent, Status status) {
    List<PendingWrite> writes = new ArrayList<>(sent);
    writes.addAll(unsent);
    Map<Integer, List<PendingWrite>> byShard = new LinkedHashMap<>();
    for (PendingWrite write : writes) {
      if (write.outcome().isDone()) {
        continue;
      }
      String problem = Failures.describe(status);
      if (Failures.isRefusal(status)) {
        fail(write, Failures.code(status).number(), write.describe() + " failed: " + problem);
      } else {
        write.problem(problem);
        byShard.computeIfAbsent(write.shard(), shard -> new ArrayList<>()).add(write);
      }
    }
    byShard.forEach((shard, parked) -> park(lanes.get(shard), parked, 0));
    cluster.poll();
    flush();
  }

  private void park(ShardLane lane, PendingWrite write, long atLeastMillis) {
    park(lane, List.of(write), atLeastMillis);
  }

  /** Puts writes back together, so that they go on together and in their order. */
  private void park(ShardLane lane, List<PendingWrite> writes, long atLeastMillis) {
    lane.parked().addAll(writes);
    int[] waits = writes.stream().mapToInt(PendingWrite::countWait).toArray();
    long millis = Math.max(atLeastMillis, Backoff.millis(waits[0]));
    var unused = io.schedule(() -> unpark(lane, writes, waits), millis, TimeUnit.MILLISECONDS);
  }

  /** Sends those that have not gone on, and perhaps come back, meanwhile. */
  private void unpark(ShardLane lane, List<PendingWrite> writes, int[] waits) {
    List<PendingWrite> due = new ArrayList<>(writes.size());
    for (int i = 0; i < waits.length; i++) {
      if (writes.get(i).waits() == waits[i] && lane.parked().remove(writes.get(i))) {
        due.add(writes.get(i));
      }
    }
    resend(lane, due);
    flush();
  }

  private void resend(ShardLane lane, List<PendingWrite> writes) {
    for (PendingWrite write : writes) {
      if (!write.outcome().isDone()) {
        dispatch(lane, write);
      }
    }
  }

  private void fail(PendingWrite write, int code, String message) {
    boolean refusedAnyway =
        code == ErrorCode.INVALID_TIME_RANGE.number()
            || code == ErrorCode.INSERT_TOO_BIG.number()
            || code == ErrorCode.WRONG_ARGUMENTS.number()
            || code == ErrorCode.BAD_VALUE.number();
    Fate fate = write.isFateOpen() && !refusedAnyway ? Fate.UNKNOWN : Fate.NOT_APPLIED;
    finish(write);
    write
        .outcome()
        .completeExceptionally(
            new BtrdbException(code, fate, write.uuid(), write.lastAddress(), message, null));
  }

  private void finish(PendingWrite write) {
    byDeadline.remove(write);
    if (write.session() != null) {
      write.session().finish(write.sequence());
    }
  }

  // ------------------------------------------------------------------------------ routes and time

  @Override
  public void routesChanged() {
    for (int waiting = homeless.size(); waiting > 0; waiting--) {
      place(homeless.poll());
    }
    for (ShardLane lane : lanes.values()) {
      int shard = lane.shard();
      if (lane.follow(cluster.routes().leaderOf(shard), cluster.routes().termOf(shard))) {
        followLeader(lane);
      }
    }
    flush();
  }

  /** What another node has not answered goes to the new leader, which knows what was applied. */
  private void followLeader(ShardLane lane) {
    List<PendingWrite> writes = lane.takeParked();
    for (NodeLink link : cluster.links()) {
      if (!link.address().equals(lane.leader())) {
        writes.addAll(link.takeBack(lane.shard()));
      }
    }
    writes.sort(Comparator.comparingLong(PendingWrite::sequence));
    resend(lane, writes);
    lane.forgetOpening();
    openSession(lane);
  }

  @Override
  public void linkRecovered(NodeLink link) {
    for (ShardLane lane : lanes.values()) {
      if (link.address().equals(lane.leader())) {
        resend(lane, lane.takeParked());
        openSession(lane);
      }
    }
    flush();
  }

  private void startTicking() {
    if (!ticking && !byDeadline.isEmpty()) {
      ticking = true;
      var unused = io.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    ticking = false;
    expire();
    if (waitsForNews()) {
      cluster.poll();
    }
    flush();
    startTicking();
  }

  private void expire() {
    long now = System.nanoTime();
    while (!byDeadline.isEmpty()) {
      PendingWrite head = byDeadline.iterator().next();
      if (head.deadlineNanos() - now > 0) {
        return;
      }
      giveUp(head);
    }
  }

  private void giveUp(PendingWrite write) {
    ShardLane lane = lanes.get(write.shard());
    if (lane == null) {
      lane = lanes.get(cluster.routes().shardOf(write.uuid()));
    }
    String why = write.lastProblem();
    if (why == null && lane != null && lane.openingProblem() != null) {
      why = lane.openingProblem();
    }
    fail(
        write,
        ErrorCode.CLUSTER_DEGRADED.number(),
        write.describe()
            + " got no outcome before its deadline; "
            + write.attempts()
            + (write.attempts() == 1 ? " attempt" : " attempts")
            + " at "
            + (write.tried().isEmpty() ? "no node" : String.join(", ", write.tried()))
            + (why == null ? "" : "; the last problem: " + why));
    // Nothing may go on holding it: its bytes no longer count towards the limit.
    homeless.remove(write);
    cluster.links().forEach(link -> link.forget(write));
    if (lane != null) {
      lane.parked().remove(write);
      lane.unnumbered().remove(write);
      pump(lane);
    }
  }

  private boolean waitsForNews() {
    if (!homeless.isEmpty()) {
      return true;
    }
    for (ShardLane lane : lanes.values()) {
      if (lane.isStuck()) {
        return true;
      }
    }
    for (NodeLink link : cluster.links()) {
      if (link.isQuietFor(QUIET_NANOS)) {
        return true;
      }
    }
    return false;
  }
}
