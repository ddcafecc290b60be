package io.btrdb.node.replica;

import io.btrdb.consensus.ConsensusException;
import io.btrdb.consensus.FollowerProgress;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives this node's leaderships to other voters, one group after the other, so that each group
 * pauses only for its own transfer and not for an election timeout.
 *
 * <p>A group refuses writes from the moment its transfer begins. So a transfer begins only when its
 * target has all but the newest entries, and one that does not succeed soon is given up in favour
 * of the next voter.
 */
final class Handover {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
  private static final Duration TRANSFER = Duration.ofSeconds(1);
  private static final Duration CATCH_UP = Duration.ofSeconds(2);
  private static final long POLL_MILLIS = 20;

  /** Entries that a target may lack when its transfer begins. */
  private static final long LAG_MAX = 16;

  /** A follower that has not answered for so long is not asked to lead. */
  private static final Duration SILENCE_MAX = Duration.ofMillis(750);

  /** Leaderships given to each node, to spread them. */
  private final Map<PeerId, Integer> given = new HashMap<>();

  /**
   * Gives up what of these logs is led here, as far as others can take it.
   *
   * @return how many are still led here
   */
  int giveUp(Collection<ReplicatedLog> logs) throws InterruptedException {
    int kept = 0;
    for (ReplicatedLog log : logs) {
      if (leads(log) && !giveUp(log)) {
        kept++;
      }
    }
    return kept;
  }

  private boolean giveUp(ReplicatedLog log) throws InterruptedException {
    awaitCandidate(log);
    for (PeerId candidate : candidates(log)) {
      try {
        log.transferLeadership(candidate, TRANSFER)
            .get(2 * TRANSFER.toMillis(), TimeUnit.MILLISECONDS);
        given.merge(candidate, 1, Integer::sum);
        return true;
      } catch (ExecutionException | TimeoutException | ConsensusException e) {
        LOG.info("group {} could not be handed over to {}: {}", log.id(), candidate, e.toString());
      }
      if (!leads(log)) {
        return true;
      }
    }
    return false;
  }

  private static boolean leads(ReplicatedLog log) {
    return log.role().kind() == Role.Kind.LEADER;
  }

  private static void awaitCandidate(ReplicatedLog log) throws InterruptedException {
    long deadline = System.nanoTime() + CATCH_UP.toNanos();
    while (leads(log)
        && voters(log).stream().noneMatch(Handover::isClose)
        && System.nanoTime() - deadline < 0) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Whether a transfer to this follower would not wait for entries. */
  static boolean isClose(FollowerProgress follower) {
    return follower.lag() <= LAG_MAX && follower.silence().compareTo(SILENCE_MAX) < 0;
  }

  private static List<FollowerProgress> voters(ReplicatedLog log) {
    Set<PeerId> voters =
        log.members().voters().stream().map(Peer::id).collect(Collectors.toUnmodifiableSet());
    return log.followers().stream().filter(f -> voters.contains(f.id())).toList();
  }

  /** The closest followers with a vote; among those that are close enough, whoever leads least. */
  private List<PeerId> candidates(ReplicatedLog log) {
    return voters(log).stream()
        .filter(follower -> follower.silence().compareTo(SILENCE_MAX) < 0)
        .sorted(
            Comparator.comparingLong((FollowerProgress f) -> isClose(f) ? 0 : f.lag())
                .thenComparingInt(f -> given.getOrDefault(f.id(), 0)))
        .map(FollowerProgress::id)
        .toList();
  }
}
