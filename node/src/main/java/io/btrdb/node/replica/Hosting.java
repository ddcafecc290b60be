package io.btrdb.node.replica;

import io.btrdb.api.cluster.ConfirmRequest;
import io.btrdb.api.cluster.ConfirmResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.RaftNode;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.storage.local.DataDirectory;
import io.btrdb.storage.local.LocalSegmentStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replicas this node has: makes new ones and deletes those that have moved away, so that a
 * crash at any step leaves a list from which the next start goes on.
 *
 * <p><b>Nothing is deleted on hearsay.</b> Before a replica goes, the leader of its group confirms,
 * with its majority and by a committed configuration of a term no older than the replica's own,
 * that this peer is no member. That holds for a request to delete, too, and for a replica that was
 * moved away while this node was down: it finds no leader, asks, and goes by itself.
 *
 * <p>Thread-safe; calls may block for some seconds.
 */
public final class Hosting {
  private static final Logger LOG = LoggerFactory.getLogger(Hosting.class);
  private static final long MEBI = 1 << 20;
  private static final long FREE_BYTES_MIN = 1024 * MEBI;
  private static final long FREE_FRACTION_MIN = 20;
  private static final long ROUND_MILLIS = 2_000;
  private static final long CONFIRM_TIMEOUT_MILLIS = 3_000;

  /** Reads that have begun get this long; those that are slower fail and may be tried again. */
  private static final long READS_END_MILLIS = 5_000;

  private static final long TRANSFER_STOP_MILLIS = 40_000;
  private static final long DROP_PATIENCE_MILLIS = 15_000;

  /** Rounds without a leader after which a replica asks whether it is still wanted. */
  private static final int LOST_ROUNDS = 3;

  /** Rounds, half an hour of them, that a replica waits until it is a member by its own log. */
  private static final int WAITING_ROUNDS = 900;

  /** Where a node's replicas are. */
  public record Folders(Path raft, Path state) {}

  /** The stores that replicas share. */
  public record Stores(
      DataDirectory data,
      LocalSegmentStore segments,
      SharedNodeCache cache,
      ReplicaFetch fetch,
      SegmentRepair repair) {}

  private final Identity self;
  private final String address;
  private final Map<GroupId, FoundingRecord.Group> groups;
  private final HeldGroups held;
  private final Replicas replicas;
  private final Folders folders;
  private final Stores stores;
  private final ClusterView view;
  private final PeerChannels channels;
  private final Executor workers;
  private final Map<GroupId, Integer> roundsAlone = new ConcurrentHashMap<>();

  /**
   * Replicas made here that have not been members yet: while they read the log from its beginning
   * they pass through configurations that do not name them.
   */
  private final Set<GroupId> newcomers = ConcurrentHashMap.newKeySet();

  private final Map<GroupId, CompletableFuture<Void>> deletions = new ConcurrentHashMap<>();

  /**
   * @param address of this node's Raft endpoint, as others dial it
   * @param groups all of the cluster
   */
  public Hosting(
      Identity self,
      String address,
      Map<GroupId, FoundingRecord.Group> groups,
      HeldGroups held,
      Replicas replicas,
      Folders folders,
      Stores stores,
      ClusterView view,
      PeerChannels channels,
      Executor workers) {
    this.self = self;
    this.address = address;
    this.groups = groups;
    this.held = held;
    this.replicas = replicas;
    this.folders = folders;
    this.stores = stores;
    this.view = view;
    this.channels = channels;
    this.workers = workers;
  }

  /** Before Raft starts: deletes what a crash has left of replicas that were to go. */
  public static void finishDeletions(
      HeldGroups held,
      Map<GroupId, FoundingRecord.Group> groups,
      Folders folders,
      LocalSegmentStore segments) {
    held.states()
        .forEach(
            (group, state) -> {
              if (state == HeldGroups.State.LEAVING) {
                try {
                  RaftNode.delete(folders.raft(), group);
                } catch (IOException e) {
                  throw new UncheckedIOException("cannot delete the log of group " + group, e);
                }
                deleteTree(folders.state().resolve(group.toString()));
                Optional.ofNullable(groups.get(group))
                    .flatMap(FoundingRecord.Group::range)
                    .ifPresent(range -> segments.deleteShard(range.shard()));
                held.remove(group);
              }
            });
  }

