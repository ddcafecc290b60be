package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;

/**
 * What was acknowledged is in the end, and what is in the end was attempted: no point lost,
 * resurrected, unexpected or doubled. Looks at reads of the latest version in the final phase, of
 * streams that keep all points; knows nothing of versions.
 */
public final class FinalSet implements Checker {
  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    OptionalLong end = history.began(Call.Phase.FINAL);
    if (end.isEmpty()) {
      findings.note("no final phase");
      return findings.verdict();
    }
    Count count = new Count();
    for (List<Op> ops : history.byStream().values()) {
      if (WrittenPoints.keepsAll(ops)) {
        check(ops, end.getAsLong(), findings, count);
      }
    }
    findings.note(
        "%,d points acknowledged, %,d of unknown fate (%,d of them there), %,d deleted",
        count.acknowledged, count.unknown, count.recovered, count.deleted);
    return findings.verdict();
  }

  private static final class Count {
    long acknowledged;
    long unknown;
    long recovered;
    long deleted;
  }

  private static void check(List<Op> ops, long end, Findings findings, Count count) {
    WrittenPoints points = new WrittenPoints(ops);
    BitSet covered = new BitSet(points.size());
    BitSet seen = new BitSet(points.size());
    for (Op op : ops) {
      if (op.isOk()
          && op.invokeNs() >= end
          && op.call() instanceof Call.Values values
          && values.at().isLatest()
          && op.answer() instanceof Answer.Points read) {
        take(op, values, read.columns(), points, covered, seen, findings);
      }
    }
    DeletedPoints deleted = new DeletedPoints(points, ops);
    for (int i = covered.nextSetBit(0); i >= 0; i = covered.nextSetBit(i + 1)) {
      judge(
          points.get(i),
          seen.get(i),
          deleted.isGone(i, end),
          deleted.mayBeGone(i),
          findings,
          count);
    }
    findings.checked(covered.cardinality());
  }

  private static void take(
      Op op,
      Call.Values values,
      Columns read,
      WrittenPoints points,
      BitSet covered,
      BitSet seen,
      Findings findings) {
    covered.set(points.from(values.start()), points.from(values.end()));
    BitSet inThis = new BitSet(points.size());
    for (int i = 0; i < read.size(); i++) {
      int at = points.find(read.times()[i], read.values()[i]);
      if (at < 0) {
        findings.add(
            Anomaly.Kind.UNEXPECTED,
            "nobody wrote %d=%s: #%d",
            read.times()[i],
            read.values()[i],
            op.id());
      } else if (inThis.get(at)) {
        findings.add(Anomaly.Kind.DUPLICATED, "%s: #%d", points.get(at), op.id());
      } else {
        inThis.set(at);
      }
    }
    seen.or(inThis);
  }

  private static void judge(
      WrittenPoints.Written point,
      boolean seen,
      boolean gone,
      boolean mayBeGone,
      Findings findings,
      Count count) {
    switch (point.op().type()) {
      case OK -> {
        count.acknowledged++;
        count.deleted += gone ? 1 : 0;
        if (seen && gone) {
          findings.add(Anomaly.Kind.RESURRECTED, "%s", point);
        } else if (!seen && !mayBeGone) {
          findings.add(Anomaly.Kind.LOST, "%s", point);
        }
      }
      case FAIL -> {
        if (seen) {
          findings.add(Anomaly.Kind.REFUSED, "%s", point);
        }
      }
      case INFO -> {
        count.unknown++;
        count.recovered += seen ? 1 : 0;
      }
    }
  }
}
