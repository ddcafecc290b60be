package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.TimeRange;
import java.util.Optional;

/** Which points may enter the log. Everything is refused here, because there it is too late. */
final class WriteChecks {
  private static final int MANTISSA_BITS = 52;

  private WriteChecks() {}

  static Optional<Refusal> points(long[] times, double[] values, int size) {
    if (size > Limits.INSERT_POINTS) {
      return Optional.of(tooMany(size));
    }
    for (int i = 0; i < size; i++) {
      if (times[i] < TimeRange.MIN || times[i] > TimeRange.LAST_INSERTABLE) {
        return Optional.of(
            Refusal.of(
                ErrorCode.INVALID_TIME_RANGE,
                "point %d has time %d, which is not within [%d, %d]; nothing was inserted",
                i,
                times[i],
                TimeRange.MIN,
                TimeRange.LAST_INSERTABLE));
      }
      if (!Double.isFinite(values[i])) {
        return Optional.of(
            Refusal.of(
                ErrorCode.BAD_VALUE,
                "point %d, at time %d, has value %s; nothing was inserted",
                i,
                times[i],
                values[i]));
      }
    }
    return Optional.empty();
  }

  static Refusal tooMany(long points) {
    return Refusal.of(
        ErrorCode.INSERT_TOO_BIG,
        "%d points in one insert, at most %d are taken: split it",
        points,
        Limits.INSERT_POINTS);
  }

  /** The tree's policy of a number on the wire, which are the same four in the same order. */
  static Optional<MergePolicy> policy(io.btrdb.api.v5.MergePolicy policy) {
    return policy == io.btrdb.api.v5.MergePolicy.UNRECOGNIZED
        ? Optional.empty()
        : policy(policy.getNumber());
  }

  /** The same by its number. */
  static Optional<MergePolicy> policy(int number) {
    return switch (number) {
      case 0 -> Optional.of(MergePolicy.NEVER);
      case 1 -> Optional.of(MergePolicy.EQUAL);
      case 2 -> Optional.of(MergePolicy.RETAIN);
      case 3 -> Optional.of(MergePolicy.REPLACE);
      default -> Optional.empty();
    };
  }

  static Optional<Refusal> rounding(int bits) {
    return bits >= 0 && bits <= MANTISSA_BITS
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                ErrorCode.WRONG_ARGUMENTS,
                "rounding keeps 0 to %d bits of the mantissa, %d were asked for",
                MANTISSA_BITS,
                bits));
  }

  /**
   * Rounds each value in place to the nearest with {@code bits} bits of mantissa, halves away from
   * zero. A value that would round up to infinity is cut instead; zeros and non-finite values stay.
   */
  static void round(double[] values, int size, int bits) {
    int dropped = MANTISSA_BITS - bits;
    if (dropped == 0) {
      return;
    }
    long mask = -1L << dropped;
    long half = 1L << (dropped - 1);
    for (int i = 0; i < size; i++) {
      if (Double.isFinite(values[i])) {
        long raw = Double.doubleToRawLongBits(values[i]);
        double rounded = Double.longBitsToDouble((raw + half) & mask);
        values[i] = Double.isFinite(rounded) ? rounded : Double.longBitsToDouble(raw & mask);
      }
    }
  }
}
