package io.btrdb.cli.verb;

/** Where points go. */
interface PointSink {
  /** Forgets them. */
  PointSink NOWHERE =
      new PointSink() {
        @Override
        public void add(long time, double value) {}

        @Override
        public void finish() {}
      };

  void add(long time, double value);

  /** Returns when all points are stored. */
  void finish();
}
