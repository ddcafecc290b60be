package io.btrdb.consensus;

import io.btrdb.consensus.ConsensusException.Applied;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.LifeCycle;

/**
 * One group's log, as one of its replicas sees it. All methods may be called from any thread and
 * none waits. Futures complete on threads shared by all groups of the node: what is chained to them
 * must be short, or run elsewhere. They fail with {@link ConsensusException}.
 */
public final class ReplicatedLog {
  /** Once its state is open, a replica that its log names runs within less. */
  private static final int STARTING_LOOKS = 10;

  private final GroupId id;
  private final RaftServer server;
  private final RaftOptions options;
  private final RatisGroup group;
  private final ReplicatedStateMachine machine;
  private final LeadershipGate gate;
  private final Proposer proposer;
  private final ReadRounds reads;
  private final Membership membership;
  private final StateMachineAdapter adapter;
  private final EarlyElection election;
  private final StalledLeader stalled;
  private final Executor events;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** Ratis has done all that it does before others are heard. */
  private volatile boolean started;

  private int startingLooks;

  /** Closed on purpose: what Ratis says from now on is not a failure. */
  private volatile boolean closing;

  ReplicatedLog(
      GroupId id,
      PeerId self,
      RaftServer server,
      RaftOptions options,
      ReplicatedStateMachine machine,
      Executor threads,
      ExecutorService blocking,
      ScheduledExecutorService timer) {
    this.id = id;
    this.server = server;
    this.options = options;
    this.machine = machine;
    group = new RatisGroup(id, self);
    events = new SerialExecutor(threads);
    gate =
        new LeadershipGate(
            options.leaseWait(), timer, events, machine::leadership, this::leadershipChanged);
    proposer =
        new Proposer(
            group, gate, options, System::currentTimeMillis, timer, new SerialExecutor(threads));
    reads = new ReadRounds(group, gate, options.requestTimeout(), timer, threads);
    membership = new Membership(server, group, gate, options);
    election = new EarlyElection(server, group, options.elections().silence().toMillis(), blocking);
    stalled = new StalledLeader(options.requestTimeout().multipliedBy(2));
    adapter =
        new StateMachineAdapter(
            machine, group, gate, proposer, options.log().checkpointBytes(), this::fail);
  }

  private void leadershipChanged() {
    proposer.wake();
  }

  public GroupId id() {
    return id;
  }

  /**
   * Proposes a command; only on the leader. Commands are committed in the order of submission,
   * those that wait together in one entry.
   *
   * @param command 1 byte or more, at most {@link RaftOptions.Batching#commandBytesMax}; must not
   *     be changed afterwards
   * @return completes with the outcome of {@link ReplicatedStateMachine#apply} on this replica once
   *     the command is on the disks of a majority and applied here. {@link
   *     ConsensusException#applied()} says whether a command that failed may take effect all the
   *     same
   * @throws IllegalArgumentException if the command is too large
   */
  public CompletableFuture<Object> submit(byte[] command) {
    return proposer.submit(command);
  }

  /**
   * Makes a read of this replica's state linearizable.
   *
   * @return completes when everything acknowledged, by any leader, before this call has been
   *     applied here, and this replica was the leader at some moment since the call; fails with
   *     {@link ConsensusException.Kind#NOT_LEADER} otherwise
   */
  public CompletableFuture<Void> linearize() {
    Throwable failed = failure.get();
    return failed == null
        ? reads.linearize()
        : CompletableFuture.failedFuture(ConsensusException.failed(Applied.NO, failed));
  }

  public Role role() {
    if (!group.isOpen()) {
      return new Role(Role.Kind.FOLLOWER, false, 0, Optional.empty());
    }
    DivisionInfo info = group.division().getInfo();
    Role.Kind kind = kind(info.getCurrentRole());
    return new Role(
        kind,
        kind == Role.Kind.LEADER && gate.ready() && failure.get() == null,
        info.getCurrentTerm(),
        Optional.ofNullable(info.getLeaderId()).map(RatisTypes::peerId));
  }

  /** Ratis has no role for a group that is being opened. */
  private static Role.Kind kind(RaftPeerRole role) {
    return role == null
        ? Role.Kind.FOLLOWER
        : switch (role) {
          case LEADER -> Role.Kind.LEADER;
          case CANDIDATE -> Role.Kind.CANDIDATE;
          case LISTENER -> Role.Kind.LISTENER;
          case FOLLOWER, UNRECOGNIZED -> Role.Kind.FOLLOWER;
        };
  }

  public Health health() {
    Throwable failed = failure.get();
    if (failed != null) {
      return new Health.Failed(failed);
    }
    boolean running =
        group.isOpen() && group.division().getInfo().getLifeCycleState() == LifeCycle.State.RUNNING;
    return running ? new Health.Healthy() : new Health.Starting();
  }

  public Members members() {
    return membership.members();
  }

  /** How far each follower and listener is; empty unless this replica leads. */
  public List<FollowerProgress> followers() {
    return membership.progress();
  }

  /** Position of the last entry, Raft's own included, that this replica has applied. */
  public Position applied() {
    return RatisTypes.position(adapter.getLastAppliedTermIndex());
  }

