package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What one time of one stream may hold while versions go by. Writes whose version is known apply
 * where they belong; each of unknown fate may have come at any version behind its floor, or never,
 * so there may be several candidates. Reads rule candidates out. No candidate left: nothing
 * explains what was read.
 */
final class Cell {
  /** More writes of unknown fate on one time than that are not followed: candidates double. */
  static final int UNKNOWN_MAX = 6;

  private static final double[] NOTHING = {};

  /**
   * A write of unknown fate.
   *
   * @param floor it is newer than that
   */
  record Unknown(Op op, StreamVersion floor) {}

  /**
   * One thing that may be there.
   *
   * @param values sorted
   * @param applied bit i: unknown i has come by now
   */
  private record Candidate(double[] values, int applied) {
    boolean same(Candidate other) {
      return applied == other.applied && Arrays.equals(values, other.values);
    }
  }

  private final long time;
  private final List<Unknown> unknown;
  private List<Candidate> candidates = List.of(new Candidate(NOTHING, 0));
  private StreamVersion closedAt = StreamVersion.NONE;
  private boolean givenUp;

  Cell(long time, List<Unknown> unknown) {
    this.time = time;
    this.unknown = unknown;
    this.givenUp = isEntangled();
  }

  long time() {
    return time;
  }

  /** Whether it is judged no more: too entangled, or found wrong already. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** Whether too many writes of unknown fate are on it. */
  boolean isEntangled() {
    return unknown.size() > UNKNOWN_MAX;
  }

  void giveUp() {
    givenUp = true;
  }

  /** Whatever of unknown fate may have come before this version has, or has not. */
  private void close(StreamVersion version) {
    if (unknown.isEmpty() || !version.isAfter(closedAt)) {
      return;
    }
    closedAt = version;
    List<Candidate> closed = new ArrayList<>(candidates);
    for (int next = 0; next < closed.size(); next++) {
      Candidate from = closed.get(next);
      for (int i = 0; i < unknown.size(); i++) {
        if ((from.applied() & 1 << i) == 0 && version.isAfter(unknown.get(i).floor())) {
          double[] values = after(from.values(), unknown.get(i).op());
          addNew(closed, new Candidate(values, from.applied() | 1 << i));
        }
      }
    }
    candidates = closed;
  }

  private static void addNew(List<Candidate> candidates, Candidate candidate) {
    if (candidates.stream().noneMatch(candidate::same)) {
      candidates.add(candidate);
    }
  }

  private double[] after(double[] before, Op op) {
    if (!(op.call() instanceof Call.Insert insert)) {
      return NOTHING;
    }
    double[] values = before;
    long[] times = insert.points().times();
    for (int i = 0; i < times.length; i++) {
      if (times[i] == time) {
        values = merge(values, insert.points().values()[i], insert.policy());
      }
    }
    return values;
  }

  private static double[] merge(double[] values, double value, Call.Policy policy) {
    return switch (policy) {
      case NEVER -> with(values, value);
      case EQUAL -> Arrays.binarySearch(values, value) >= 0 ? values : with(values, value);
      case RETAIN -> values.length > 0 ? values : new double[] {value};
      case REPLACE -> new double[] {value};
    };
  }

  private static double[] with(double[] values, double value) {
    double[] more = Arrays.copyOf(values, values.length + 1);
    more[values.length] = value;
    Arrays.sort(more);
    return more;
  }

  void insert(StreamVersion version, double value, Call.Policy policy) {
    apply(version, values -> merge(values, value, policy));
  }

  void delete(StreamVersion version) {
    apply(version, values -> NOTHING);
  }

  private void apply(StreamVersion version, UnaryOperator<double[]> change) {
    close(version);
    if (candidates.size() == 1) {
      Candidate only = candidates.get(0);
      candidates = List.of(new Candidate(change.apply(only.values()), only.applied()));
      return;
    }
    List<Candidate> changed = new ArrayList<>();
    for (Candidate candidate : candidates) {
      addNew(changed, new Candidate(change.apply(candidate.values()), candidate.applied()));
    }
    candidates = changed;
  }

  /**
   * Takes note of exactly these values at a version.
   *
   * @param values sorted
   * @return false when nothing explains them
   */
  boolean observe(StreamVersion version, double[] values) {
    return keep(version, candidate -> Arrays.equals(candidate.values(), values));
  }

  /** Takes note of a value, perhaps among others. */
  boolean observeAmong(StreamVersion version, double value) {
    return keep(version, candidate -> Arrays.binarySearch(candidate.values(), value) >= 0);
  }

  private boolean keep(StreamVersion version, Predicate<Candidate> possible) {
    close(version);
    if (candidates.size() == 1) {
      return possible.test(candidates.get(0));
    }
    List<Candidate> left = candidates.stream().filter(possible).toList();
    if (left.isEmpty()) {
      return false;
    }
    candidates = left;
    return true;
  }

  /** What may be there, in words. */
  String expected() {
    return String.join(
        " or ",
        candidates.stream().map(each -> Arrays.toString(each.values())).distinct().toList());
  }

  /** How many values there are for sure. */
  int certain() {
    return candidates.stream().mapToInt(each -> each.values().length).min().orElse(0);
  }

  boolean mayHold(double value) {
    return candidates.stream().anyMatch(each -> Arrays.binarySearch(each.values(), value) >= 0);
  }
}
