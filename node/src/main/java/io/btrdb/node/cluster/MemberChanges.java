package io.btrdb.node.cluster;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.JoinRequest;
import io.btrdb.api.cluster.JoinResponse;
import io.btrdb.consensus.ConsensusException;
import io.btrdb.consensus.FollowerProgress;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Members;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes who keeps a group, at the group's leader. A peer that is to come in is first a listener,
 * which does not vote; once it has caught up it takes the place of the one that leaves, in one
 * change of the configuration, so that the group never has fewer voters that remember than before.
 *
 * <p>Nothing is kept between calls but the change under way: each looks at the group's committed
 * configuration and takes the next step from there. So a caller that asks again, another caller,
 * and another leader all go on where the last one stopped. One change at a time per group.
 * Thread-safe; calls block for a few seconds at most.
 */
public final class MemberChanges {
  private static final Logger LOG = LoggerFactory.getLogger(MemberChanges.class);
  private static final long CAUGHT_UP_ENTRIES = 64;
  private static final long PATIENCE_MILLIS = 2_000;
  private static final long NUDGE_MILLIS = 300;
  private static final int STEPS_MAX = 6;
  private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(2);

  /** What a change needs of the group's state machine. */
  public interface Commands {
    /**
     * A command that changes nothing, submitted while a change is under way: Raft learns how far a
     * newcomer is only from entries it acknowledges, and an idle log has none.
     */
    byte[] harmless();

    /** The placement epoch logged in the group; 0 when there is none. */
    long epoch();

    /** The command that logs an epoch; empty when the group keeps none. */
    Optional<byte[]> logEpoch(long epoch);
  }

  /** What is to become of a group. Either may be empty. */
  private record Wish(Optional<Peer> add, Optional<PeerId> remove) {}

  private record Pending(String what, CompletableFuture<Void> done) {}

  private sealed interface Step {
    record Done() implements Step {}

    record Wait(String why) implements Step {}

    record Refuse(String why) implements Step {}

    record HandOver(List<PeerId> candidates) implements Step {}

    record Change(String what, java.util.function.Supplier<CompletableFuture<Void>> start)
        implements Step {}
  }

  private final Map<GroupId, Pending> pending = new ConcurrentHashMap<>();

  /** See {@code Peer.Change} in cluster.proto. */
  public ChangeResponse change(ReplicatedLog log, ChangeRequest request, Commands commands) {
    if (request.getAddPeer().isEmpty() && request.getRemovePeer().isEmpty()) {
      return answer(ChangeResponse.State.REFUSED, "nobody is to be added or removed").build();
    }
    try {
      if (request.getEpoch() < commands.epoch()) {
        return answer(
                ChangeResponse.State.REFUSED,
                "epoch " + request.getEpoch() + " is below the group's " + commands.epoch())
            .build();
      }
      Optional<byte[]> epoch =
          request.getEpoch() > commands.epoch()
              ? commands.logEpoch(request.getEpoch())
              : Optional.empty();
      if (epoch.isPresent() && leads(log)) {
        log.submit(epoch.get()).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      }
      Optional<Peer> add =
          request.getAddPeer().isEmpty()
              ? Optional.empty()
              : Optional.of(
                  Peer.listener(new PeerId(request.getAddPeer()), request.getAddAddress()));
      Optional<PeerId> remove =
          Optional.of(request.getRemovePeer()).filter(p -> !p.isEmpty()).map(PeerId::new);
      return advance(log, new Wish(add, remove), commands).build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return answer(ChangeResponse.State.WAIT, "interrupted").build();
    } catch (ExecutionException | ConsensusException | TimeoutException e) {
      return failed(log, e).build();
    }
  }

  /**
   * Whether a change of the group's members has begun here and may still come about: then somebody
   * may be on the way to being a member whom the configuration does not name yet.
   */
  public boolean isUnderWay(GroupId group) {
    Pending change = pending.get(group);
    return change != null && !change.done().isDone();
  }

