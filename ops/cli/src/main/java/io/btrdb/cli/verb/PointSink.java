package io.btrdb.cli.verb;

/** Where points go. */
interface PointSink {
  /** Forgets them. */
  PointSink NOWHERE = (time, value) -> {};

  void add(long time, double value);

  /** Sends what is held back. */
  default void flush() {}
}
