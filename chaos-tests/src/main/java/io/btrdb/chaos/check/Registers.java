package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Under REPLACE each (stream, time) is a register, and linearisable by the clocks alone, without a
 * look at versions.
 *
 * <p>Values are unique, so it is known which write each read saw, and zones decide (Gibbons and
 * Korach, Testing shared memories, 1997). A write and the reads of its value are a cluster; its
 * zone lies between the earliest completion and the latest invocation in it. Forward, when the
 * completion comes first: the value was there all that time. Backward otherwise: it was there at
 * some moment between. The register is linearisable if and only if no read completed before its
 * write was invoked, no two forward zones overlap and no backward zone lies within a forward one.
 *
 * <p>A write of unknown fate completes never; one that nobody saw may not have happened and is left
 * out. Streams with deletes are left to others.
 */
public final class Registers implements Checker {
  private static final double EMPTY = Double.NEGATIVE_INFINITY;

  /** A write and the reads that saw it. */
  private static final class Cluster {
    final Op write;
    long earliestCompletion;
    long latestInvocation;
    boolean seen;

    Cluster(Op write) {
      this.write = write;
      // Emptiness was written before anything began.
      earliestCompletion = write == null ? Long.MIN_VALUE : write.completeNs();
      latestInvocation = write == null ? Long.MIN_VALUE : write.invokeNs();
      seen = write == null;
    }

    void read(Op op) {
      seen = true;
      earliestCompletion = Math.min(earliestCompletion, op.completeNs());
      latestInvocation = Math.max(latestInvocation, op.invokeNs());
    }

    boolean isForward() {
      return earliestCompletion < latestInvocation;
    }

    long low() {
      return Math.min(earliestCompletion, latestInvocation);
    }

    long high() {
      return Math.max(earliestCompletion, latestInvocation);
    }

    boolean counts() {
      return seen || write.isOk();
    }

    @Override
    public String toString() {
      return write == null ? "emptiness" : "#" + write.id();
    }
  }

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (List<Op> ops : history.byStream().values()) {
      if (isOfRegisters(ops)) {
        check(ops, findings);
      }
    }
    return findings.verdict();
  }

  private static boolean isOfRegisters(List<Op> ops) {
    return ops.stream()
        .allMatch(
            op ->
                !(op.call() instanceof Call.Delete)
                    && (!(op.call() instanceof Call.Insert insert)
                        || insert.policy() == Call.Policy.REPLACE));
  }

  private static void check(List<Op> ops, Findings findings) {
    TreeMap<Long, Map<Double, Cluster>> registers = new TreeMap<>();
    for (Op op : ops) {
      if (op.call() instanceof Call.Insert insert && op.mayHaveHappened()) {
        Columns points = insert.points();
        // Of several values for one time in a batch the last one stays.
        Map<Long, Double> last = new HashMap<>();
        for (int i = 0; i < points.size(); i++) {
          last.put(points.times()[i], points.values()[i]);
        }
        last.forEach(
            (time, value) ->
                registers
                    .computeIfAbsent(time, t -> new HashMap<>(Map.of(EMPTY, new Cluster(null))))
                    .put(value, new Cluster(op)));
      }
    }
    for (Op op : ops) {
      if (op.isOk()
          && op.call() instanceof Call.Values values
          && values.at().isLatest()
          && op.answer() instanceof Answer.Points read) {
        read(op, values, read.columns(), registers, findings);
      }
    }
    registers.forEach((time, clusters) -> judge(time, clusters, findings));
  }

  private static void read(
      Op op,
      Call.Values values,
      Columns read,
      TreeMap<Long, Map<Double, Cluster>> registers,
      Findings findings) {
    Map<Long, Double> found = new HashMap<>();
    for (int i = 0; i < read.size(); i++) {
      if (found.put(read.times()[i], read.values()[i]) != null) {
        findings.add(Anomaly.Kind.DUPLICATED, "two values at %d: %s", read.times()[i], op);
      }
    }
    registers
        .subMap(values.start(), values.end())
        .forEach((time, clusters) -> observe(op, time, clusters, found, findings));
    found.forEach(
        (time, value) ->
            findings.add(Anomaly.Kind.UNEXPECTED, "nobody wrote %d=%s: %s", time, value, op));
  }

  private static void observe(
      Op op, long time, Map<Double, Cluster> clusters, Map<Long, Double> found, Findings findings) {
    findings.checked(1);
    Double value = found.get(time);
    Cluster cluster = clusters.get(value == null ? EMPTY : value);
    if (cluster == null) {
      return;
    }
    found.remove(time);
    if (cluster.write != null && op.completeNs() < cluster.write.invokeNs()) {
      findings.add(Anomaly.Kind.UNEXPECTED, "read before it was written by %s: %s", cluster, op);
    } else {
      cluster.read(op);
    }
  }

  private static void judge(long time, Map<Double, Cluster> clusters, Findings findings) {
    List<Cluster> forward = new ArrayList<>();
    List<Cluster> backward = new ArrayList<>();
    for (Cluster cluster : clusters.values()) {
      if (cluster.counts()) {
        (cluster.isForward() ? forward : backward).add(cluster);
      }
    }
    TreeMap<Long, Cluster> byLow = new TreeMap<>();
    for (Cluster cluster : forward) {
      Map.Entry<Long, Cluster> before = byLow.floorEntry(cluster.low());
      Map.Entry<Long, Cluster> after = byLow.higherEntry(cluster.low());
      if (before != null && before.getValue().high() > cluster.low()) {
        stale(time, before.getValue(), cluster, findings);
      } else if (after != null && cluster.high() > after.getKey()) {
        stale(time, cluster, after.getValue(), findings);
      }
      byLow.put(cluster.low(), cluster);
    }
    for (Cluster cluster : backward) {
      Map.Entry<Long, Cluster> around = byLow.lowerEntry(cluster.low());
      if (around != null && cluster.high() < around.getValue().high()) {
        stale(time, around.getValue(), cluster, findings);
      }
    }
  }

  private static void stale(long time, Cluster one, Cluster other, Findings findings) {
    findings.add(
        Anomaly.Kind.STALE,
        "at %d the value of %s was seen before and after that of %s",
        time,
        one,
        other);
  }
}