  /**
   * Puts a node's new incarnation in the place of the one it succeeds. Called again and again by
   * the newcomer until it says VOTER.
   */
  public JoinResponse join(ReplicatedLog log, JoinRequest request, Commands commands) {
    PeerId newcomer = new PeerId(request.getPeer());
    Members members = log.members();
    Optional<PeerId> predecessor =
        members.voters().stream()
            .map(Peer::id)
            .filter(id -> Identity.nodeOf(id).equals(request.getNodeId()) && !id.equals(newcomer))
            .findFirst();
    if (predecessor.isEmpty() && members.find(newcomer).isEmpty() && leads(log)) {
      return JoinResponse.newBuilder()
          .setState(JoinResponse.State.REFUSED)
          .setDetail(request.getNodeId() + " has no replica of group " + log.id() + " to succeed")
          .build();
    }
    ChangeRequest change =
        ChangeRequest.newBuilder()
            .setGroup(request.getGroup())
            .setAddPeer(request.getPeer())
            .setAddAddress(request.getAddress())
            .setRemovePeer(predecessor.map(PeerId::value).orElse(""))
            .setEpoch(commands.epoch())
            .build();
    ChangeResponse answer = change(log, change, commands);
    return JoinResponse.newBuilder()
        .setState(
            switch (answer.getState()) {
              case DONE -> JoinResponse.State.VOTER;
              case CATCHING_UP -> JoinResponse.State.LISTENER;
              case NOT_LEADER -> JoinResponse.State.NOT_LEADER;
              case REFUSED -> JoinResponse.State.REFUSED;
              case WAIT, UNRECOGNIZED -> JoinResponse.State.WAIT;
            })
        .setDetail(answer.getDetail())
        .setLeaderPeer(answer.getLeaderPeer())
        .setLagEntries(answer.getLagEntries())
        .build();
  }

