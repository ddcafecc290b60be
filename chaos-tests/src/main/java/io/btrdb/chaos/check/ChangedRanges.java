package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Changes between two versions are complete, every time at which the raw points differ lies in a
 * told range, and tight at the finest resolution: a told range without a write between the two
 * versions is a leaf's that was split, which holds some points but not more than a leaf can, and
 * between two neighbouring writes in a range there are not more points than in two leaves. Only
 * where the raw points of both versions were read in full.
 */
public final class ChangedRanges implements Checker {
  private static final int LEAF_POINTS = 1_024;

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (List<Op> ops : history.byStream().values()) {
      ReadPairs raw = new ReadPairs(ops);
      long[] span = span(ops);
      for (Op op : ops) {
        if (op.isOk()
            && op.call() instanceof Call.Changes asked
            && op.answer() instanceof Answer.Ranges told) {
          Optional<Columns> before =
              raw.points(new StreamVersion(asked.from(), 0), span[0], span[1]);
          Optional<Columns> after = raw.points(op.version(), span[0], span[1]);
          if (before.isEmpty() || after.isEmpty()) {
            findings.undecided(1);
          } else {
            check(op, told, before.get(), after.get(), findings);
            if (asked.resolution() == 0) {
              tight(op, asked, told, ops, before.get(), after.get(), findings);
            }
          }
        }
      }
    }
    return findings.verdict();
  }

  /** From the first time that anybody wrote at or deleted to behind the last. */
  private static long[] span(List<Op> ops) {
    long first = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (Op op : ops) {
      if (op.call() instanceof Call.Insert insert) {
        for (long time : insert.points().times()) {
          first = Math.min(first, time);
          end = Math.max(end, time + 1);
        }
      }
    }
    return new long[] {first, end};
  }

  private static void check(
      Op op, Answer.Ranges told, Columns before, Columns after, Findings findings) {
    List<Long> different = different(before, after);
    findings.checked(1 + different.size());
    int range = 0;
    for (long time : different) {
      while (range < told.starts().length && told.ends()[range] <= time) {
        range++;
      }
      if (range == told.starts().length || told.starts()[range] > time) {
        findings.add(Anomaly.Kind.CHANGE_MISSED, "at %d: %s", time, op);
      }
    }
  }

  /** Times at which two sorted sets of points differ, in order. */
  private static List<Long> different(Columns before, Columns after) {
    List<Long> different = new ArrayList<>();
    int a = 0;
    int b = 0;
    while (a < before.size() || b < after.size()) {
      long time =
          Math.min(
              a < before.size() ? before.times()[a] : Long.MAX_VALUE,
              b < after.size() ? after.times()[b] : Long.MAX_VALUE);
      int toA = behind(before, a, time);
      int toB = behind(after, b, time);
      if (!values(before, a, toA).equals(values(after, b, toB))) {
        different.add(time);
      }
      a = toA;
      b = toB;
    }
    return different;
  }

  private static int behind(Columns points, int from, long time) {
    int to = from;
    while (to < points.size() && points.times()[to] == time) {
      to++;
    }
    return to;
  }

  private static List<Double> values(Columns points, int from, int to) {
    List<Double> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add(points.values()[i]);
    }
    values.sort(null);
    return values;
  }

  private static void tight(
      Op op,
      Call.Changes asked,
      Answer.Ranges told,
      List<Op> ops,
      Columns before,
      Columns after,
      Findings findings) {
    TreeSet<Long> touched = touched(ops, new StreamVersion(asked.from(), 0), op.version(), before);
    for (int i = 0; i < told.starts().length; i++) {
      long at = told.starts()[i];
      var inside = touched.subSet(told.starts()[i], told.ends()[i]);
      long points =
          Math.max(
              count(before, told.starts()[i], told.ends()[i]),
              count(after, told.starts()[i], told.ends()[i]));
      if (inside.isEmpty() && (points == 0 || points > LEAF_POINTS)) {
        findings.add(
            Anomaly.Kind.CHANGE_TOO_WIDE,
            "nobody wrote in [%d, %d): %s",
            told.starts()[i],
            told.ends()[i],
            op);
      }
      for (long time : inside) {
        gap(op, at, time, before, after, findings);
        at = time + 1;
      }
      gap(op, at, told.ends()[i], before, after, findings);
    }
  }

  private static void gap(
      Op op, long start, long end, Columns before, Columns after, Findings findings) {
    long untouched = Math.max(count(before, start, end), count(after, start, end));
    if (untouched > 2 * LEAF_POINTS) {
      findings.add(
          Anomaly.Kind.CHANGE_TOO_WIDE,
          "%d points between %d and %d were not touched: %s",
          untouched,
          start,
          end,
          op);
    }
  }

  private static long count(Columns points, long start, long end) {
    return index(points, end) - index(points, start);
  }

  private static int index(Columns points, long time) {
    int at = Arrays.binarySearch(points.times(), time);
    int from = at < 0 ? -at - 1 : at;
    while (from > 0 && points.times()[from - 1] >= time) {
      from--;
    }
    return from;
  }

  /** Times that somebody wrote behind the first version and perhaps up to the second. */
  private static TreeSet<Long> touched(
      List<Op> ops, StreamVersion from, StreamVersion to, Columns before) {
    TreeSet<Long> touched = new TreeSet<>();
    for (Op op : ops) {
      boolean between = op.version().isAfter(from) && !op.version().isAfter(to);
      if (op.type() == Op.Type.INFO || op.isOk() && between) {
        if (op.call() instanceof Call.Insert insert) {
          for (long time : insert.points().times()) {
            touched.add(time);
          }
        } else if (op.call() instanceof Call.Delete delete) {
          touched.add(delete.start());
          touched.add(delete.end() - 1);
          for (long time : before.times()) {
            if (time >= delete.start() && time < delete.end()) {
              touched.add(time);
            }
          }
        }
      }
    }
    return touched;
  }
}
