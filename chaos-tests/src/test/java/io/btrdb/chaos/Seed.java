package io.btrdb.chaos;

/** Where chance comes from. */
final class Seed {
  private Seed() {}

  /** The seed asked for by {@code btrdb.chaos.seed}, or a fresh one; printed. */
  static long choose(String test) {
    long seed = Long.getLong("btrdb.chaos.seed", System.nanoTime());
    System.out.printf("%s: seed %d (repeat with -Dbtrdb.chaos.seed=%d)%n", test, seed, seed);
    return seed;
  }

  /** How many rounds to run. */
  static int rounds(int usual) {
    return Integer.getInteger("btrdb.chaos.rounds", usual);
  }
}
