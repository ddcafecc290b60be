package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The main checker: acknowledged writes, in the order of the versions they were told, go into a
 * plain sorted map, and every read of raw values and of the nearest point must answer as that map
 * does at its version. Operations are taken apart by time, which is exact as long as batches are
 * not torn ({@link BatchAtomicity}); what writes of unknown fate may have done is followed in
 * {@link Cell}.
 *
 * <p>Cost: a map lookup for each point written, and a step for each point that a read returned or
 * should have returned.
 */
public final class VersionReplay implements Checker {
  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    history.byStream().values().forEach(ops -> new Replay(ops, findings).run());
    return findings.verdict();
  }

  private static final class Replay {
    private static final Comparator<Op> BY_VERSION =
        Comparator.comparing(Op::version)
            .thenComparing(op -> op.call() instanceof Call.Read)
            .thenComparing(Op::id);

    private final List<Op> ops;
    private final Findings findings;
    private final TreeMap<Long, Cell> cells = new TreeMap<>();
    private final Map<Long, List<Cell.Unknown>> unknownInserts = new HashMap<>();
    private final List<Cell.Unknown> unknownDeletes = new ArrayList<>();

    Replay(List<Op> ops, Findings findings) {
      this.ops = ops;
      this.findings = findings;
    }

    void run() {
      KnownVersions known = new KnownVersions(ops);
      for (Op op : ops) {
        if (op.type() == Op.Type.INFO) {
          unknown(new Cell.Unknown(op, known.before(op.invokeNs())));
        }
      }
      unknownInserts.keySet().forEach(this::cell);
      ops.stream()
          .filter(op -> op.isOk() && op.version().isAfter(StreamVersion.NONE))
          .sorted(BY_VERSION)
          .forEach(this::replay);
      findings.undecided(cells.values().stream().filter(Cell::isEntangled).count());
    }

    private void unknown(Cell.Unknown unknown) {
      if (unknown.op().call() instanceof Call.Insert insert) {
        Arrays.stream(insert.points().times())
            .distinct()
            .forEach(
                time -> unknownInserts.computeIfAbsent(time, t -> new ArrayList<>(1)).add(unknown));
      } else if (unknown.op().call() instanceof Call.Delete) {
        unknownDeletes.add(unknown);
      }
    }

    private Cell cell(long time) {
      return cells.computeIfAbsent(
          time,
          t -> {
            List<Cell.Unknown> unknown = new ArrayList<>(unknownInserts.getOrDefault(t, List.of()));
            for (Cell.Unknown each : unknownDeletes) {
              Call.Delete delete = (Call.Delete) each.op().call();
              if (t >= delete.start() && t < delete.end()) {
                unknown.add(each);
              }
            }
            return new Cell(t, unknown.isEmpty() ? List.of() : unknown);
          });
    }

    private void replay(Op op) {
      switch (op.call()) {
        case Call.Insert insert -> {
          long[] times = insert.points().times();
          for (int i = 0; i < times.length; i++) {
            cell(times[i]).insert(op.version(), insert.points().values()[i], insert.policy());
          }
        }
        case Call.Delete delete ->
            between(delete.start(), delete.end())
                .values()
                .forEach(cell -> cell.delete(op.version()));
        case Call.Values values -> {
          if (op.answer() instanceof Answer.Points points) {
            compare(op, values.start(), values.end(), points.columns());
          }
        }
        case Call.Nearest nearest -> {
          if (op.answer() instanceof Answer.Points points) {
            nearest(op, nearest, points.columns());
          }
        }
        default -> {}
      }
    }

    private NavigableMap<Long, Cell> between(long start, long end) {
      return start < end ? cells.subMap(start, true, end, false) : new TreeMap<>();
    }

    /** Nothing on the way to the point, and the point itself. */
    private void nearest(Op op, Call.Nearest nearest, Columns found) {
      long time = nearest.time();
      if (found.size() == 0) {
        compare(
            op,
            nearest.backward() ? Long.MIN_VALUE : time,
            nearest.backward() ? time : Long.MAX_VALUE,
            found);
        return;
      }
      long at = found.times()[0];
      boolean right = nearest.backward() ? at < time : at >= time;
      if (!right) {
        findings.add(Anomaly.Kind.UNEXPECTED, "on the wrong side: %s", op);
        return;
      }
      compare(
          op, nearest.backward() ? at + 1 : time, nearest.backward() ? time : at, Columns.NOTHING);
      Cell cell = cells.get(at);
      double value = found.values()[0];
      if (cell == null) {
        findings.add(Anomaly.Kind.UNEXPECTED, "never written: %s, %s", value, op);
      } else if (!cell.isGivenUp() && !cell.observeAmong(op.version(), value)) {
        wrong(op, cell, new double[] {value});
      }
      findings.checked(1);
    }

    /** Walks through what is expected and what was read side by side. */
    private void compare(Op op, long start, long end, Columns read) {
      int next = 0;
      for (Cell cell : between(start, end).values()) {
        next = strangers(op, read, next, cell.time());
        int from = next;
        while (next < read.size() && read.times()[next] == cell.time()) {
          next++;
        }
        if (!cell.isGivenUp()) {
          double[] values = Arrays.copyOfRange(read.values(), from, next);
          Arrays.sort(values);
          findings.checked(1);
          if (!cell.observe(op.version(), values)) {
            wrong(op, cell, values);
          }
        }
      }
      int rest = strangers(op, read, next, Long.MAX_VALUE);
      if (rest < read.size()) {
        findings.add(Anomaly.Kind.UNEXPECTED, "points out of order or range in %s", op);
      }
    }

    /** Points that come before a time though nobody wrote any there. */
    private int strangers(Op op, Columns read, int from, long before) {
      int next = from;
      while (next < read.size() && read.times()[next] < before) {
        if (!cells.containsKey(read.times()[next])) {
          findings.add(
              Anomaly.Kind.UNEXPECTED,
              "never written: %d=%s in %s",
              read.times()[next],
              read.values()[next],
              op);
        } else {
          findings.add(Anomaly.Kind.UNEXPECTED, "out of order or range: %s", op);
        }
        next++;
      }
      return next;
    }

    private void wrong(Op op, Cell cell, double[] values) {
      Anomaly.Kind kind = Anomaly.Kind.INEXPLICABLE;
      if (values.length < cell.certain()) {
        kind = Anomaly.Kind.LOST;
      } else if (Arrays.stream(values).distinct().count() < values.length) {
        kind = Anomaly.Kind.DUPLICATED;
      } else if (!Arrays.stream(values).allMatch(cell::mayHold)) {
        kind = Anomaly.Kind.UNEXPECTED;
      }
      findings.add(
          kind,
          "at %d there should be %s, not %s: %s",
          cell.time(),
          cell.expected(),
          Arrays.toString(values),
          op);
      cell.giveUp();
    }
  }
}
