package io.btrdb.shard;

import io.btrdb.shard.Outcome.Reason;
import io.btrdb.tree.ReducedRanges;
import java.util.Optional;
import java.util.UUID;

/**
 * The verbs that give versions up: retire and configure. From then on they cannot be read; their
 * blocks are freed later, see {@link Reclaims}.
 */
final class Retirements {
  private final StreamTable table;
  private final Reclaims reclaims;

  Retirements(StreamTable table, Reclaims reclaims) {
    this.table = table;
    this.reclaims = reclaims;
  }

  /** The leader's: raises the lowest versions of streams that have more than are to be kept. */
  Outcome retire(Command.Retire retire) {
    int retired = 0;
    for (Command.Retirement each : retire.streams()) {
      StreamState before = table.get(each.stream());
      if (StreamVersions.isMissing(before)) {
        continue;
      }
      long oldest = Math.min(each.oldest(), before.major());
      if (oldest > before.oldest()) {
        keep(before, before.retention().withOldest(oldest));
        retired++;
      }
    }
    return new Outcome.Done(retired);
  }

  /** A client's. A version or horizon below the present one leaves it as it is. */
  Outcome configure(Operation.Configure configure) {
    StreamState before = table.get(configure.stream());
    if (StreamVersions.isMissing(before)) {
      return Refusals.of(Reason.NO_SUCH_STREAM, configure);
    }
    if (configure.oldest() > before.major()) {
      return Refusals.of(Reason.NO_SUCH_VERSION, configure);
    }
    Retention now = before.retention();
    Optional<ReducedRanges> reduced = now.reduced().with(configure.reduced());
    if (reduced.isEmpty()) {
      return Refusals.of(Reason.OVERLAPPING_RANGES, configure);
    }
    if (reduced.get().list().size() > ShardLimits.REDUCED_RANGES) {
      return Refusals.of(Reason.TOO_MANY_RANGES, configure);
    }
    keep(
        before,
        new Retention(
            Math.max(now.oldest(), configure.oldest()),
            Math.max(now.archiveHorizon(), configure.archiveHorizon()),
            reduced.get()));
    return StreamVersions.outcome(before);
  }

  private void keep(StreamState before, Retention retention) {
    table.replace(before, before.with(retention));
    if (retention.oldest() > before.oldest()) {
      UUID uuid = before.uuid();
      reclaims.begin(uuid);
    }
  }
}
