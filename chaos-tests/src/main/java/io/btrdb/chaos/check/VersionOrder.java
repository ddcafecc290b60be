package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Versions follow real time: an operation that was invoked after another had completed has no older
 * version, a write has a newer one; no version is given twice; the minor parts of inserts, each as
 * wide as its batch, do not overlap. With {@link VersionReplay} this makes a stream strictly
 * serialisable.
 */
public final class VersionOrder implements Checker {
  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (List<Op> ops : history.byStream().values()) {
      KnownVersions known = new KnownVersions(ops);
      KnownVersions written =
          new KnownVersions(ops.stream().filter(op -> op.call() instanceof Call.Write).toList());
      List<Op> told = ops.stream().filter(VersionOrder::hasVersion).toList();
      findings.checked(told.size());
      told.forEach(op -> realTime(op, known, written, findings));
      unique(told, findings);
      minors(told, findings);
    }
    return findings.verdict();
  }

  private static boolean hasVersion(Op op) {
    return op.isOk() && op.version().isAfter(StreamVersion.NONE);
  }

  private static void realTime(
      Op op, KnownVersions known, KnownVersions written, Findings findings) {
    switch (op.call()) {
      case Call.Insert insert -> newer(op, known, findings);
      case Call.Delete delete -> newer(op, known, findings);
      case Call.Flush flush -> {
        notOlder(op, known.before(op.invokeNs()), findings);
        if (op.version().minor() != 0) {
          findings.add(Anomaly.Kind.WRONG_VERSION, "a flush left points pending: %s", op);
        }
      }
      case Call.Read read -> read(op, read.at(), known, written, findings);
      default -> {}
    }
  }

  private static void newer(Op op, KnownVersions known, Findings findings) {
    StreamVersion before = known.before(op.invokeNs());
    if (!op.version().isAfter(before)) {
      findings.add(Anomaly.Kind.STALE, "%s was known before %s", before, op);
    }
  }

  private static void notOlder(Op op, StreamVersion floor, Findings findings) {
    if (floor.isAfter(op.version())) {
      findings.add(Anomaly.Kind.STALE, "%s was known before %s", floor, op);
    }
  }

  private static void read(
      Op op, Call.At at, KnownVersions known, KnownVersions written, Findings findings) {
    if (at.isPinned()) {
      if (!op.version().equals(new StreamVersion(at.major(), 0))) {
        findings.add(Anomaly.Kind.WRONG_VERSION, "another version than asked for: %s", op);
      }
    } else if (at.isLatest()) {
      notOlder(op, known.before(op.invokeNs()), findings);
    } else {
      long bound = TimeUnit.MILLISECONDS.toNanos(at.stalenessMillis());
      notOlder(op, written.before(op.invokeNs() - bound), findings);
    }
  }

  private static boolean makesVersion(Op op) {
    return op.call() instanceof Call.Insert || op.call() instanceof Call.Delete;
  }

  private static void unique(List<Op> told, Findings findings) {
    Map<StreamVersion, Op> makers = new HashMap<>();
    for (Op op : told) {
      Op other = makesVersion(op) ? makers.putIfAbsent(op.version(), op) : null;
      if (other != null) {
        findings.add(Anomaly.Kind.VERSION_REUSED, "%s and %s", other, op);
      }
    }
  }

  /** An insert of n points that made M.k took the minors (k - n, k] of M. */
  private static void minors(List<Op> told, Findings findings) {
    List<Op> inserts = new ArrayList<>();
    for (Op op : told) {
      if (op.call() instanceof Call.Insert && op.version().minor() > 0) {
        inserts.add(op);
      }
    }
    inserts.sort(Comparator.comparing(Op::version));
    StreamVersion before = StreamVersion.NONE;
    for (Op op : inserts) {
      long first = op.version().minor() - ((Call.Insert) op.call()).points().size();
      long taken = before.major() == op.version().major() ? before.minor() : 0;
      if (first < taken && !before.equals(op.version())) {
        findings.add(Anomaly.Kind.VERSION_REUSED, "minors up to %d are taken: %s", taken, op);
      }
      before = op.version();
    }
  }
}
