package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.StreamVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** One stream that answers as it should, or has one bug. */
final class PlainStore {
  /** What can be wrong with a store; each strikes once. */
  enum Bug {
    NONE,
    /** An acknowledged insert is not applied. */
    FORGETS_INSERT,
    /** A retry is applied again. */
    APPLIES_TWICE,
    /** Half a batch is applied. */
    TEARS_BATCH,
    /** A delete leaves a point. */
    DELETE_MISSES_POINT,
    /** An insert has the version of the one before. */
    REUSES_VERSION,
    /** A latest read has the state of some time ago, and says so. */
    SERVES_OLD_VERSION,
    /** A latest read has the state of some time ago, and does not say so. */
    SERVES_OLD_STATE,
    /** A sealed version loses its last point. */
    CHANGES_SEALED_VERSION,
    /** A window counts a point too many. */
    MISCOUNTS,
    /** A changed range is left out. */
    HIDES_CHANGE,
    /** The nearest point is passed over. */
    SKIPS_NEAREST
  }

  private record State(StreamVersion version, Columns points) {}

  /** An answer and its version. */
  record Reply(Answer answer, StreamVersion version) {}

  private final Bug bug;
  private final TreeMap<Long, List<Double>> points = new TreeMap<>();
  private final TreeMap<Long, Columns> sealed = new TreeMap<>();
  private final List<State> past = new ArrayList<>();
  private final Set<Double> acknowledged = new HashSet<>();
  private long major = 10;
  private long minor;
  private boolean struck;

  PlainStore(Bug bug) {
    this.bug = bug;
    sealed.put(major, Columns.NOTHING);
    past.add(new State(version(), Columns.NOTHING));
  }

  /** Whether the bug has shown itself. */
  boolean hasStruck() {
    return struck;
  }

  long newestSealed() {
    return major;
  }

  /** From which on a bug may strike: there must be something to be wrong about. */
  private boolean strikes(Bug which, boolean possible) {
    if (bug != which || struck || !possible) {
      return false;
    }
    struck = true;
    return true;
  }

  private StreamVersion version() {
    return new StreamVersion(major, minor);
  }

  private void remember() {
    past.add(new State(version(), columns()));
  }

  private Columns columns() {
    int count = points.values().stream().mapToInt(List::size).sum();
    long[] times = new long[count];
    double[] values = new double[count];
    int next = 0;
    for (var each : points.entrySet()) {
      for (double value : each.getValue()) {
        times[next] = each.getKey();
        values[next++] = value;
      }
    }
    return new Columns(times, values);
  }

  private void seal() {
    major++;
    minor = 0;
    sealed.put(major, columns());
  }

  /**
   * @param willBeAcknowledged whether somebody is going to rely on it
   */
  Reply apply(Call.Write write, boolean willBeAcknowledged) {
    switch (write) {
      case Call.Insert insert -> insert(insert, willBeAcknowledged);
      case Call.Delete delete -> {
        if (minor > 0) {
          seal();
        }
        var gone = points.subMap(delete.start(), delete.end());
        boolean leave = strikes(Bug.DELETE_MISSES_POINT, willBeAcknowledged && !gone.isEmpty());
        Long left = leave ? gone.firstKey() : null;
        List<Double> kept = leave ? gone.get(left) : null;
        gone.clear();
        if (leave) {
          points.put(left, kept);
        }
        seal();
      }
      case Call.Flush flush -> {
        if (minor > 0) {
          seal();
        }
      }
    }
    remember();
    return new Reply(new Answer.Done(), version());
  }

  private void insert(Call.Insert insert, boolean willBeAcknowledged) {
    if (willBeAcknowledged) {
      Arrays.stream(insert.points().values()).forEach(acknowledged::add);
    }
    int size = insert.points().size();
    int applied = size;
    if (strikes(Bug.FORGETS_INSERT, willBeAcknowledged && past.size() > 5)) {
      applied = 0;
    } else if (strikes(Bug.TEARS_BATCH, size > 1 && willBeAcknowledged)) {
      applied = size / 2;
    }
    merge(insert, applied);
    if (strikes(Bug.APPLIES_TWICE, willBeAcknowledged && past.size() > 5)) {
      merge(insert, applied);
      minor += size;
    }
    boolean reuses = strikes(Bug.REUSES_VERSION, willBeAcknowledged && minor > 0);
    minor += reuses ? 0 : size;
  }

  private void merge(Call.Insert insert, int count) {
    for (int i = 0; i < count; i++) {
      List<Double> there =
          points.computeIfAbsent(insert.points().times()[i], time -> new ArrayList<>());
      double value = insert.points().values()[i];
      switch (insert.policy()) {
        case NEVER -> there.add(value);
        case EQUAL -> {
          if (!there.contains(value)) {
            there.add(value);
          }
        }
        case RETAIN -> {
          if (there.isEmpty()) {
            there.add(value);
          }
        }
        case REPLACE -> {
          there.clear();
          there.add(value);
        }
      }
    }
  }

