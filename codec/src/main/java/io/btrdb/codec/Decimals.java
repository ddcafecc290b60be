package io.btrdb.codec;

/**
 * Doubles as whole numbers of a power of ten, as in ALP (Afroozeh and Boncz, SIGMOD 2024), with one
 * exponent instead of ALP's two.
 *
 * <p>A value was either read from a decimal text, and then it is the quotient {@code n / 10^k},
 * which IEEE 754 rounds exactly as it rounds the text; or computed from a count, and then it is
 * often the product {@code n * 10^-k}. Both forms are tried; every value is compared bit by bit, so
 * whatever does not come back exactly (-0.0, NaN, too many digits) is an exception to be stored
 * apart.
 */
final class Decimals {
  /** The form byte is the exponent, with this bit set for the product form. */
  static final int PRODUCT = 0x80;

  static final int MAX_EXPONENT = 18;

  /** No form fits. */
  static final int NONE = -1;

  private static final double[] POWER = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18
  };
  private static final double[] INVERSE = {
    1e-0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14,
    1e-15, 1e-16, 1e-17, 1e-18
  };

  /** Adding 1.5 * 2^52 leaves a number under 2^51 rounded in the low bits of the mantissa. */
  private static final double ROUNDER = 0x1.8p52;

  private static final long ROUNDER_BITS = Double.doubleToRawLongBits(ROUNDER);

  private static final int FIRST_LOOK = 8;
  private static final int SAMPLE = 32;

  /** Bits that one decimal digit costs, and an exception, in the choice of a form. */
  private static final double DIGIT_BITS = 3.32;

  private static final double EXCEPTION_BITS = 80;

  private Decimals() {}

  /** The form that suits a sample of the values best, {@link #NONE} when too few fit any. */
  static int form(double[] values, int from, int count) {
    int look = Math.min(FIRST_LOOK, count);
    int form = bestForm(values, from, count, look);
    return form == NONE || count <= look
        ? form
        : bestForm(values, from, count, Math.min(SAMPLE, count));
  }

  private static int bestForm(double[] values, int from, int count, int look) {
    int best = NONE;
    double bestBits = look * EXCEPTION_BITS / 2;
    for (int exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
      double digits = exponent * DIGIT_BITS * look;
      if (digits >= bestBits) {
        break;
      }
      for (int form = exponent; form <= (exponent | PRODUCT); form += PRODUCT) {
        int bearable = (int) ((bestBits - digits) / EXCEPTION_BITS);
        double bits = digits + EXCEPTION_BITS * misses(values, from, count, look, form, bearable);
        if (bits < bestBits) {
          best = form;
          bestBits = bits;
        }
        if (bits == digits) {
          return best; // every value comes back; more digits cannot be better
        }
      }
    }
    return best;
  }

  /** How many values of the sample the form does not return, or one more than are bearable. */
  private static int misses(
      double[] values, int from, int count, int look, int form, int bearable) {
    int misses = 0;
    double power = POWER[form & ~PRODUCT];
    double unit = form < PRODUCT ? power : INVERSE[form & ~PRODUCT];
    for (int i = 0; i < look && misses <= bearable; i++) {
      double value = values[from + i * count / look];
      long n = round(value * power);
      misses += matches(form < PRODUCT ? n / unit : n * unit, value) ? 0 : 1;
    }
    return misses;
  }

  private static long round(double scaled) {
    return Double.doubleToRawLongBits(scaled + ROUNDER) - ROUNDER_BITS;
  }

  private static boolean matches(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  /**
   * Writes each value's whole number, an exception's repeating its neighbour's so that it disturbs
   * no difference, and the exceptions' positions. Returns how many there are.
   */
  static int toNumbers(
      double[] values, int from, int count, int form, long[] numbers, long[] exceptions) {
    double power = POWER[form & ~PRODUCT];
    boolean product = (form & PRODUCT) != 0;
    double unit = product ? INVERSE[form & ~PRODUCT] : power;
    int missed = 0;
    for (int i = 0; i < count; i++) {
      double value = values[from + i];
      long n = round(value * power);
      double back = product ? n * unit : n / unit;
      numbers[i] = n;
      exceptions[missed] = i;
      missed += matches(back, value) ? 0 : 1;
    }
    smooth(numbers, count, exceptions, missed);
    return missed;
  }

  private static void smooth(long[] numbers, int count, long[] exceptions, int missed) {
    int leading = 0;
    while (leading < missed && exceptions[leading] == leading) {
      leading++;
    }
    long before = leading < count ? numbers[leading] : 0;
    for (int i = 0; i < missed; i++) {
      int at = (int) exceptions[i];
      numbers[at] = at < leading ? before : numbers[at - 1];
    }
  }

  /** Turns whole numbers into the values they stand for. */
  static void toValues(long[] numbers, int count, int form, double[] target, int at) {
    int exponent = form & ~PRODUCT;
    if (exponent > MAX_EXPONENT) {
      throw new MalformedBytesException("a decimal exponent of " + exponent);
    }
    if (form == exponent) {
      double power = POWER[exponent];
      for (int i = 0; i < count; i++) {
        target[at + i] = numbers[i] / power;
      }
    } else {
      double unit = INVERSE[exponent];
      for (int i = 0; i < count; i++) {
        target[at + i] = numbers[i] * unit;
      }
    }
  }
}
