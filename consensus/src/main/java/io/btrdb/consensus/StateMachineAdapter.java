package io.btrdb.consensus;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;

/**
 * One {@link ReplicatedStateMachine} as Ratis wants to see it. Ratis' snapshot is our checkpoint:
 * it learns its position and never sees its files.
 */
final class StateMachineAdapter extends BaseStateMachine {
  /** A leader that is there asks within milliseconds. */
  private static final long CHECKPOINT_USED_SECONDS = 10;

  /** A checkpoint's position. */
  private record Checkpoint(TermIndex termIndex) implements SnapshotInfo {
    @Override
    public TermIndex getTermIndex() {
      return termIndex;
    }

    @Override
    public List<FileInfo> getFiles() {
      return List.of();
    }
  }

  private final ReplicatedStateMachine machine;
  private final RatisGroup group;
  private final LeadershipGate gate;
  private final Proposer proposer;
  private final long checkpointBytes;
  private final Consumer<Throwable> onFailure;

  /** Null while there is none. Written by the apply thread. */
  private volatile Checkpoint newest;

  /** Bytes of entries applied since the newest checkpoint; apply thread only. */
  private long appliedBytes;

  private long bytesAtCheckpoint;

  StateMachineAdapter(
      ReplicatedStateMachine machine,
      RatisGroup group,
      LeadershipGate gate,
      Proposer proposer,
      long checkpointBytes,
      Consumer<Throwable> onFailure) {
    this.machine = machine;
    this.group = group;
    this.gate = gate;
    this.proposer = proposer;
    this.checkpointBytes = checkpointBytes;
    this.onFailure = onFailure;
  }

  // ---- life ----

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    group.opened(server);
    getLifeCycle().startAndTransition(this::open);
  }

  /**
   * Ratis is about to replace the state by an installed checkpoint; the apply thread does the work.
   */
  @Override
  public void pause() {
    if (getLifeCycleState() == LifeCycle.State.RUNNING) {
      getLifeCycle().transition(LifeCycle.State.PAUSING);
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  @Override
  public void reinitialize() {
    try {
      getLifeCycle().startAndTransition(this::open);
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
      throw e;
    }
  }

  private void open() {
    Position at = machine.open();
    TermIndex termIndex = RatisTypes.termIndex(at);
    newest = at.index() < 0 ? null : new Checkpoint(termIndex);
    setLastAppliedTermIndex(termIndex);
    bytesAtCheckpoint = appliedBytes;
    proposer.logTime(machine.logTimeMillis());
  }

  @Override
  public void close() {
    machine.close();
  }

  // ---- apply ----

  @Override
  public TransactionContext preAppendTransaction(TransactionContext transaction) {
    proposer.appending(transaction.getClientRequest());
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    try {
      apply(transaction.getLogEntry(), transaction.getClientRequest());
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
      throw e;
    }
    return CompletableFuture.completedFuture(Message.EMPTY);
  }

  private void apply(LogEntryProto logged, RaftClientRequest request) {
    ByteSlice bytes = RatisTypes.slice(logged.getStateMachineLogEntry().getLogData());
    LogEntry entry = EntryFormat.decode(logged.getTerm(), logged.getIndex(), bytes);
    List<Object> outcomes = machine.apply(entry);
    if (outcomes.size() != entry.commands().size()) {
      throw new IllegalStateException(
          outcomes.size() + " outcomes for " + entry.commands().size() + " commands");
    }
    proposer.logTime(entry.logTimeMillis());
    proposer.applied(request, outcomes);
    updateLastAppliedTermIndex(entry.term(), entry.index());
    appliedBytes += bytes.length();
    if (appliedBytes - bytesAtCheckpoint >= checkpointBytes) {
      // Here rather than when Ratis has time: it would first catch up with the whole log.
      checkpoint();
      group
          .division()
          .getRaftLog()
          .purge(newest.getIndex())
          .whenComplete(
              (purged, error) -> {
                if (error != null) {
                  onFailure.accept(error);
                }
              });
    }
  }

  // ---- checkpoints ----

  @Override
  public SnapshotInfo getLatestSnapshot() {
    return newest;
  }

  @Override
  public long takeSnapshot() {
    try {
      Checkpoint before = newest;
      TermIndex applied = getLastAppliedTermIndex();
      if (applied.getIndex() >= 0 && (before == null || before.getIndex() < applied.getIndex())) {
        checkpoint();
      }
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
      throw e;
    }
    return newest == null ? Position.NONE.index() : newest.getIndex();
  }

  private void checkpoint() {
    Position at = RatisTypes.position(getLastAppliedTermIndex());
    Position taken = machine.checkpoint(at);
    if (!taken.equals(at)) {
      throw new IllegalStateException("asked for a checkpoint at " + at + ", got one at " + taken);
    }
    newest = new Checkpoint(RatisTypes.termIndex(taken));
    bytesAtCheckpoint = appliedBytes;
  }

  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstAvailable) {
    RaftPeerId leader = RaftPeerId.valueOf(role.getFollowerInfo().getLeaderInfo().getId().getId());
    return machine
        .install(RatisTypes.position(firstAvailable), RatisTypes.peerId(leader))
        // Null asks Ratis' leader to ask again.
        .thenApply(at -> at.index() < 0 ? null : installed(RatisTypes.termIndex(at)));
  }

  /**
   * Ratis puts an installed checkpoint to use when the leader asks for it once more, and refuses
   * entries until then. A leader that was elected meanwhile, and whose own log goes back further,
   * sees no need to ask: its entries would be refused for ever. A replica that is opened anew
   * starts from the checkpoint.
   */
  private TermIndex installed(TermIndex checkpoint) {
    var unused =
        CompletableFuture.runAsync(
            () -> {
              Checkpoint used = newest;
              if (group.isOpen() && (used == null || used.getIndex() < checkpoint.getIndex())) {
                onFailure.accept(
                    new IllegalStateException(
                        "no leader has asked for the checkpoint at "
                            + checkpoint.getIndex()
                            + " that was fetched"));
              }
            },
            CompletableFuture.delayedExecutor(CHECKPOINT_USED_SECONDS, TimeUnit.SECONDS));
    return checkpoint;
  }

  // ---- events ----

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    long term = group.term();
    if (leader.equals(member.getPeerId())) {
      gate.elected(RatisTypes.peerId(leader), term);
    } else {
      gate.follows(RatisTypes.peerId(leader), term);
    }
  }

  @Override
  public void notifyLeaderReady() {
    gate.caughtUp(group.term());
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    gate.close();
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    onFailure.accept(cause);
  }

  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean wholeServer) {
    onFailure.accept(
        new IllegalStateException(
            wholeServer
                ? "Raft closed the whole server"
                : "Raft closed the group: this peer is not in its configuration any more"));
  }
}
