package io.btrdb.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a tree must hold, as a plain sorted map; equal times in order of insertion. */
final class Model {
  final NavigableMap<Long, List<Double>> points = new TreeMap<>();

  Model copy() {
    Model copy = new Model();
    points.forEach((time, values) -> copy.points.put(time, new ArrayList<>(values)));
    return copy;
  }

  void insert(long[] times, double[] values, int from, int to, MergePolicy policy) {
    TreeMap<Long, List<Double>> batch = new TreeMap<>();
    for (int i = from; i < to; i++) {
      batch.computeIfAbsent(times[i], t -> new ArrayList<>()).add(values[i]);
    }
    batch.forEach((time, added) -> insertAt(time, added, policy));
  }

  private void insertAt(long time, List<Double> added, MergePolicy policy) {
    List<Double> old = points.computeIfAbsent(time, t -> new ArrayList<>());
    switch (policy) {
      case NEVER -> old.addAll(added);
      case EQUAL -> {
        java.util.Set<Long> known = new java.util.HashSet<>();
        old.forEach(v -> known.add(Double.doubleToRawLongBits(v)));
        for (double v : added) {
          if (known.add(Double.doubleToRawLongBits(v))) {
            old.add(v);
          }
        }
      }
      case RETAIN -> {
        if (old.isEmpty()) {
          old.add(added.get(0));
        }
      }
      case REPLACE -> {
        old.clear();
        old.add(added.get(added.size() - 1));
      }
    }
  }

  void delete(long start, long end) {
    if (start < end) {
      points.subMap(start, end).clear();
    }
  }

  long count() {
    return points.values().stream().mapToLong(List::size).sum();
  }

  /** Points of [start, end) as alternating time and raw bits. */
  long[] values(long start, long end) {
    if (start >= end) {
      return new long[0];
    }
    return points.subMap(start, end).entrySet().stream()
        .flatMapToLong(
            e ->
                e.getValue().stream()
                    .flatMapToLong(
                        v ->
                            java.util.stream.LongStream.of(
                                e.getKey(), Double.doubleToRawLongBits(v))))
        .toArray();
  }

  Tree.Point nearest(long time, boolean backward) {
    var entry = backward ? points.lowerEntry(time) : points.ceilingEntry(time);
    if (entry == null) {
      return null;
    }
    List<Double> values = entry.getValue();
    return new Tree.Point(entry.getKey(), values.get(backward ? values.size() - 1 : 0));
  }

  /** Two-pass statistics of [start, end). */
  Span span(long start, long end) {
    List<Double> all = new ArrayList<>();
    points.subMap(start, end).values().forEach(all::addAll);
    return Span.of(all);
  }

  record Span(long count, double min, double max, double mean, double stddev) {
    static Span of(List<Double> all) {
      if (all.isEmpty()) {
        return new Span(0, 0, 0, 0, 0);
      }
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      double mean = 0;
      for (double v : all) {
        min = Math.min(min, v);
        max = Math.max(max, v);
        mean += v / all.size();
      }
      double squares = 0;
      for (double v : all) {
        squares += (v - mean) * (v - mean);
      }
      return new Span(all.size(), min, max, mean, Math.sqrt(squares / all.size()));
    }
  }
}
