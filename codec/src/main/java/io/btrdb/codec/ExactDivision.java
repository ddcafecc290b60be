package io.btrdb.codec;

/**
 * The greatest common divisor of a column's distances from its first number, and their quotients: a
 * clock of microseconds kept in nanoseconds, decimals that only move in quarters, block addresses.
 *
 * <p>The divisor is guessed from a few distances. Whether it divides the rest is then found
 * together with the quotients and without dividing: an odd number has an inverse modulo 2^64, the
 * product with it is the quotient wherever there is one, and out of a quotient's range where there
 * is none.
 */
final class ExactDivision {
  private static final int GUESSED_FROM = 16;

  /** Bits a number must get shorter by, all numbers together, to pay for the divisor itself. */
  private static final int WORTHWHILE_BITS = 32;

  private final long[] quotients = new long[LongColumn.CHUNK];

  /** (a[from + i] - a[from]) / divisor, after a call of {@link #divisor} that did not answer 1. */
  long[] quotients() {
    return quotients;
  }

  /** The divisor, with the quotients worked out; 1 where none would shorten the column. */
  long divisor(long[] a, int from, int count) {
    long divisor = divisor(a, from, Math.min(GUESSED_FROM, count), 0);
    boolean known = divisor != 0; // 0: the few are all alike and tell nothing
    if (known && !worthwhile(divisor, count)) {
      return 1;
    }
    if (known && divide(a, from, count, divisor)) {
      return divisor;
    }
    divisor = divisor(a, from, count, divisor);
    return worthwhile(divisor, count) && divide(a, from, count, divisor) ? divisor : 1;
  }

  private static boolean worthwhile(long divisor, int count) {
    return (BitPacking.width(divisor) - 1) * count > WORTHWHILE_BITS;
  }

  private static long divisor(long[] a, int from, int count, long known) {
    long divisor = known;
    for (int i = from + 1; i < from + count && divisor != 1; i++) {
      long rest = Math.abs(a[i] - a[from]);
      if (rest < 0) {
        return 1; // the one long without a positive counterpart
      }
      if (divisor != 0) {
        rest %= divisor;
      }
      while (rest != 0) {
        long next = divisor % rest;
        divisor = rest;
        rest = next;
      }
    }
    return divisor;
  }

  private boolean divide(long[] a, int from, int count, long divisor) {
    int zeros = Long.numberOfTrailingZeros(divisor);
    long odd = divisor >>> zeros;
    long inverse = inverse(odd);
    // Halved for a power of two: its zeros already bound the quotient, and the sums below must not
    // overflow.
    long bound = Long.MAX_VALUE / Math.max(odd, 2);
    long evenMask = (1L << zeros) - 1;
    long origin = a[from];
    long refuted = 0;
    for (int i = 0; i < count; i++) {
      long distance = a[from + i] - origin;
      long quotient = (distance >> zeros) * inverse;
      refuted |= distance & evenMask;
      refuted |= (bound - quotient) >>> 63 | (bound + quotient) >>> 63;
      quotients[i] = quotient;
    }
    return refuted == 0;
  }

  /** By Newton's iteration; an odd number is its own inverse in the low three bits. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int correct = 3; correct < Long.SIZE; correct *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
