package io.btrdb.tree;

import java.util.Arrays;

/**
 * Points to insert, in order of time (equal times in the order they came), without those that the
 * policy drops within the batch itself. The arrays are the caller's when these were in order
 * already.
 */
final class Batch {
  private final MergePolicy policy;
  private long[] times;
  private double[] values;
  private int from;
  private int to;

  private Batch(long[] times, double[] values, int from, int to, MergePolicy policy) {
    this.policy = policy;
    this.times = times;
    this.values = values;
    this.from = from;
    this.to = to;
  }

  static Batch of(long[] times, double[] values, int from, int to, MergePolicy policy) {
    Batch batch = new Batch(times, values, from, to, policy);
    boolean sorted = true;
    boolean distinct = true;
    for (int i = from + 1; i < to; i++) {
      sorted &= times[i - 1] <= times[i];
      distinct &= times[i - 1] < times[i];
    }
    if (!sorted) {
      batch.sort();
    }
    if (!distinct && policy != MergePolicy.NEVER) {
      batch.dropRepeats();
    }
    return batch;
  }

  MergePolicy policy() {
    return policy;
  }

  long[] times() {
    return times;
  }

  double[] values() {
    return values;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  private void sort() {
    PointSort sort = new PointSort(times, values, from, to);
    times = sort.times();
    values = sort.values();
    to -= from;
    from = 0;
  }

  /** What the policy leaves of points that share a time. */
  private void dropRepeats() {
    int size = to - from;
    long[] keptTimes = Arrays.copyOfRange(times, from, to);
    double[] keptValues = new double[size];
    int kept = 0;
    for (int i = from; i < to; ) {
      int end = Search.gallop(times, i, to, times[i] + 1);
      int next = kept;
      switch (policy) {
        case NEVER -> throw new IllegalStateException("NEVER drops nothing");
        case RETAIN -> keptValues[next++] = values[i];
        case REPLACE -> keptValues[next++] = values[end - 1];
        case EQUAL -> {
          ValueSet seen = end - i > 1 ? new ValueSet(end - i) : null;
          for (int k = i; k < end; k++) {
            if (seen == null || seen.add(values[k])) {
              keptValues[next++] = values[k];
            }
          }
        }
      }
      Arrays.fill(keptTimes, kept, next, times[i]);
      kept = next;
      i = end;
    }
    times = keptTimes;
    values = keptValues;
    from = 0;
    to = kept;
  }
}
