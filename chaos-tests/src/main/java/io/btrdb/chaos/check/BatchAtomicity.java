package io.btrdb.chaos.check;

import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch is visible entirely or not at all, at any version, whatever became of it. For streams
 * that keep all points; points that a delete may have taken do not count.
 */
public final class BatchAtomicity implements Checker {
  /** Points of a batch in the range of a read. */
  private static final class Share {
    int asked;
    int seen;
  }

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (List<Op> ops : history.byStream().values()) {
      if (WrittenPoints.keepsAll(ops)) {
        WrittenPoints points = new WrittenPoints(ops);
        DeletedPoints deleted = new DeletedPoints(points, ops);
        PointRead.of(ops, points).forEach(read -> check(read, points, deleted, findings));
      }
    }
    return findings.verdict();
  }

  private static void check(
      PointRead read, WrittenPoints points, DeletedPoints deleted, Findings findings) {
    Map<Long, Share> shares = new HashMap<>();
    for (int i = read.first(); i < read.end(); i++) {
      if (!deleted.mayBeGone(i)) {
        Share share = shares.computeIfAbsent(points.get(i).op().id(), batch -> new Share());
        share.asked++;
        share.seen += read.shows(i) ? 1 : 0;
      }
    }
    shares.forEach(
        (batch, share) -> {
          findings.checked(share.asked > 1 ? 1 : 0);
          if (share.seen > 0 && share.seen < share.asked) {
            findings.add(
                Anomaly.Kind.TORN_BATCH,
                "%d of %d points of #%d in %s",
                share.seen,
                share.asked,
                batch,
                read.op());
          }
        });
  }
}
