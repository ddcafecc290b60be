package io.btrdb.node.replica;

import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.RaftNode;
import io.btrdb.consensus.RaftOptions;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.ReplicatedStateMachine;
import io.btrdb.consensus.Role;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.MemberChanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Raft server of this node and the replicas in it, by group. Thread-safe. */
public final class Replicas implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

  /** A state machine that wants to know its log. */
  public interface Hosted extends ReplicatedStateMachine, MemberChanges.Commands {
    void attach(ReplicatedLog log);

    /** Where others fetch this replica's checkpoint. */
    ReplicaSource source();
  }

  private final Identity self;
  private final RaftNode raft;
  private final Map<GroupId, Hosted> hosted;

  /** Replicas that are about to be deleted: nothing is asked of them any more. */
  private final Set<GroupId> retired = ConcurrentHashMap.newKeySet();

  private Replicas(Identity self, RaftNode raft, Map<GroupId, Hosted> hosted) {
    this.self = self;
    this.raft = raft;
    this.hosted = hosted;
  }

  /** Starts the server and the groups found in {@code directory}. */
  public static Replicas start(
      RaftOptions options,
      Identity self,
      String bindAddress,
      Path directory,
      Function<GroupId, Hosted> machines) {
    Map<GroupId, Hosted> hosted = new ConcurrentHashMap<>();
    try {
      RaftNode raft =
          RaftNode.start(
              options,
              self.peer(),
              bindAddress,
              directory,
              group -> {
                Hosted machine = machines.apply(group);
                hosted.put(group, machine);
                return machine;
              });
      raft.groups().forEach(log -> hosted.get(log.id()).attach(log));
      return new Replicas(self, raft, hosted);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot start Raft on "
              + bindAddress
              + " in "
              + directory
              + "; is the port taken, or the disk full? ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Creates this node's replica of a new group. */
  public synchronized void create(FoundingRecord.Group group) {
    try {
      attach(raft.create(group.id(), group.voters()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create group " + group.id(), e);
    }
  }

  /** Creates an empty replica that waits for the group's leader to take it in. */
  public synchronized void join(GroupId group) {
    try {
      attach(raft.join(group));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a replica of group " + group, e);
    }
  }

  /**
   * Starts a failed replica again from its checkpoint and log.
   *
   * @return false when it is retired and stays as it is
   */
  public synchronized boolean reopen(GroupId group) throws IOException {
    if (retired.contains(group)) {
      return false;
    }
    attach(raft.reopen(group));
    return true;
  }

  /** Keeps requests away from a replica that is to be deleted; reads under way go on. */
  void retire(GroupId group) {
    retired.add(group);
  }

  /** Stops a retired replica and deletes its log; nothing when there is none. */
  synchronized void remove(GroupId group) throws IOException {
    if (raft.group(group).isPresent()) {
      raft.remove(group, true);
    }
    hosted.remove(group);
  }

  /** After the last of a retired replica is deleted: it may be created anew. */
  void forget(GroupId group) {
    retired.remove(group);
  }

  private void attach(ReplicatedLog log) {
    hosted.get(log.id()).attach(log);
  }

  public Optional<ReplicatedLog> log(GroupId group) {
    return raft.group(group);
  }

  public Collection<ReplicatedLog> logs() {
    return raft.groups();
  }

  public Optional<Hosted> machine(GroupId group) {
    return retired.contains(group) ? Optional.empty() : Optional.ofNullable(hosted.get(group));
  }

  /**
   * Why a replica does not serve right now; empty when it does.
   *
   * @param comesBack it takes an older incarnation's place, and so does not serve before it votes;
   *     any other newcomer is extra until then
   */
  public Optional<String> notServing(FoundingRecord.Group group, boolean comesBack) {
    String name = group.name();
    Optional<ReplicatedLog> log = raft.group(group.id());
    if (log.isEmpty()) {
      return Optional.of(name + " has no replica here yet");
    }
    return switch (log.get().health()) {
      case Health.Failed failed -> Optional.of(name + " has failed: " + failed.reason());
      case Health.Starting starting -> Optional.of(name + " is starting");
      case Health.Healthy healthy -> notServing(name, log.get(), comesBack);
    };
  }

  private Optional<String> notServing(String name, ReplicatedLog log, boolean comesBack) {
    Role role = log.role();
    if (role.kind() == Role.Kind.LEADER) {
      return role.ready() ? Optional.empty() : Optional.of(name + " has just been elected");
    }
    if (log.members().voters().stream().noneMatch(peer -> peer.id().equals(self.peer()))) {
      return comesBack
          ? Optional.of(name + " is catching up before it may vote")
          : Optional.empty();
    }
    return role.leader().isPresent() ? Optional.empty() : Optional.of(name + " has no leader");
  }

  /**
   * Whether a follower lacks so little that it could take over at once; false unless this replica
   * leads.
   */
  public static boolean isCloseBehind(ReplicatedLog log, PeerId follower) {
    return log.followers().stream()
        .anyMatch(progress -> progress.id().equals(follower) && Handover.isClose(progress));
  }

  /**
   * Hands every leadership over to another voter, so that a stop costs no election.
   *
   * @return how many could not be handed over
   */
  public int resignAll() throws InterruptedException {
    return new Handover().giveUp(logs());
  }

  /** Takes a checkpoint of every replica, so that the next start has no log to replay. */
  public void checkpointAll(Duration limit) throws InterruptedException {
    CompletableFuture<?>[] all =
        logs().stream()
            .filter(log -> log.health() instanceof Health.Healthy)
            .map(ReplicatedLog::checkpointNow)
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(all).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("the next start replays some log: {}", e.toString());
    }
  }

  /** Whether any group is led here. */
  public boolean leads() {
    return logs().stream().anyMatch(log -> log.role().kind() == Role.Kind.LEADER);
  }

  @Override
  public void close() {
    try {
      raft.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing Raft failed", e);
    }
  }
}
