package io.btrdb.cli.demo;

import java.util.BitSet;

/**
 * Compares what a stream holds with what its writer was told. The writer inserts the numbers 0, 1,
 * 2, ... in batches, number {@code k} at time {@code base + k * STEP_NANOS}; each batch has been
 * acknowledged, or has failed without certainty. Not thread-safe.
 */
final class Proof {
  /** Between two points of a writer. */
  static final long STEP_NANOS = 1_000_000;

  private final long base;
  private final int batchPoints;
  private final BitSet acknowledged;
  private final byte[] seen;
  private long strange;

  /**
   * @param batches how many were sent, acknowledged or not
   * @param acknowledged those of them that the cluster confirmed
   */
  Proof(long base, int batchPoints, int batches, BitSet acknowledged) {
    this.base = base;
    this.batchPoints = batchPoints;
    this.acknowledged = acknowledged;
    this.seen = new byte[batches * batchPoints];
  }

  /**
   * What was found.
   *
   * @param acknowledged points of acknowledged batches
   * @param lost of those, not there
   * @param doubled points that are there more than once, acknowledged or not
   * @param strange points that nobody wrote, or whose value is another one
   * @param unconfirmed points of batches that were not acknowledged but are there, as they may
   */
  record Verdict(long acknowledged, long lost, long doubled, long strange, long unconfirmed) {
    boolean holds() {
      return lost == 0 && doubled == 0 && strange == 0;
    }

    Verdict plus(Verdict other) {
      return new Verdict(
          acknowledged + other.acknowledged,
          lost + other.lost,
          doubled + other.doubled,
          strange + other.strange,
          unconfirmed + other.unconfirmed);
    }

    static Verdict none() {
      return new Verdict(0, 0, 0, 0, 0);
    }
  }

  /** Takes a point that was read. */
  void read(long time, double value) {
    long number = Math.floorDiv(time - base, STEP_NANOS);
    boolean written =
        number >= 0
            && number < seen.length
            && base + number * STEP_NANOS == time
            && value == number;
    if (!written) {
      strange++;
    } else if (seen[(int) number] < Byte.MAX_VALUE) {
      seen[(int) number]++;
    }
  }

  Verdict verdict() {
    long expected = 0;
    long lost = 0;
    long doubled = 0;
    long unconfirmed = 0;
    for (int number = 0; number < seen.length; number++) {
      boolean confirmed = acknowledged.get(number / batchPoints);
      expected += confirmed ? 1 : 0;
      lost += confirmed && seen[number] == 0 ? 1 : 0;
      doubled += seen[number] > 1 ? 1 : 0;
      unconfirmed += !confirmed && seen[number] > 0 ? 1 : 0;
    }
    return new Verdict(expected, lost, doubled, strange, unconfirmed);
  }
}
