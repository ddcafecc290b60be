package io.btrdb.codec;

/** Two columns of one length, for tests. */
record Points(long[] times, double[] values) {
  int size() {
    return times.length;
  }
}
