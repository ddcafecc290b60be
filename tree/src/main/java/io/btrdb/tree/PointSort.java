package io.btrdb.tree;

import java.util.Arrays;

/**
 * A stable sort of points by time: natural merge sort over the two columns, so that batches of a
 * few ordered runs, the usual disorder, take a few passes.
 */
final class PointSort {
  private long[] times;
  private double[] values;
  private long[] targetTimes;
  private double[] targetValues;

  /** Sorts a copy of points [from, to). */
  PointSort(long[] times, double[] values, int from, int to) {
    this.times = Arrays.copyOfRange(times, from, to);
    this.values = Arrays.copyOfRange(values, from, to);
    this.targetTimes = new long[to - from];
    this.targetValues = new double[to - from];
    int[] runs = runs();
    int count = runs.length - 1;
    while (count > 1) {
      count = mergePairs(runs, count);
    }
  }

  long[] times() {
    return times;
  }

  double[] values() {
    return values;
  }

  /** Where ascending runs start, and the end. */
  private int[] runs() {
    int count = 1;
    for (int i = 1; i < times.length; i++) {
      count += times[i] < times[i - 1] ? 1 : 0;
    }
    int[] runs = new int[count + 1];
    int n = 1;
    for (int i = 1; i < times.length; i++) {
      if (times[i] < times[i - 1]) {
        runs[n++] = i;
      }
    }
    runs[n] = times.length;
    return runs;
  }

  private int mergePairs(int[] runs, int count) {
    int merged = 0;
    for (int r = 0; r < count; r += 2) {
      int middle = runs[r + 1];
      int end = r + 2 <= count ? runs[r + 2] : middle;
      merge(runs[r], middle, end);
      runs[merged++] = runs[r];
    }
    runs[merged] = times.length;
    long[] sortedTimes = targetTimes;
    double[] sortedValues = targetValues;
    targetTimes = times;
    targetValues = values;
    times = sortedTimes;
    values = sortedValues;
    return merged;
  }

  private void merge(int from, int middle, int end) {
    int i = from;
    int j = middle;
    int k = from;
    while (i < middle && j < end) {
      if (times[j] < times[i]) {
        targetTimes[k] = times[j];
        targetValues[k++] = values[j++];
      } else {
        targetTimes[k] = times[i];
        targetValues[k++] = values[i++];
      }
    }
    copy(i, middle, k);
    copy(j, end, k + middle - i);
  }

  private void copy(int from, int to, int at) {
    System.arraycopy(times, from, targetTimes, at, to - from);
    System.arraycopy(values, from, targetValues, at, to - from);
  }
}