  /** Whether a log that this incarnation had is gone: it has forgotten what it voted for. */
  public boolean forgotten() {
    return held.isForeign()
        || held.states().entrySet().stream()
            .anyMatch(
                entry ->
                    entry.getValue() == HeldGroups.State.HELD
                        && replicas.log(entry.getKey()).isEmpty());
  }

  /**
   * Makes the replicas that this node is to have from its start: a founder its first ones, once,
   * and any node those whose making was cut short.
   *
   * @param founder this incarnation is one of the cluster's founders
   */
  public void complete(boolean founder) {
    if (held.isFresh()) {
      held.putAll(replicas.logs().stream().map(ReplicatedLog::id).toList(), HeldGroups.State.HELD);
      if (founder) {
        held.putAll(
            groups.values().stream()
                .filter(group -> group.isOn(self.node()) && replicas.log(group.id()).isEmpty())
                .map(FoundingRecord.Group::id)
                .toList(),
            HeldGroups.State.FOUNDING);
      }
    }
    held.states()
        .forEach(
            (group, state) -> {
              switch (state) {
                case FOUNDING -> found(groups.get(group));
                case JOINING -> join(group);
                case HELD, LEAVING -> {}
              }
            });
  }

  private void found(FoundingRecord.Group group) {
    if (replicas.log(group.id()).isEmpty()) {
      clean(group.id());
      replicas.create(group);
    }
    held.put(group.id(), HeldGroups.State.HELD);
  }

  private void join(GroupId group) {
    if (replicas.log(group).isEmpty()) {
      held.put(group, HeldGroups.State.JOINING);
      clean(group);
      replicas.join(group);
    }
    held.put(group, HeldGroups.State.HELD);
  }

  /** What an earlier attempt may have left. Segments stay: they are the same on all nodes. */
  private void clean(GroupId group) {
    try {
      RaftNode.delete(folders.raft(), group);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete what is left of group " + group, e);
    }
    deleteTree(folders.state().resolve(group.toString()));
  }

