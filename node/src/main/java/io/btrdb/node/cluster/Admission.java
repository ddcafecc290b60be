package io.btrdb.node.cluster;

import io.btrdb.api.cluster.JoinRequest;
import io.btrdb.api.cluster.JoinResponse;
import io.btrdb.consensus.FollowerProgress;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Members;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a node's new incarnation into a group, at the group's leader: first as a listener, which
 * does not vote; once it has caught up, in the place of the incarnation it succeeds, in one change
 * of the configuration, so that the group never has fewer remembering voters than before.
 */
public final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final long CAUGHT_UP_ENTRIES = 64;
  private static final long CHANGE_TIMEOUT_SECONDS = 20;
  private static final long NUDGE_MILLIS = 300;

  /** Groups with a change under way: one at a time. */
  private final Set<GroupId> changing = ConcurrentHashMap.newKeySet();

  /**
   * Called again and again by the joining node until it says VOTER. Blocks during a change.
   *
   * @param harmless a command that changes nothing, submitted while a change is under way: Raft
   *     learns how far a newcomer is only from entries it acknowledges, and an idle log has none
   */
  public JoinResponse join(ReplicatedLog log, JoinRequest request, byte[] harmless) {
    Role role = log.role();
    if (role.kind() != Role.Kind.LEADER || !role.ready()) {
      return answer(JoinResponse.State.NOT_LEADER, "")
          .setLeaderPeer(role.leader().map(PeerId::value).orElse(""))
          .build();
    }
    if (!changing.add(log.id())) {
      return answer(JoinResponse.State.WAIT, "another change is under way").build();
    }
    try {
      return advance(log, request, harmless);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return answer(JoinResponse.State.WAIT, "interrupted").build();
    } catch (ExecutionException | TimeoutException e) {
      return answer(JoinResponse.State.WAIT, "the change did not go through: " + e).build();
    } finally {
      changing.remove(log.id());
    }
  }

  private JoinResponse advance(ReplicatedLog log, JoinRequest request, byte[] harmless)
      throws InterruptedException, ExecutionException, TimeoutException {
    PeerId newcomer = new PeerId(request.getPeer());
    Members members = log.members();
    if (members.voters().stream().anyMatch(p -> p.id().equals(newcomer))) {
      return answer(JoinResponse.State.VOTER, "").build();
    }
    Optional<Peer> predecessor =
        members.voters().stream()
            .filter(p -> Identity.nodeOf(p.id()).equals(request.getNodeId()))
            .findFirst();
    if (predecessor.isEmpty()) {
      return answer(
              JoinResponse.State.REFUSED,
              request.getNodeId() + " has no replica of group " + log.id() + " to succeed")
          .build();
    }
    if (members.listeners().stream().noneMatch(p -> p.id().equals(newcomer))) {
      dropStaleListeners(log, members, request.getNodeId(), harmless);
      LOG.info("group {} takes in {} as a listener", log.id(), newcomer);
      await(log, log.addListener(Peer.listener(newcomer, request.getAddress())), harmless);
      return answer(JoinResponse.State.LISTENER, "").build();
    }
    long lag =
        log.followers().stream()
            .filter(p -> p.id().equals(newcomer))
            .mapToLong(FollowerProgress::lag)
            .findFirst()
            .orElse(Long.MAX_VALUE);
    if (lag > CAUGHT_UP_ENTRIES) {
      return answer(JoinResponse.State.LISTENER, "").setLagEntries(lag).build();
    }
    LOG.info("group {}: {} takes the place of {}", log.id(), newcomer, predecessor.get().id());
    await(log, log.replace(predecessor.get().id(), newcomer), harmless);
    return answer(JoinResponse.State.VOTER, "").build();
  }

  /** A node that lost its folder twice left a listener behind that will never come back. */
  private static void dropStaleListeners(
      ReplicatedLog log, Members members, String node, byte[] harmless)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (Peer stale : members.listeners()) {
      if (Identity.nodeOf(stale.id()).equals(node)) {
        await(log, log.removeListener(stale.id()), harmless);
      }
    }
  }

  private static void await(ReplicatedLog log, CompletableFuture<Void> change, byte[] harmless)
      throws InterruptedException, ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CHANGE_TIMEOUT_SECONDS);
    while (true) {
      try {
        change.get(NUDGE_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        log.submit(harmless)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.debug("group {} could not be nudged", log.id(), failure);
                  }
                });
      }
    }
  }

  private static JoinResponse.Builder answer(JoinResponse.State state, String detail) {
    return JoinResponse.newBuilder().setState(state).setDetail(detail);
  }
}
