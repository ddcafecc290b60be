package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.List;

/**
 * Deletes take what was there before them, for good, and nothing else: a point acknowledged before
 * an acknowledged delete was invoked is in no read after it and in no version from the delete's on;
 * a point that no delete can have taken is in every latest read after its acknowledgement. For
 * streams that keep all points and of which something was deleted.
 */
public final class RangeDeletes implements Checker {
  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (List<Op> ops : history.byStream().values()) {
      boolean deletes = ops.stream().anyMatch(op -> op.call() instanceof Call.Delete);
      if (deletes && WrittenPoints.keepsAll(ops)) {
        WrittenPoints points = new WrittenPoints(ops);
        DeletedPoints deleted = new DeletedPoints(points, ops);
        PointRead.of(ops, points).forEach(read -> check(read, points, deleted, findings));
      }
    }
    return findings.verdict();
  }

  private static void check(
      PointRead read, WrittenPoints points, DeletedPoints deleted, Findings findings) {
    Op op = read.op();
    findings.checked(read.end() - read.first());
    for (int i = read.first(); i < read.end(); i++) {
      boolean gone =
          deleted.isGone(i, op.version()) || read.isLatest() && deleted.isGone(i, op.invokeNs());
      if (read.shows(i) && gone) {
        findings.add(Anomaly.Kind.RESURRECTED, "%s in %s", points.get(i), op);
      }
      Op insert = points.get(i).op();
      boolean must = read.isLatest() && insert.isOk() && insert.completeNs() < op.invokeNs();
      if (!read.shows(i) && must && !deleted.mayBeGone(i)) {
        findings.add(
            Anomaly.Kind.LOST, "no delete took %s, but it is not in %s", points.get(i), op);
      }
    }
  }
}