  public void start(ScheduledExecutorService timer) {
    timer.scheduleWithFixedDelay(
        () -> workers.execute(this::round), ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  // ------------------------------------------------------------------------------------ coming

  /** Whether this node has a replica of a shard and is to keep it. */
  public boolean keeps(GroupId group) {
    return held.state(group).filter(state -> state != HeldGroups.State.LEAVING).isPresent();
  }

  /** Where a replica of this node is reached by Raft. */
  public String address() {
    return address;
  }

  /**
   * Makes an empty replica that waits to be taken in; nothing when there is one.
   *
   * @param first whether there has to be room for what it will hold
   * @return why not; empty when it is there
   */
  public synchronized Optional<String> host(GroupId group, boolean first) {
    if (!groups.containsKey(group)) {
      return Optional.of("group " + group + " is not one of this cluster's");
    }
    if (held.state(group).filter(HeldGroups.State.LEAVING::equals).isPresent()) {
      return Optional.of("the last replica of " + name(group) + " is still being deleted here");
    }
    if (replicas.log(group).isPresent()) {
      return Optional.empty();
    }
    long free = stores.data().freeBytes();
    long needed = Math.max(FREE_BYTES_MIN, stores.data().totalBytes() / FREE_FRACTION_MIN);
    if (first && free < needed) {
      return Optional.of(
          "only " + free / MEBI + " MiB are free here, and " + needed / MEBI + " are to stay free");
    }
    newcomers.add(group);
    join(group);
    LOG.info("{} has a replica here that waits to be taken in", name(group));
    return Optional.empty();
  }

  // ------------------------------------------------------------------------------------- going

  /**
   * Deletes this node's replica of a group, of which it is no member any more.
   *
   * @return why not, or not yet; empty when nothing of it is left
   */
  public Optional<String> drop(GroupId group, String peer) throws InterruptedException {
    if (!Identity.nodeOf(peer).equals(self.node())) {
      return Optional.of("this is node " + self.node() + ", not the node of " + peer);
    }
    // An earlier incarnation has left nothing behind.
    if (!peer.equals(self.peer().value()) || held.state(group).isEmpty()) {
      return Optional.empty();
    }
    if (keeps(group)) {
      Optional<String> needed = stillNeeded(group);
      if (needed.isPresent()) {
        return needed;
      }
    }
    try {
      leave(group).get(DROP_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.of("it is being deleted");
    } catch (ExecutionException e) {
      return Optional.of("its deletion failed and is tried again: " + e.getCause().getMessage());
    }
  }

  /** Empty when the group's leader confirms that this peer is no member. */
  private Optional<String> stillNeeded(GroupId group) throws InterruptedException {
    Optional<String> leader =
        view.leader(group).map(ClusterView.Leader::node).filter(node -> !node.equals(self.node()));
    if (leader.isEmpty()) {
      return Optional.of("no other node is known to lead " + name(group));
    }
    ConfirmRequest request =
        ConfirmRequest.newBuilder().setGroup(group.toString()).setPeer(self.peer().value()).build();
    try {
      ConfirmResponse answer =
          channels
              .call(leader.get(), PeerGrpc.getConfirmMethod(), request, CONFIRM_TIMEOUT_MILLIS)
              .get();
      if (answer.getMember()) {
        return Optional.of(self.peer() + " is a member of " + name(group));
      }
      long term = replicas.log(group).map(log -> log.role().term()).orElse(0L);
      return answer.getTerm() >= term
          ? Optional.empty()
          : Optional.of(
              "the leader's term " + answer.getTerm() + " is older than this replica's " + term);
    } catch (ExecutionException e) {
      return Optional.of(leader.get() + " does not confirm it: " + e.getCause().getMessage());
    }
  }

  private CompletableFuture<Void> leave(GroupId group) {
    return deletions.computeIfAbsent(
        group,
        id -> {
          CompletableFuture<Void> done = CompletableFuture.runAsync(() -> delete(id), workers);
          done.whenComplete(
              (nothing, failure) -> {
                deletions.remove(id);
                if (failure != null) {
                  LOG.error("the replica of {} could not be deleted", name(id), failure);
                }
              });
          return done;
        });
  }

  private void delete(GroupId group) {
    held.put(group, HeldGroups.State.LEAVING);
    replicas.retire(group);
    LOG.info("{} has moved away: its replica here is deleted", name(group));
    try {
      Thread.sleep(READS_END_MILLIS);
      if (!stores.fetch().stop(group, TRANSFER_STOP_MILLIS)) {
        throw new IllegalStateException("a transfer to it does not end");
      }
      replicas.remove(group);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the node is stopping", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the log of group " + group, e);
    }
    deleteTree(folders.state().resolve(group.toString()));
    Optional.ofNullable(groups.get(group))
        .flatMap(FoundingRecord.Group::range)
        .ifPresent(
            range -> {
              stores.repair().apart(() -> stores.segments().deleteShard(range.shard()));
              stores.cache().forget(range.shard());
            });
    held.remove(group);
    replicas.forget(group);
    roundsAlone.remove(group);
    newcomers.remove(group);
  }

  // ------------------------------------------------------------------------------------- strays

  /** Finds replicas that nobody counts on any more. */
  private void round() {
    held.states()
        .forEach(
            (group, state) -> {
              if (state == HeldGroups.State.LEAVING) {
                var unused = leave(group);
              }
            });
    for (ReplicatedLog log : replicas.logs()) {
      if (keeps(log.id()) && mayHaveMoved(log)) {
        dropIfMoved(log.id());
      }
    }
  }

  private boolean mayHaveMoved(ReplicatedLog log) {
    boolean failed = log.health() instanceof Health.Failed;
    boolean neverTakenIn = !failed && waits(log);
    if (!failed && !neverTakenIn && isMember(log) && hasLeader(log)) {
      roundsAlone.remove(log.id());
      if (log.health() instanceof Health.Healthy) {
        newcomers.remove(log.id());
      }
      return false;
    }
    boolean waiting = neverTakenIn || newcomers.contains(log.id());
    return roundsAlone.merge(log.id(), 1, Integer::sum) > (waiting ? WAITING_ROUNDS : LOST_ROUNDS);
  }

  /** Whether the replica has never been taken in. */
  private static boolean waits(ReplicatedLog log) {
    return log.health() instanceof Health.Healthy && log.members().voters().isEmpty();
  }

  private boolean isMember(ReplicatedLog log) {
    return log.health() instanceof Health.Starting || log.members().find(self.peer()).isPresent();
  }

  private static boolean hasLeader(ReplicatedLog log) {
    Role role = log.role();
    return role.kind() == Role.Kind.LEADER || role.leader().isPresent();
  }

  private void dropIfMoved(GroupId group) {
    try {
      if (stillNeeded(group).isEmpty()) {
        var unused = leave(group);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String name(GroupId group) {
    FoundingRecord.Group known = groups.get(group);
    return known == null ? "group " + group : known.name();
  }

  private static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
