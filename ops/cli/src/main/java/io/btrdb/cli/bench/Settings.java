package io.btrdb.cli.bench;

/**
 * How much is measured.
 *
 * @param points in a run of bulk inserts, and in the stream that is read
 * @param runs measured repetitions; their median is told
 * @param writers threads that send asynchronous inserts
 * @param inFlight asynchronous inserts under way at most, over all threads
 * @param seconds duration of a run of single points
 * @param queries of a kind in one run
 */
record Settings(int points, int runs, int writers, int inFlight, int seconds, int queries) {
  static final int POINTS = 10_000_000;

  Settings {
    check("--points", points, 100_000);
    check("--runs", runs, 1);
    check("--writers", writers, 1);
    check("--in-flight", inFlight, 1);
    check("--seconds", seconds, 1);
  }

  private static void check(String option, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(option + " must be at least " + least + ", is " + value);
    }
  }
}
