package io.btrdb.shard;

import java.util.Arrays;
import java.util.UUID;

/**
 * One client's memory of exactly-once: outcomes of the sequences above the acknowledged one, in
 * rings of primitives as long as the client's requests are apart. Apply thread only.
 */
final class Session {
  static final byte NONE = 0;
  static final byte APPLIED = 1;

  /** A refusal is this plus the code of its reason. */
  static final byte REFUSED = 2;

  private static final int FIRST_CAPACITY = 4;

  final UUID id;

  long lastUsedMillis;

  /** Which use of any session of the shard was its last: the order of expiry. */
  long lastUse;

  boolean dirty;

  /** Neighbours in the order of use. */
  Session older;

  Session newer;

  private long acknowledged;

  /** The highest sequence remembered, or the acknowledged one. */
  private long highest;

  private byte[] kinds;
  private long[] majors;
  private int[] minors;

  Session(UUID id) {
    this(id, 0);
  }

  Session(UUID id, long acknowledged) {
    this.id = id;
    this.acknowledged = acknowledged;
    highest = acknowledged;
    allocate(FIRST_CAPACITY);
  }

  long acknowledged() {
    return acknowledged;
  }

  long highest() {
    return highest;
  }

  /** The client has all outcomes through this sequence: they are forgotten. */
  void acknowledge(long through) {
    if (through <= acknowledged) {
      return;
    }
    long last = Math.min(through, highest);
    if (last - acknowledged >= kinds.length) {
      Arrays.fill(kinds, NONE);
    } else {
      for (long sequence = acknowledged + 1; sequence <= last; sequence++) {
        kinds[slot(sequence)] = NONE;
      }
    }
    acknowledged = through;
    highest = Math.max(highest, through);
  }

  boolean isInWindow(long sequence) {
    return sequence > acknowledged && sequence - acknowledged <= ShardLimits.SESSION_WINDOW;
  }

  /** {@link #NONE} when this sequence was never seen. */
  byte kind(long sequence) {
    return sequence > highest ? NONE : kinds[slot(sequence)];
  }

  long major(long sequence) {
    return majors[slot(sequence)];
  }

  int minor(long sequence) {
    return minors[slot(sequence)];
  }

  void remember(long sequence, byte kind, long major, int minor) {
    if (!isInWindow(sequence) || kind(sequence) != NONE) {
      throw new IllegalStateException(
          "sequence " + sequence + " of session " + id + " has an outcome already");
    }
    if (sequence - acknowledged > kinds.length) {
      grow(sequence - acknowledged);
    }
    int slot = slot(sequence);
    kinds[slot] = kind;
    majors[slot] = major;
    minors[slot] = minor;
    highest = Math.max(highest, sequence);
  }

  private void grow(long span) {
    byte[] oldKinds = kinds;
    long[] oldMajors = majors;
    int[] oldMinors = minors;
    int oldMask = oldKinds.length - 1;
    allocate(Integer.highestOneBit((int) span - 1) << 1);
    for (long sequence = acknowledged + 1; sequence <= highest; sequence++) {
      int from = (int) sequence & oldMask;
      int to = slot(sequence);
      kinds[to] = oldKinds[from];
      majors[to] = oldMajors[from];
      minors[to] = oldMinors[from];
    }
  }

  private void allocate(int capacity) {
    kinds = new byte[capacity];
    majors = new long[capacity];
    minors = new int[capacity];
  }

  private int slot(long sequence) {
    return (int) sequence & (kinds.length - 1);
  }
}
