package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Statistics agree with the raw points of the same version: count, min and max exactly, mean within
 * an ulp for each point, and the deviation within what rounding may do. Windows whose raw points
 * nobody read at that version are not judged.
 */
public final class Aggregates implements Checker {
  private static final double DEVIATION_ERROR = 1e-9;

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (List<Op> ops : history.byStream().values()) {
      ReadPairs raw = new ReadPairs(ops);
      for (Op op : ops) {
        if (op.isOk() && op.answer() instanceof Answer.Statistics windows) {
          check(op, windows, raw, findings);
        }
      }
    }
    return findings.verdict();
  }

  private static void check(Op op, Answer.Statistics windows, ReadPairs raw, Findings findings) {
    long start;
    long end;
    long width;
    boolean emptyOnes;
    if (op.call() instanceof Call.Windows asked) {
      start = asked.start();
      width = asked.width();
      end = start + (asked.end() - start) / width * width;
      emptyOnes = true;
    } else if (op.call() instanceof Call.Aligned asked) {
      width = 1L << asked.pointWidth();
      start = asked.start() & -width;
      end = asked.end() & -width;
      emptyOnes = false;
    } else {
      return;
    }
    Optional<Columns> points = raw.points(op.version(), start, end);
    if (points.isEmpty()) {
      findings.undecided(1);
      return;
    }
    Grid grid = new Grid(op, start, end, width, emptyOnes);
    findings.checked(windows.starts().length);
    grid.check(windows, points.get(), findings);
  }

  /**
   * @param emptyOnes whether windows without points are returned, but for a last one
   */
  private record Grid(Op op, long start, long end, long width, boolean emptyOnes) {
    void check(Answer.Statistics windows, Columns points, Findings findings) {
      int at = 0;
      int next = 0;
      for (long window = start; window < end; window += width) {
        int from = next;
        while (next < points.size() && points.times()[next] < window + width) {
          next++;
        }
        boolean there = at < windows.starts().length && windows.starts()[at] == window;
        boolean mayLack = from == next && (!emptyOnes || window + width >= end);
        if (there) {
          compare(windows, at++, Arrays.copyOfRange(points.values(), from, next), findings);
        } else if (!mayLack) {
          wrong(findings, "the window at " + window + " is missing");
        }
        if (from == next && !emptyOnes) {
          window = skip(window, next < points.size() ? points.times()[next] : end, windows, at);
        }
      }
      if (at < windows.starts().length) {
        wrong(findings, "no window begins at " + windows.starts()[at]);
      }
    }

    /** The window before the next one that holds or claims something: there may be very many. */
    private long skip(long window, long nextPoint, Answer.Statistics windows, int at) {
      long claimed = at < windows.starts().length ? windows.starts()[at] : end;
      long target = Math.min(nextPoint, Math.max(claimed, window + width));
      return Math.max(window, start + (target - start) / width * width - width);
    }

    private void compare(Answer.Statistics windows, int i, double[] values, Findings findings) {
      if (windows.counts()[i] != values.length) {
        wrong(findings, "%d points, not %d".formatted(values.length, windows.counts()[i]));
        return;
      }
      if (values.length == 0) {
        return;
      }
      double min = Arrays.stream(values).min().orElseThrow();
      double max = Arrays.stream(values).max().orElseThrow();
      double mean = Arrays.stream(values).sum() / values.length;
      double largest = Math.max(Math.abs(min), Math.abs(max));
      if (windows.min()[i] != min || windows.max()[i] != max) {
        wrong(
            findings,
            "min %s max %s, not %s and %s".formatted(min, max, windows.min()[i], windows.max()[i]));
      }
      if (!(Math.abs(windows.mean()[i] - mean) <= Math.ulp(largest) * (values.length + 1))) {
        wrong(findings, "mean %s, not %s".formatted(mean, windows.mean()[i]));
      }
      double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
      double stddev = Math.sqrt(squares / values.length);
      if (!(Math.abs(windows.stddev()[i] - stddev) <= DEVIATION_ERROR * Math.max(1, largest))) {
        wrong(findings, "stddev %s, not %s".formatted(stddev, windows.stddev()[i]));
      }
    }

    private void wrong(Findings findings, String what) {
      findings.add(Anomaly.Kind.WRONG_STATISTICS, "%s: %s", what, op);
    }
  }
}
