package io.btrdb.client;

import io.btrdb.api.ErrorCode;
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

  private final OpenWrites open = new OpenWrites();
  private final ParkedWrites parking;
  private final SessionOpener sessions;
  private final Set<NodeLink> toFlush = new LinkedHashSet<>();
  private boolean ticking;

  WriteRouter(Cluster cluster, EventLoop io) {
    this.cluster = cluster;
    this.io = io;
    this.parking = new ParkedWrites(io, this::unparked);
    this.sessions = new SessionOpener(cluster, io, this::targetOf, this::sessionOpened);
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
      open.add(write);
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
      sessions.open(lane);
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
      parking.park(lane, List.of(write), 0);
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

  private void sessionOpened(ShardLane lane) {
    pump(lane);
    flush();
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
      open.succeed(write, new Version(outcome.getVersionMajor(), outcome.getVersionMinor()));
    } else {
      if (!outcome.getUnknown()) {
        write.answeredWithoutEffect();
      }
      write.problem(outcome.getCode() + " " + outcome.getMessage());
      if (outcome.getSessionLost()) {
        sessionLost(lane, write);
      } else if (outcome.getUnknown() || Failures.mayPass(outcome.getCode())) {
        parking.park(lane, List.of(write), outcome.getRetryAfterMillis());
      } else {
        open.fail(write, outcome.getCode(), write.describe() + " failed: " + outcome.getMessage());
      }
    }
    pump(lane);
    flush();
  }

  private void sessionLost(ShardLane lane, PendingWrite write) {
    lane.lost(write.session());
    if (write.isFateOpen()) {
      open.fail(
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
        open.fail(write, Failures.code(status).number(), write.describe() + " failed: " + problem);
      } else {
        write.problem(problem);
        byShard.computeIfAbsent(write.shard(), shard -> new ArrayList<>()).add(write);
      }
    }
    byShard.forEach((shard, parked) -> parking.park(lanes.get(shard), parked, 0));
    cluster.poll();
    flush();
  }

  private void unparked(ShardLane lane, List<PendingWrite> writes) {
    resend(lane, writes);
    flush();
  }

  private void resend(ShardLane lane, List<PendingWrite> writes) {
    for (PendingWrite write : writes) {
      if (!write.outcome().isDone()) {
        dispatch(lane, write);
      }
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
    sessions.open(lane);
  }

  @Override
  public void linkRecovered(NodeLink link) {
    for (ShardLane lane : lanes.values()) {
      if (link.address().equals(lane.leader())) {
        resend(lane, lane.takeParked());
        sessions.open(lane);
      }
    }
    flush();
  }

  private void startTicking() {
    if (!ticking && !open.isEmpty()) {
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
    for (PendingWrite late = open.overdue(now); late != null; late = open.overdue(now)) {
      giveUp(late);
    }
  }

  private void giveUp(PendingWrite write) {
    ShardLane lane = lanes.get(write.shard());
    if (lane == null) {
      lane = lanes.get(cluster.routes().shardOf(write.uuid()));
    }
    boolean neverNumbered = write.lastProblem() == null && lane != null;
    open.expire(write, neverNumbered ? lane.openingProblem() : write.lastProblem());
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
