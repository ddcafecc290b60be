package io.btrdb.tree;

/** Columns of raw points that a cursor fills again and again; the first {@link #size} are valid. */
public final class PointChunk {
  public final long[] times;
  public final double[] values;
  public int size;

  public PointChunk(int capacity) {
    times = new long[capacity];
    values = new double[capacity];
  }
}
