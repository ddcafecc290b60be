package io.btrdb.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Spans of time of one stream that are looked at in slots only. The points of a slot count as one
 * thing that lies where the slot begins: a window holds all of it or nothing. So no read goes
 * further down the tree than to the slots. Immutable.
 *
 * @param list disjoint, in order of time
 */
public record ReducedRanges(List<ReducedRange> list) {
  public static final ReducedRanges NONE = new ReducedRanges(List.of());

  public ReducedRanges {
    List<ReducedRange> sorted = new ArrayList<>(list);
    sorted.sort(Comparator.comparingLong(ReducedRange::start));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).start() < sorted.get(i - 1).end()) {
        throw new IllegalArgumentException(sorted.get(i - 1) + " overlaps " + sorted.get(i));
      }
    }
    list = List.copyOf(sorted);
  }

  /** These and more; empty when any two of all overlap. */
  public Optional<ReducedRanges> with(List<ReducedRange> more) {
    List<ReducedRange> all = new ArrayList<>(list);
    for (ReducedRange each : more) {
      if (all.stream().anyMatch(other -> other.overlaps(each.start(), each.end()))) {
        return Optional.empty();
      }
      all.add(each);
    }
    return Optional.of(new ReducedRanges(all));
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  /** The first range that shares a nanosecond with [start, end). */
  public Optional<ReducedRange> within(long start, long end) {
    return list.stream().filter(range -> range.overlaps(start, end)).findFirst();
  }

  /** The start of the slot that a time is in; the time itself outside of all ranges. */
  public long floor(long time) {
    for (ReducedRange range : list) {
      if (range.contains(time)) {
        return range.floor(time);
      }
    }
    return time;
  }

  /** The first time at or after this one that is in no slot which began before. */
  public long ceiling(long time) {
    for (ReducedRange range : list) {
      if (range.contains(time)) {
        return range.ceiling(time);
      }
    }
    return time;
  }
}
