package io.btrdb.node.replica;

import io.btrdb.consensus.ConsensusException;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.RaftNode;
import io.btrdb.consensus.RaftOptions;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.ReplicatedStateMachine;
import io.btrdb.consensus.Role;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(3);

  /** A state machine that wants to know its log. */
  public interface Hosted extends ReplicatedStateMachine {
    void attach(ReplicatedLog log);

    /** Where others fetch this replica's checkpoint. */
    ReplicaSource source();

    /** A command that is right in any state and changes nothing once the group is under way. */
    byte[] harmless();
  }

  private final Identity self;
  private final RaftNode raft;
  private final Map<GroupId, Hosted> hosted;

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
  public void create(FoundingRecord.Group group) {
    try {
      attach(raft.create(group.id(), group.voters()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create group " + group.id(), e);
    }
  }

  /** Creates an empty replica that waits for the group's leader to take it in. */
  public void join(GroupId group) {
    try {
      attach(raft.join(group));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a replica of group " + group, e);
    }
  }

  /** Starts a failed replica again from its checkpoint and log. */
  public void reopen(GroupId group) throws IOException {
    attach(raft.reopen(group));
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
    return Optional.ofNullable(hosted.get(group));
  }

  /** Why a replica does not serve right now; empty when it does. */
  public Optional<String> notServing(FoundingRecord.Group group) {
    String name = group.range().map(range -> "shard " + range.shard()).orElse("the catalog");
    Optional<ReplicatedLog> log = raft.group(group.id());
    if (log.isEmpty()) {
      return Optional.of(name + " has no replica here yet");
    }
    return switch (log.get().health()) {
      case Health.Failed failed -> Optional.of(name + " has failed: " + failed.reason());
      case Health.Starting starting -> Optional.of(name + " is starting");
      case Health.Healthy healthy -> notServing(name, log.get());
    };
  }

  private Optional<String> notServing(String name, ReplicatedLog log) {
    Role role = log.role();
    if (role.kind() == Role.Kind.LEADER) {
      return role.ready() ? Optional.empty() : Optional.of(name + " has just been elected");
    }
    if (role.leader().isEmpty()) {
      return Optional.of(name + " has no leader");
    }
    return log.members().voters().stream().anyMatch(peer -> peer.id().equals(self.peer()))
        ? Optional.empty()
        : Optional.of(name + " is catching up before it may vote");
  }

  /** Hands every leadership over to another voter, so that a stop costs no election. */
  public void resignAll() throws InterruptedException {
    for (ReplicatedLog log : logs()) {
      if (log.role().kind() == Role.Kind.LEADER) {
        resign(log);
      }
    }
  }

  private void resign(ReplicatedLog log) throws InterruptedException {
    List<PeerId> candidates = new ArrayList<>();
    log.followers().stream()
        .filter(f -> f.silence().compareTo(Duration.ofSeconds(2)) < 0)
        .sorted(java.util.Comparator.comparingLong(f -> f.lag()))
        .forEach(f -> candidates.add(f.id()));
    candidates.retainAll(log.members().voters().stream().map(Peer::id).toList());
    for (PeerId candidate : candidates) {
      try {
        log.transferLeadership(candidate, TRANSFER_TIMEOUT)
            .get(TRANSFER_TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
        return;
      } catch (ExecutionException | TimeoutException | ConsensusException e) {
        LOG.info("group {} could not be handed over to {}: {}", log.id(), candidate, e.toString());
      }
    }
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
