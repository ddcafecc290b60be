package io.btrdb.tree;

/** A set of doubles by their bits, open addressing, of a bounded number of values. */
final class ValueSet {
  private static final byte NEVER_USED = 0;
  private static final byte TAKEN = 1;
  private static final byte REMOVED = 2;

  private final long[] bits;
  private final byte[] state;
  private final int mask;
  private int size;

  /**
   * @param most how many values are added at most
   */
  ValueSet(int most) {
    int capacity = Integer.highestOneBit(Math.max(4, most)) << 2;
    bits = new long[capacity];
    state = new byte[capacity];
    mask = capacity - 1;
  }

  int size() {
    return size;
  }

  /** False when it was there already. */
  boolean add(double value) {
    int at = find(value);
    if (state[at] == TAKEN) {
      return false;
    }
    bits[at] = Double.doubleToRawLongBits(value);
    state[at] = TAKEN;
    size++;
    return true;
  }

  boolean contains(double value) {
    return state[find(value)] == TAKEN;
  }

  void remove(double value) {
    int at = find(value);
    if (state[at] == TAKEN) {
      state[at] = REMOVED;
      size--;
    }
  }

  /** Where the value is, or was, or would be added. */
  private int find(double value) {
    long wanted = Double.doubleToRawLongBits(value);
    long mixed = wanted * 0x9E3779B97F4A7C15L;
    int at = (int) (mixed >>> 32) & mask;
    while (state[at] != NEVER_USED && bits[at] != wanted) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