  private State state(Call.Read read, StreamVersion known) {
    Call.At at = read.at();
    if (at.isPinned()) {
      return new State(new StreamVersion(at.major(), 0), sealed(at.major()));
    }
    State now = new State(version(), columns());
    State old = past.get(past.size() / 2);
    if (at.isLatest() && strikes(Bug.SERVES_OLD_VERSION, known.isAfter(old.version()))) {
      return old;
    }
    boolean shows =
        read instanceof Call.Values values
            && !reliable(old.points(), values).equals(reliable(now.points(), values));
    if (at.isLatest() && strikes(Bug.SERVES_OLD_STATE, shows)) {
      return new State(now.version(), old.points());
    }
    return now;
  }

  private Columns sealed(long version) {
    Columns state = sealed.get(version);
    int last = state.size() - 1;
    boolean shows = last >= 0 && acknowledged.contains(state.values()[last]);
    if (strikes(Bug.CHANGES_SEALED_VERSION, shows)) {
      sealed.put(
          version,
          new Columns(Arrays.copyOf(state.times(), last), Arrays.copyOf(state.values(), last)));
    }
    return sealed.get(version);
  }

  /** What somebody was told to be there: nothing else can be missed. */
  private List<Double> reliable(Columns points, Call.Values asked) {
    return Arrays.stream(points.between(asked.start(), asked.end()).values())
        .boxed()
        .filter(acknowledged::contains)
        .toList();
  }

  /**
   * @param known the newest version that somebody had been told when the read was invoked
   */
  Reply read(Call.Read read, StreamVersion known) {
    State state = state(read, known);
    Answer answer =
        switch (read) {
          case Call.Values values ->
              new Answer.Points(state.points().between(values.start(), values.end()));
          case Call.Windows windows ->
              windows(state, windows.start(), windows.end(), windows.width(), true);
          case Call.Aligned aligned -> {
            long width = 1L << aligned.pointWidth();
            yield windows(state, aligned.start() & -width, aligned.end() & -width, width, false);
          }
          case Call.Nearest nearest -> nearest(state, nearest);
          case Call.Changes changes -> changes(sealed.get(changes.from()), state.points());
          case Call.Replica replica ->
              new Answer.Digest(state.points().size(), state.points().hashCode());
        };
    return new Reply(answer, state.version());
  }

  private Answer windows(State state, long start, long end, long width, boolean emptyOnes) {
    List<Long> starts = new ArrayList<>();
    List<double[]> figures = new ArrayList<>();
    for (long window = start; window + width <= end; window += width) {
      double[] values = state.points().between(window, window + width).values();
      if (values.length > 0 || emptyOnes && window + 2 * width <= end) {
        double extra = strikes(Bug.MISCOUNTS, values.length > 0) ? 1 : 0;
        double mean = Arrays.stream(values).average().orElse(0);
        double variance =
            Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
        starts.add(window);
        figures.add(
            new double[] {
              values.length + extra,
              Arrays.stream(values).min().orElse(0),
              mean,
              Arrays.stream(values).max().orElse(0),
              Math.sqrt(variance)
            });
      }
    }
    return new Answer.Statistics(
        starts.stream().mapToLong(Long::longValue).toArray(),
        figures.stream().mapToLong(f -> (long) f[0]).toArray(),
        figures.stream().mapToDouble(f -> f[1]).toArray(),
        figures.stream().mapToDouble(f -> f[2]).toArray(),
        figures.stream().mapToDouble(f -> f[3]).toArray(),
        figures.stream().mapToDouble(f -> f[4]).toArray());
  }

  private Answer nearest(State state, Call.Nearest nearest) {
    Columns there =
        nearest.backward()
            ? state.points().between(Long.MIN_VALUE, nearest.time())
            : state.points().between(nearest.time(), Long.MAX_VALUE);
    int which = nearest.backward() ? there.size() - 1 : 0;
    boolean passable =
        there.size() > 1 && there.times()[which] != there.times()[there.size() - 1 - which];
    if (strikes(Bug.SKIPS_NEAREST, passable)) {
      which = there.size() - 1 - which;
    }
    return new Answer.Points(
        there.size() == 0
            ? Columns.NOTHING
            : new Columns(new long[] {there.times()[which]}, new double[] {there.values()[which]}));
  }

  private Answer changes(Columns before, Columns after) {
    List<Long> times = new ArrayList<>();
    LongStream.concat(Arrays.stream(before.times()), Arrays.stream(after.times()))
        .distinct()
        .sorted()
        .filter(t -> !before.between(t, t + 1).equals(after.between(t, t + 1)))
        .forEach(times::add);
    if (strikes(Bug.HIDES_CHANGE, !times.isEmpty())) {
      times.remove(times.size() / 2);
    }
    return new Answer.Ranges(
        times.stream().mapToLong(Long::longValue).toArray(),
        times.stream().mapToLong(time -> time + 1).toArray());
  }
}
