package io.btrdb.cli.demo;

import io.btrdb.client.StreamView;
import io.btrdb.client.WindowCursor;

/** Statistics of equal windows side by side; an empty one has count 0 and no other statistics. */
final class Windows {
  private final long start;
  private final long width;
  private final double[] min;
  private final double[] mean;
  private final double[] max;
  private final long[] count;

  /**
   * @param start of the first window, nanoseconds
   * @param width of each, nanoseconds
   */
  Windows(long start, long width, int size) {
    this.start = start;
    this.width = width;
    this.min = new double[size];
    this.mean = new double[size];
    this.max = new double[size];
    this.count = new long[size];
  }

  /** Asks for windows of a stream. */
  static Windows read(StreamView view, long start, long width, int size) {
    Windows windows = new Windows(start, width, size);
    try (WindowCursor cursor = view.windows(start, start + width * size, width)) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          int at = Math.toIntExact((cursor.start(i) - start) / width);
          if (cursor.count(i) > 0) {
            windows.set(at, cursor.min(i), cursor.mean(i), cursor.max(i), cursor.count(i));
          }
        }
      }
    }
    return windows;
  }

  void set(int i, double least, double average, double greatest, long points) {
    min[i] = least;
    mean[i] = average;
    max[i] = greatest;
    count[i] = points;
  }

  int size() {
    return count.length;
  }

  long start(int i) {
    return start + i * width;
  }

  long width() {
    return width;
  }

  long end() {
    return start(size());
  }

  double min(int i) {
    return min[i];
  }

  double mean(int i) {
    return mean[i];
  }

  double max(int i) {
    return max[i];
  }

  long count(int i) {
    return count[i];
  }

  /** Points in all windows. */
  long points() {
    long points = 0;
    for (long some : count) {
      points += some;
    }
    return points;
  }

  /** The window with the lowest minimum, the first of several; -1 when all are empty. */
  int lowest() {
    int lowest = -1;
    for (int i = 0; i < size(); i++) {
      if (count[i] > 0 && (lowest < 0 || min[i] < min[lowest])) {
        lowest = i;
      }
    }
    return lowest;
  }

  /** The lowest minimum, NaN when all windows are empty. */
  double floor() {
    int lowest = lowest();
    return lowest < 0 ? Double.NaN : min[lowest];
  }

  /** The highest maximum, NaN when all windows are empty. */
  double ceiling() {
    double ceiling = Double.NaN;
    for (int i = 0; i < size(); i++) {
      if (count[i] > 0 && !(max[i] <= ceiling)) {
        ceiling = max[i];
      }
    }
    return ceiling;
  }
}
