package io.btrdb.node.scrub;

import io.btrdb.api.cluster.ScrubGrpc;
import io.btrdb.api.cluster.SegmentDigest;
import io.btrdb.api.cluster.SegmentDigestsRequest;
import io.btrdb.api.cluster.SegmentDigestsResponse;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares one shard's segments with those of the other replicas, which must be the same to the
 * byte. Finds segments that are missing here, and whole ones that are not what the others have: no
 * checksum of ours would notice those. Used by one thread.
 */
final class Comparison {
  private static final Logger LOG = LoggerFactory.getLogger(Comparison.class);
  private static final long CALL_MILLIS = 30_000;
  private static final long CATCH_UP_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int PAGE = 2_000;

  private final ScrubbedShard shard;
  private final SegmentStore segments;
  private final Digests digests;
  private final PeerChannels channels;
  private final BooleanSupplier cancelled;
  private final Set<SegmentId> missing = new TreeSet<>();

  /** Number of replicas that agree with ours, and that do not, where one does not. */
  private final Map<SegmentId, int[]> votes = new TreeMap<>();

  Comparison(
      ScrubbedShard shard,
      SegmentStore segments,
      Digests digests,
      PeerChannels channels,
      BooleanSupplier cancelled) {
    this.shard = shard;
    this.segments = segments;
    this.digests = digests;
    this.channels = channels;
    this.cancelled = cancelled;
  }

  /**
   * What came out.
   *
   * @param missing segments that another replica has and this one should have
   * @param outvoted whole segments that differ from those of at least two others, and equal none
   * @param disputed whole segments that differ from another's, nobody knows who is right
   */
  record Result(Set<SegmentId> missing, Set<SegmentId> outvoted, Set<SegmentId> disputed) {}

  Result with(List<String> nodes) {
    for (String node : nodes) {
      if (!cancelled.getAsBoolean()) {
        compare(node);
      }
    }
    Set<SegmentId> outvoted = new TreeSet<>();
    Set<SegmentId> disputed = new TreeSet<>();
    votes.forEach(
        (id, vote) -> {
          if (vote[1] > 0) {
            (vote[0] == 0 && vote[1] > 1 ? outvoted : disputed).add(id);
          }
        });
    return new Result(missing, outvoted, disputed);
  }

  private void compare(String node) {
    long from = 0;
    try {
      while (!cancelled.getAsBoolean()) {
        SegmentDigestsResponse page =
            channels
                .call(
                    node,
                    ScrubGrpc.getSegmentDigestsMethod(),
                    SegmentDigestsRequest.newBuilder()
                        .setGroup(shard.group().toString())
                        .setFrom(from)
                        .setLimit(PAGE)
                        .build(),
                    CALL_MILLIS)
                .join();
        boolean caughtUp = awaitApplied(page.getAppliedIndex());
        for (SegmentDigest theirs : page.getDigestsList()) {
          compare(theirs, caughtUp);
          from = theirs.getNumber() + 1;
        }
        if (!page.getMore()) {
          return;
        }
      }
    } catch (CompletionException e) {
      // It is down, or has no replica of this shard.
      LOG.debug("shard {} is not compared with {}", shard.shard(), node, e);
    }
  }

  /** Until this replica has applied as much it may rightly lack what the other has. */
  private boolean awaitApplied(long index) {
    long deadline = System.nanoTime() + CATCH_UP_NANOS;
    while (shard.applied().getAsLong() < index) {
      if (System.nanoTime() - deadline > 0 || cancelled.getAsBoolean()) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  private void compare(SegmentDigest theirs, boolean caughtUp) {
    SegmentId id = new SegmentId(shard.shard(), theirs.getNumber());
    if (theirs.getDamaged()) {
      return;
    }
    if (!segments.contains(id)) {
      if (caughtUp && shard.needed().test(id.number())) {
        missing.add(id);
      }
      return;
    }
    SegmentDigest ours = digests.of(id);
    // Each replica rewrites when it can: only the same generation is the same bytes.
    if (!ours.getDamaged() && ours.getGeneration() == theirs.getGeneration()) {
      votes.computeIfAbsent(id, key -> new int[2])[isSame(ours, theirs) ? 0 : 1]++;
    }
  }

  private static boolean isSame(SegmentDigest ours, SegmentDigest theirs) {
    boolean bothRead = ours.getChecked() && theirs.getChecked();
    return ours.getSize() == theirs.getSize()
        && ours.getTailCrc() == theirs.getTailCrc()
        && (!bothRead || ours.getCrc() == theirs.getCrc());
  }
}
