package io.btrdb.tree;

/**
 * Statistics being gathered in order of time, from single points and from the statistics of spans.
 *
 * <p>Points are taken in two passes, mean first, then distances from it, so that nothing cancels;
 * spans are joined by Chan's formula. Sums that would pass the largest double are taken again in
 * parts, so the mean of finite values is always finite and between min and max. The sum of squared
 * distances is infinite when it passes the largest double (distances above 1e154), never NaN; then
 * the standard deviation is infinite. Distances below 1e-162 have squares of 0.
 *
 * <p>Of 0.0 and -0.0 the one that came first is kept as min or max, so the answer does not depend
 * on where nodes begin. Not thread-safe.
 */
final class Summary {
  long count;
  double min;
  double max;
  double mean;
  double m2;
  long firstTime;
  double firstValue;
  long lastTime;
  double lastValue;

  /** What {@link #scan} found. */
  private double scannedMin;

  private double scannedMax;
  private double scannedSum;

  void clear() {
    count = 0;
    min = 0;
    max = 0;
    mean = 0;
    m2 = 0;
    firstTime = 0;
    firstValue = 0;
    lastTime = 0;
    lastValue = 0;
  }

  /** Adds points [from, to) of the columns, none of them earlier than what is here. */
  void addPoints(long[] times, double[] values, int from, int to) {
    if (from == to) {
      return;
    }
    int n = to - from;
    scan(values, from, to);
    double center = center(values, from, to);
    join(n, scannedMin, scannedMax, center, squares(values, from, to, center));
    spanTo(n, times[from], values[from], times[to - 1], values[to - 1]);
  }

  /** Adds the statistics of a span of points, none of them earlier than what is here. */
  void addSpan(Core core, int child) {
    long n = core.count(child);
    join(n, core.min(child), core.max(child), core.mean(child), core.m2(child));
    spanTo(
        n,
        core.firstTime(child),
        core.firstValue(child),
        core.lastTime(child),
        core.lastValue(child));
  }

  /** The same of points [from, to) of a leaf. */
  void addSpan(
      Leaf leaf, int from, int to, double low, double high, double center, double squares) {
    join(to - from, low, high, center, squares);
    spanTo(to - from, leaf.times[from], leaf.values[from], leaf.times[to - 1], leaf.values[to - 1]);
  }

  double standardDeviation() {
    return count == 0 ? 0 : Math.sqrt(m2 / count);
  }

  Statistics toStatistics() {
    return count == 0
        ? Statistics.EMPTY
        : new Statistics(count, min, max, mean, m2, firstTime, firstValue, lastTime, lastValue);
  }

  private void spanTo(long n, long first, double atFirst, long last, double atLast) {
    if (count == n) {
      firstTime = first;
      firstValue = atFirst;
    }
    lastTime = last;
    lastValue = atLast;
  }

  private void join(long n, double low, double high, double center, double squares) {
    if (count == 0) {
      count = n;
      min = low;
      max = high;
      mean = center;
      m2 = squares;
      return;
    }
    // The slower min and max know the sign of zero.
    min = low > min ? min : low < min ? low : Math.min(min, low);
    max = high < max ? max : high > max ? high : Math.max(max, high);
    double total = (double) count + n;
    double share = n / total;
    double delta = center - mean;
    // Nothing below makes NaN: weight and share lie strictly between 0 and infinity.
    m2 += squares + delta * delta * (count * share);
    double joined =
        Double.isInfinite(delta) ? mean * (count / total) + center * share : mean + delta * share;
    mean = joined < min ? min : joined > max ? max : joined;
    count += n;
  }

  /**
   * Min, max and sum of points. Four sums, because one would wait for itself at each point; and new
   * extremes are rare, so four points at a time are only compared.
   */
  private void scan(double[] values, int from, int to) {
    double sumA = 0;
    double sumB = 0;
    double sumC = 0;
    double sumD = 0;
    double low = values[from];
    double high = low;
    int i = from;
    for (; i + 3 < to; i += 4) {
      double a = values[i];
      double b = values[i + 1];
      double c = values[i + 2];
      double d = values[i + 3];
      sumA += a;
      sumB += b;
      sumC += c;
      sumD += d;
      boolean within =
          a >= low && a <= high && b >= low && b <= high && c >= low && c <= high && d >= low
              && d <= high;
      if (!within) {
        low = Math.min(low, Math.min(Math.min(a, b), Math.min(c, d)));
        high = Math.max(high, Math.max(Math.max(a, b), Math.max(c, d)));
      }
    }
    for (; i < to; i++) {
      sumA += values[i];
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    scannedMin = signed(low, -0.0, values, from, to);
    scannedMax = signed(high, 0.0, values, from, to);
    scannedSum = (sumA + sumB) + (sumC + sumD);
  }

  /** Comparisons are fast because they are blind to the sign of zero; this puts it right. */
  private static double signed(
      double extreme, double preferred, double[] values, int from, int to) {
    if (extreme != 0) {
      return extreme;
    }
    long wanted = Double.doubleToRawLongBits(preferred);
    for (int i = from; i < to; i++) {
      if (Double.doubleToRawLongBits(values[i]) == wanted) {
        return preferred;
      }
    }
    return -preferred;
  }

  private double center(double[] values, int from, int to) {
    double center = scannedSum / (to - from);
    if (Double.isInfinite(center) || Double.isNaN(center)) {
      center = centerOfParts(values, from, to);
    }
    return Math.max(scannedMin, Math.min(scannedMax, center));
  }

  private static double centerOfParts(double[] values, int from, int to) {
    double n = to - from;
    double center = 0;
    for (int i = from; i < to; i++) {
      center += values[i] / n;
    }
    return center;
  }

  /** The sum of squared distances from {@code center}, less what the rounding of it added. */
  private static double squares(double[] values, int from, int to, double center) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double drift = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      double x = values[i] - center;
      double y = values[i + 1] - center;
      double z = values[i + 2] - center;
      double w = values[i + 3] - center;
      drift += (x + y) + (z + w);
      a += x * x;
      b += y * y;
      c += z * z;
      d += w * w;
    }
    for (; i < to; i++) {
      double x = values[i] - center;
      drift += x;
      a += x * x;
    }
    double sum = (a + b) + (c + d);
    double excess = drift * drift / (to - from);
    // Overflow can leave the drift infinite or NaN; the plain sum is then infinite already.
    return excess < sum ? sum - excess : Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }
}