  private ChangeResponse.Builder advance(ReplicatedLog log, Wish wish, Commands commands)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (int i = 0; i < STEPS_MAX; i++) {
      Pending current = pending.get(log.id());
      if (current != null) {
        if (!await(log, current.done(), commands)) {
          return underWay(log, wish, current.what());
        }
        pending.remove(log.id(), current);
        current.done().get();
      }
      Members members = log.confirmMembers().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      switch (next(log, members, wish)) {
        case Step.Done done -> {
          return answer(ChangeResponse.State.DONE, "");
        }
        case Step.Wait wait -> {
          return underWay(log, wish, wait.why());
        }
        case Step.Refuse refuse -> {
          return answer(ChangeResponse.State.REFUSED, refuse.why());
        }
        case Step.HandOver handOver -> {
          return handOver(log, handOver.candidates());
        }
        case Step.Change change -> begin(log, change);
      }
    }
    return underWay(log, wish, "");
  }

  private void begin(ReplicatedLog log, Step.Change change) {
    pending.computeIfAbsent(
        log.id(),
        id -> {
          LOG.info("group {}: {}", id, change.what());
          return new Pending(change.what(), change.start().get());
        });
  }

  // ----------------------------------------------------------------------------------- the next
  // step

  private static Step next(ReplicatedLog log, Members members, Wish wish) {
    boolean votes = wish.add().isEmpty() || isVoter(members, wish.add().get().id());
    boolean gone = wish.remove().isEmpty() || members.find(wish.remove().get()).isEmpty();
    if (votes) {
      return gone ? new Step.Done() : remove(log, members, wish.remove().get());
    }
    Peer add = wish.add().get();
    if (members.find(add.id()).isEmpty()) {
      return takeIn(log, members, add);
    }
    Optional<FollowerProgress> progress =
        log.followers().stream().filter(f -> f.id().equals(add.id())).findFirst();
    if (progress.isEmpty() || progress.get().lag() > CAUGHT_UP_ENTRIES) {
      return new Step.Wait(add.id() + " catches up");
    }
    if (gone || !isVoter(members, wish.remove().get())) {
      return new Step.Change(add.id() + " gets a vote", () -> log.promote(add.id()));
    }
    return replace(log, members, add.id(), wish.remove().get());
  }

  private static boolean isVoter(Members members, PeerId id) {
    return members.voters().stream().anyMatch(peer -> peer.id().equals(id));
  }

  private static Step takeIn(ReplicatedLog log, Members members, Peer add) {
    // A node that lost its folder twice left a listener behind that will never come back.
    Optional<Peer> stale =
        members.listeners().stream()
            .filter(peer -> Identity.nodeOf(peer.id()).equals(Identity.nodeOf(add.id())))
            .findFirst();
    return stale.isPresent()
        ? new Step.Change(
            stale.get().id() + " is taken out", () -> log.removeListener(stale.get().id()))
        : new Step.Change(add.id() + " becomes a listener", () -> log.addListener(add));
  }

  private static Step replace(ReplicatedLog log, Members members, PeerId add, PeerId remove) {
    if (!leads(log, remove)) {
      return new Step.Change(add + " takes the place of " + remove, () -> log.replace(remove, add));
    }
    // A leader alone needs a second voter that it can hand over to.
    return members.voters().size() == 1
        ? new Step.Change(add + " gets a vote", () -> log.promote(add))
        : handOver(log, members, remove);
  }

  private static Step remove(ReplicatedLog log, Members members, PeerId remove) {
    if (!isVoter(members, remove)) {
      return new Step.Change(remove + " is taken out", () -> log.removeListener(remove));
    }
    if (members.voters().size() == 1) {
      return new Step.Refuse(remove + " is the group's only voter");
    }
    return leads(log, remove)
        ? handOver(log, members, remove)
        : new Step.Change(remove + " is taken out", () -> log.removeVoter(remove));
  }

  private static boolean leads(ReplicatedLog log, PeerId peer) {
    return log.role().leader().filter(peer::equals).isPresent();
  }

  private static Step handOver(ReplicatedLog log, Members members, PeerId leaving) {
    List<PeerId> candidates =
        log.followers().stream()
            .filter(f -> f.silence().compareTo(SILENCE_MAX) < 0 && f.lag() <= CAUGHT_UP_ENTRIES)
            .sorted(Comparator.comparingLong(FollowerProgress::lag))
            .map(FollowerProgress::id)
            .filter(id -> !id.equals(leaving) && isVoter(members, id))
            .toList();
    return candidates.isEmpty()
        ? new Step.Wait(leaving + " leads, and no other voter is near enough to lead")
        : new Step.HandOver(candidates);
  }

  private static ChangeResponse.Builder handOver(ReplicatedLog log, List<PeerId> candidates)
      throws InterruptedException {
    for (PeerId candidate : candidates) {
      try {
        log.transferLeadership(candidate, TRANSFER_TIMEOUT)
            .get(TRANSFER_TIMEOUT.toMillis() + PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        LOG.info("group {} is handed over to {}", log.id(), candidate);
        return answer(ChangeResponse.State.NOT_LEADER, "handed over")
            .setLeaderPeer(candidate.value());
      } catch (ExecutionException | TimeoutException e) {
        LOG.info("group {} could not be handed over to {}: {}", log.id(), candidate, e.toString());
      }
    }
    return answer(ChangeResponse.State.WAIT, "the leader leaves and could not hand over yet");
  }

  // ------------------------------------------------------------------------------------- answers

  /** Waits for a while, and keeps the log from being idle. */
  private static boolean await(ReplicatedLog log, CompletableFuture<Void> change, Commands commands)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (true) {
      try {
        change.get(NUDGE_MILLIS, TimeUnit.MILLISECONDS);
        return true;
      } catch (ExecutionException e) {
        return true;
      } catch (TimeoutException e) {
        if (System.nanoTime() - deadline > 0) {
          return false;
        }
        log.submit(commands.harmless())
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.debug("group {} could not be nudged", log.id(), failure);
                  }
                });
      }
    }
  }

  private static ChangeResponse.Builder underWay(ReplicatedLog log, Wish wish, String what) {
    Optional<FollowerProgress> progress =
        wish.add()
            .flatMap(
                add -> log.followers().stream().filter(f -> f.id().equals(add.id())).findFirst());
    return progress.isPresent()
        ? answer(ChangeResponse.State.CATCHING_UP, what).setLagEntries(progress.get().lag())
        : answer(ChangeResponse.State.WAIT, what);
  }

  private static ChangeResponse.Builder failed(ReplicatedLog log, Exception failure) {
    Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
    if (!leads(log)
        || cause instanceof ConsensusException e
            && e.kind() == ConsensusException.Kind.NOT_LEADER) {
      return answer(ChangeResponse.State.NOT_LEADER, "")
          .setLeaderPeer(log.role().leader().map(PeerId::value).orElse(""));
    }
    return answer(
        ChangeResponse.State.WAIT,
        cause instanceof TimeoutException
            ? "no majority answers"
            : String.valueOf(cause.getMessage()));
  }

  private static boolean leads(ReplicatedLog log) {
    Role role = log.role();
    return role.kind() == Role.Kind.LEADER && role.ready();
  }

  private static ChangeResponse.Builder answer(ChangeResponse.State state, String detail) {
    return ChangeResponse.newBuilder().setState(state).setDetail(detail);
  }
}
