package io.btrdb.placement.plan;

/**
 * How full a node is for its capacity. What is evened out is the sum of count² / capacity over all
 * nodes: its minimum is the whole-numbered distribution nearest to the proportional one, within one
 * of each other where capacities are equal. All in whole numbers, so that all nodes agree.
 */
final class Load {
  private Load() {}

  /** Order by what one more would cost. */
  static int compareNext(long countA, long capacityA, long countB, long capacityB) {
    return Long.compare((2 * countA + 1) * capacityB, (2 * countB + 1) * capacityA);
  }

  /**
   * What the sum falls by when one moves from a node to another, as a fraction; positive when it
   * helps. Counts up to 4,097 and capacities up to 10,000 leave products below 2^63.
   */
  record Gain(long numerator, long denominator) implements Comparable<Gain> {
    static Gain of(long fromCount, long fromCapacity, long toCount, long toCapacity) {
      return new Gain(
          (2 * fromCount - 1) * toCapacity - (2 * toCount + 1) * fromCapacity,
          fromCapacity * toCapacity);
    }

    boolean helps() {
      return numerator > 0;
    }

    @Override
    public int compareTo(Gain other) {
      return Long.compare(numerator * other.denominator, other.numerator * denominator);
    }
  }
}
