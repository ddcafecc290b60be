package io.btrdb.tree;

/** Columns of windows that a cursor fills again and again; the first {@link #size} are valid. */
public final class WindowChunk {
  /** Start of each window, ns. */
  public final long[] times;

  public final double[] min;
  public final double[] mean;
  public final double[] max;
  public final long[] count;

  /** Population standard deviation. */
  public final double[] stddev;

  public int size;

  public WindowChunk(int capacity) {
    times = new long[capacity];
    min = new double[capacity];
    mean = new double[capacity];
    max = new double[capacity];
    count = new long[capacity];
    stddev = new double[capacity];
  }

  /** Adds a window without points. */
  void put(long time) {
    times[size] = time;
    min[size] = 0;
    mean[size] = 0;
    max[size] = 0;
    count[size] = 0;
    stddev[size] = 0;
    size++;
  }

  void put(long time, Summary summary) {
    times[size] = time;
    min[size] = summary.min;
    mean[size] = summary.mean;
    max[size] = summary.max;
    count[size] = summary.count;
    stddev[size] = summary.standardDeviation();
    size++;
  }
}
