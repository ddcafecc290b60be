package io.btrdb.codec;

/**
 * The line {@code first + step*i + floor((numerator*i + phase) / denominator)}: what a clock of any
 * rational period leaves on a grid of whole nanoseconds, whichever way it rounds and wherever in
 * its cycle the first sample lies. At 120 Hz the period is 8,333,333 1/3 ns: step 8,333,333,
 * numerator 1, denominator 3. Arithmetic wraps around, as everywhere in this package.
 */
final class DigitalLine {
  static final int MAX_DENOMINATOR = 1 << 20;

  /** The slope's fraction is kept to this part where the line is only a fit. */
  private static final int FIT_DENOMINATOR = 1 << 12;

  /** Cuts tried before giving up; real rates need fewer than ten. */
  private static final int MAX_CUTS = 24;

  long first;
  long step;
  int numerator;
  int denominator;
  int phase;

  // The fraction last found by simplestBetween.
  private long p;
  private long q;

  /**
   * Finds the line of least denominator that meets every number exactly, given that each difference
   * is {@code least} or one more. Returns false when there is none.
   *
   * <p>The slope's fraction is searched between two bounds that close in: the simplest fraction
   * between them is tried, and the pair of numbers that refutes it most clearly becomes a bound.
   */
  boolean meet(long[] a, int from, int count, long least) {
    long rise = a[from + count - 1] - a[from] - least * (count - 1);
    long lowP = rise - 1;
    long lowQ = count - 1;
    long highP = rise + 1;
    long highQ = count - 1;
    for (int cut = 0; cut < MAX_CUTS && lowP * highQ < highP * lowQ; cut++) {
      simplestBetween(lowP, lowQ, highP, highQ);
      long most = 0;
      long fewest = 0;
      int mostAt = 0;
      int fewestAt = 0;
      long lag = 0;
      for (int i = 1; i < count; i++) {
        lag += q * (a[from + i] - a[from + i - 1] - least) - p;
        if (lag > most) {
          most = lag;
          mostAt = i;
        } else if (lag < fewest) {
          fewest = lag;
          fewestAt = i;
        }
      }
      if (most - fewest < q) {
        return set(a[from], least, (int) p, (int) q, (int) most);
      }
      long span = mostAt - (long) fewestAt;
      long climb = a[from + mostAt] - a[from + fewestAt] - least * span;
      if (span > 0) {
        lowP = climb - 1;
        lowQ = span;
      } else {
        highP = 1 - climb;
        highQ = -span;
      }
    }
    return false;
  }

  private boolean set(long newFirst, long newStep, int newP, int newQ, int newPhase) {
    first = newFirst;
    step = newStep;
    numerator = newP;
    denominator = newQ;
    phase = newPhase;
    return true;
  }

  /** Sets p/q to the fraction of least denominator strictly between low and high, both under 2. */
  private void simplestBetween(long lowP, long lowQ, long highP, long highQ) {
    if (lowP < 0) {
      p = 0;
      q = 1;
      return;
    }
    long whole = lowP / lowQ;
    if ((whole + 1) * highQ < highP) {
      p = whole + 1;
      q = 1;
      return;
    }
    long rest = lowP - whole * lowQ;
    if (rest == 0) {
      q = highQ / (highP - whole * highQ) + 1;
      p = whole * q + 1;
      return;
    }
    simplestBetween(highQ, highP - whole * highQ, lowQ, rest);
    long inverse = p;
    p = whole * p + q;
    q = inverse;
  }

  /** Sets the line of least squares, for numbers that only lie near one. */
  void fit(long[] a, int from, int count) {
    double middle = (count - 1) / 2.0;
    double sum = 0;
    double moment = 0;
    for (int i = 0; i < count; i++) {
      double y = (double) (a[from + i] - a[from]);
      sum += y;
      moment += (i - middle) * y;
    }
    double slope = moment * 12 / (count * ((double) count * count - 1));
    double whole = Math.floor(slope);
    int fraction = (int) ((slope - whole) * FIT_DENOMINATOR);
    long start = a[from] + Math.round(sum / count - slope * middle);
    set(start, (long) whole, Math.min(fraction, FIT_DENOMINATOR - 1), FIT_DENOMINATOR, 0);
  }

  /** Writes the numbers' zigzag distances from the line. */
  void residuals(long[] a, int from, int count, long[] target) {
    long y = first;
    long lag = phase;
    for (int i = 0; i < count; i++) {
      target[i] = Residuals.zigzag(a[from + i] - y);
      lag += numerator;
      long carry = (denominator - 1 - lag) >> 63;
      lag -= denominator & carry;
      y += step - carry;
    }
  }

  /** Writes the line itself. */
  void draw(long[] target, int at, int count) {
    long y = first;
    long lag = phase;
    for (int i = at; i < at + count; i++) {
      target[i] = y;
      lag += numerator;
      long carry = (denominator - 1 - lag) >> 63;
      lag -= denominator & carry;
      y += step - carry;
    }
  }

  /** Turns zigzag distances into the numbers they were taken from. */
  void restore(long[] target, int at, int count) {
    long y = first;
    long lag = phase;
    for (int i = at; i < at + count; i++) {
      target[i] = y + Residuals.unzigzag(target[i]);
      lag += numerator;
      long carry = (denominator - 1 - lag) >> 63;
      lag -= denominator & carry;
      y += step - carry;
    }
  }

  int size(long previous) {
    return Residuals.varintSize(Residuals.zigzag(first - previous))
        + Residuals.varintSize(Residuals.zigzag(step))
        + Residuals.varintSize(denominator)
        + Residuals.varintSize(numerator)
        + Residuals.varintSize(phase);
  }

  void write(long previous, ByteWriter out) {
    out.putZigzag(first - previous);
    out.putZigzag(step);
    out.putVarint(denominator);
    out.putVarint(numerator);
    out.putVarint(phase);
  }

  static DigitalLine read(ByteReader in, long previous) {
    DigitalLine line = new DigitalLine();
    line.first = previous + in.readZigzag();
    line.step = in.readZigzag();
    line.denominator = in.readVarint(MAX_DENOMINATOR);
    if (line.denominator == 0) {
      throw new MalformedBytesException("a line's slope has the denominator 0");
    }
    line.numerator = in.readVarint(line.denominator - 1);
    line.phase = in.readVarint(line.denominator - 1);
    return line;
  }
}
