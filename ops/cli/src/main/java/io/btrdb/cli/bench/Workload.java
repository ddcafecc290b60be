package io.btrdb.cli.bench;

import java.util.List;

/** One kind of load. */
interface Workload {
  /** Its name for {@code --only}. */
  String name();

  /** Warms up, measures and tells the figures. */
  List<Figure> run(Bench bench);

  /** All of them, in the order in which they run. */
  static List<Workload> all() {
    return List.of(
        new BulkInsert(Dataset.Kind.Q),
        new BulkInsert(Dataset.Kind.N),
        new SmallBatches(),
        new SinglePoints(),
        new UnaryInserts(),
        new Reads(),
        new ReplicaReads());
  }
}