  /** Position of the newest checkpoint; the log is needed only from there on. */
  public Position checkpointed() {
    var newest = adapter.getLatestSnapshot();
    return newest == null ? Position.NONE : RatisTypes.position(newest.getTermIndex());
  }

  /** The last index this replica knows to be committed; −1 when none. */
  public long committedIndex() {
    return group.division().getRaftLog().getLastCommittedIndex();
  }

  /** The first index still in this replica's log. */
  public long firstIndex() {
    return group.division().getRaftLog().getStartIndex();
  }

  /**
   * Hands the leadership to a voter; only on the leader. Commands are refused meanwhile, and the
   * new leader is ready one lease later (see {@link Leadership.BecameLeader}).
   */
  public CompletableFuture<Void> transferLeadership(PeerId to, Duration timeout) {
    return membership.transferLeadership(to, timeout);
  }

  /**
   * Adds a member without a vote; only on the leader. The newcomer has called {@link
   * RaftNode#join}. Completes when it has nearly caught up and the change is committed.
   *
   * <p>A checkpoint is taken first, with which the newcomer begins: in older entries it might meet
   * configurations of a time when it was a voter before, and stand for election by them.
   */
  public CompletableFuture<Void> addListener(Peer listener) {
    return membership.addListener(listener, this::checkpointNow);
  }

  /** Removes a member without a vote; only on the leader. */
  public CompletableFuture<Void> removeListener(PeerId listener) {
    return membership.removeListener(listener);
  }

  /**
   * Puts a listener in a voter's place, in one step; only on the leader, which cannot replace
   * itself. Refused unless the listener has caught up and a majority of the new voters answers.
   */
  public CompletableFuture<Void> replace(PeerId old, PeerId listener) {
    return membership.replace(old, listener);
  }

  /**
   * Gives a listener a vote beside the others; only on the leader. Refused as {@link #replace} is.
   */
  public CompletableFuture<Void> promote(PeerId listener) {
    return membership.promote(listener);
  }

  /**
   * Takes a voter out of the group; only on the leader, which cannot remove itself. Refused unless
   * a majority of those that stay answers and has caught up.
   */
  public CompletableFuture<Void> removeVoter(PeerId old) {
    return membership.removeVoter(old);
  }

  /**
   * The members by a committed configuration; only on the leader, which makes sure that a majority
   * still follows it. Refused while a change of members is under way.
   */
  public CompletableFuture<Members> confirmMembers() {
    return membership.confirmed(this::linearize);
  }

  /**
   * Takes a checkpoint of what is applied, on any replica, and lets the log be purged up to there.
   */
  public CompletableFuture<Position> checkpointNow() {
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            group.clientId(),
            group.self(),
            group.groupId(),
            group.nextCallId(),
            options.requestTimeout().toMillis(),
            1);
    return Membership.ask(() -> server.snapshotManagementAsync(request), Applied.UNKNOWN)
        .thenApply(nothing -> checkpointed());
  }

  // ---- for the node ----

  void started() {
    started = true;
  }

  /**
   * Asks Ratis whether this leader has applied its first entry when it has not said so for long,
   * and fails this replica when it gets nowhere: a leader that never speaks would keep its
   * followers from electing one that does. To be called again and again, by one thread.
   */
  void lookForReadiness() {
    if (!gate.overdue()) {
      stalled.none();
    } else if (group.division().getInfo().isLeaderReady()) {
      gate.caughtUp(group.term());
    } else {
      stalled.look(group.division(), System.nanoTime()).ifPresent(this::fail);
    }
  }

  /**
   * Fails this replica when Ratis keeps it from running although it is a member by now. Ratis opens
   * a replica whose log does not name it, such as one that stopped while it was taken in, in a
   * state that only a leader elected later ends. One that is opened anew finds itself in its log.
   *
   * <p>To be called again and again, by one thread.
   */
  void lookForMembership() {
    boolean waits =
        started
            && failure.get() == null
            && adapter.getLifeCycleState() == LifeCycle.State.RUNNING
            && group.division().getInfo().getLifeCycleState() == LifeCycle.State.STARTING
            && membership.includesSelf();
    startingLooks = waits ? startingLooks + 1 : 0;
    if (startingLooks >= STARTING_LOOKS) {
      fail(new IllegalStateException("opened before its log named it a member"));
    }
  }

  EarlyElection election() {
    return election;
  }

  StateMachineAdapter adapter() {
    return adapter;
  }

  /** Stops for good: gives up leadership, refuses everything, tells the state machine. */
  void fail(Throwable why) {
    if (closing || !failure.compareAndSet(null, RatisGroup.unwrap(why))) {
      return;
    }
    gate.close();
    proposer.fail(failure.get());
    events.execute(() -> machine.failed(failure.get()));
    if (group.isOpen()) {
      // Closing waits for Raft's threads, and this may be one of them.
      Thread.ofPlatform().daemon().name("close-failed-" + id).start(this::closeFailed);
    } else {
      machine.close();
    }
  }

  private void closeFailed() {
    group.division().close();
    // Ratis does so only if it got as far as starting the apply thread.
    machine.close();
  }

  void closing() {
    closing = true;
    gate.close();
    proposer.fail(new IllegalStateException("closed"));
  }
}
