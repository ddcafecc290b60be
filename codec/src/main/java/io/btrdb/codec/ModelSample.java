package io.btrdb.codec;

import java.util.Arrays;

/**
 * What a few numbers of a chunk tell about the models that might describe it: the mean width of
 * each model's residuals. Short chunks are not sampled; there every model is promising. Not
 * thread-safe.
 */
final class ModelSample {
  static final int CONSTANT = 0;
  static final int DELTA = 1;
  static final int DELTA_OF_DELTA = 2;
  static final int LINE = 3;

  private static final int MODELS = 4;
  private static final int SAMPLE = 32;

  /** A model is tried when it comes within this many bits a number of the best, in the sample. */
  private static final int MARGIN_BITS = 1;

  /** A chunk shorter than this is no line worth its header. */
  private static final int MIN_LINE = 16;

  private final long[] values = new long[SAMPLE];
  private final long[] differences = new long[SAMPLE];
  private final long[] sorted = new long[SAMPLE];
  private final int[] widths = new int[MODELS];
  private int count;
  private int best;
  private long medianDifference;

  void sample(long[] a, int from, int length) {
    count = length;
    int n = Math.min(SAMPLE, length - 1);
    Arrays.fill(widths, 0);
    best = 0;
    for (int i = 0; i < n; i++) {
      int at = position(from, i, n);
      values[i] = a[at];
      differences[i] = a[at] - a[at - 1];
    }
    medianDifference = median(differences, n);
    if (length > 2 * SAMPLE) {
      measure(a, from);
    }
  }

  private int position(int from, int i, int n) {
    return from + 1 + i * (count - 1) / n;
  }

  private long median(long[] numbers, int n) {
    System.arraycopy(numbers, 0, sorted, 0, n);
    Arrays.sort(sorted, 0, n);
    return n == 0 ? 0 : sorted[n / 2];
  }

  private void measure(long[] a, int from) {
    long medianValue = median(values, SAMPLE);
    double slope = (double) (a[from + count - 1] - a[from]) / (count - 1);
    for (int i = 0; i < SAMPLE; i++) {
      int at = Math.max(from + 2, position(from, i, SAMPLE));
      long difference = a[at] - a[at - 1];
      long line = a[from] + (long) (slope * (at - from));
      widths[CONSTANT] += width(values[i] - medianValue);
      widths[DELTA] += width(differences[i] - medianDifference);
      widths[DELTA_OF_DELTA] += width(difference - (a[at - 1] - a[at - 2]));
      widths[LINE] += width(a[at] - line);
    }
    best = Integer.MAX_VALUE;
    for (int width : widths) {
      best = Math.min(best, width);
    }
  }

  private static int width(long residual) {
    return BitPacking.width(Residuals.zigzag(residual));
  }

  long medianDifference() {
    return medianDifference;
  }

  boolean promising(int model) {
    return widths[model] <= best + SAMPLE * MARGIN_BITS && (model != LINE || count >= MIN_LINE);
  }

  /** The mean width under the best model, rounded down; 0 for a short chunk. */
  int leastBits() {
    return best / SAMPLE;
  }
}
