package io.btrdb.client;

import java.util.UUID;

/**
 * A series of numbered writes in one shard, which the shard applies once each. The shard remembers
 * outcomes from the first one that this side does not have yet, so no more than {@link #WINDOW}
 * numbers are given out past it. Io thread only.
 */
final class Session {
  static final int WINDOW = 2_000;
  private static final int RING = 2_048;

  private final UUID id = UUID.randomUUID();
  private final boolean[] done = new boolean[RING];
  private long last;
  private long acknowledgedThrough;

  UUID id() {
    return id;
  }

  boolean hasRoom() {
    return last - acknowledgedThrough < WINDOW;
  }

  /** The next number, from 1. */
  long next() {
    if (!hasRoom()) {
      throw new IllegalStateException("more than " + WINDOW + " numbers of a session are open");
    }
    return ++last;
  }

  /** Nobody waits for this number's outcome any more. */
  void finish(long sequence) {
    done[(int) (sequence % RING)] = true;
    while (acknowledgedThrough < last && done[(int) ((acknowledgedThrough + 1) % RING)]) {
      acknowledgedThrough++;
      done[(int) (acknowledgedThrough % RING)] = false;
    }
  }

  /** The last number before the first that is still open. */
  long acknowledgedThrough() {
    return acknowledgedThrough;
  }
}
