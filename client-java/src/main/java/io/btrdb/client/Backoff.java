package io.btrdb.client;

import java.util.concurrent.ThreadLocalRandom;

/** Waits between tries: from 10 ms doubling to 500 ms, each shortened by a random part. */
final class Backoff {
  private static final int FIRST_MILLIS = 10;
  private static final int MAX_MILLIS = 500;

  private Backoff() {}

  /**
   * @param tries so far, from 1
   */
  static long millis(int tries) {
    long full = Math.min(MAX_MILLIS, (long) FIRST_MILLIS << Math.min(10, Math.max(0, tries - 1)));
    return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
  }
}
