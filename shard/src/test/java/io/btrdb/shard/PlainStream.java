package io.btrdb.shard;

import io.btrdb.codec.PointsCodec;
import io.btrdb.tree.ReducedRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A stream as the contract tells it, in the plainest way: a sorted map, a hash per version. */
final class PlainStream {
  final TreeMap<Long, List<Long>> points = new TreeMap<>();
  private final Map<Long, Contents> versions = new HashMap<>();
  long major = 10;
  long minor;
  long oldest = 10;
  long archiveHorizon;
  final List<ReducedRange> reduced = new ArrayList<>();
  boolean somethingPending;

  /** How many points there are and a hash over them in order. */
  record Contents(long count, long hash) {
    static final Contents NOTHING = new Contents(0, 1);

    Contents add(long time, long valueBits) {
      return new Contents(count + 1, (hash * 31 + time) * 0x9E3779B97F4A7C15L + valueBits);
    }
  }

  PlainStream() {
    versions.put(major, Contents.NOTHING);
  }

  void insert(Operation.Insert insert) {
    long[] times = new long[insert.points()];
    double[] values = new double[insert.points()];
    PointsCodec.decode(insert.payload(), 0, insert.payload().length, times, values, 0);
    for (int i = 0; i < times.length; i++) {
      List<Long> there = points.computeIfAbsent(times[i], t -> new ArrayList<>(1));
      long bits = Double.doubleToRawLongBits(values[i]);
      boolean keep =
          switch (insert.policy()) {
            case NEVER -> true;
            case EQUAL -> !there.contains(bits);
            case RETAIN -> there.isEmpty();
            case REPLACE -> {
              there.clear();
              yield true;
            }
          };
      if (keep) {
        there.add(bits);
      }
    }
    minor += insert.points();
    somethingPending = true;
    if (minor >= 32_768) {
      seal();
    }
  }

  void delete(long start, long end) {
    flush();
    if (start < end) {
      points.subMap(start, end).clear();
    }
    seal();
  }

  /** Null when it is taken. */
  Outcome.Reason configure(Operation.Configure configure) {
    if (configure.oldest() > major) {
      return Outcome.Reason.NO_SUCH_VERSION;
    }
    List<ReducedRange> all = new ArrayList<>(reduced);
    for (ReducedRange range : configure.reduced()) {
      for (ReducedRange other : all) {
        if (range.start() < other.end() && other.start() < range.end()) {
          return Outcome.Reason.OVERLAPPING_RANGES;
        }
      }
      all.add(range);
    }
    if (all.size() > 256) {
      return Outcome.Reason.TOO_MANY_RANGES;
    }
    reduced.clear();
    reduced.addAll(all);
    oldest = Math.max(oldest, configure.oldest());
    archiveHorizon = Math.max(archiveHorizon, configure.archiveHorizon());
    return null;
  }

  void flush() {
    if (somethingPending) {
      seal();
    }
  }

  private void seal() {
    major++;
    minor = 0;
    somethingPending = false;
    versions.put(major, contents());
  }

  Contents contents() {
    Contents contents = Contents.NOTHING;
    for (var each : points.entrySet()) {
      for (long bits : each.getValue()) {
        contents = contents.add(each.getKey(), bits);
      }
    }
    return contents;
  }

  Contents contents(long version) {
    return versions.get(version);
  }
}
