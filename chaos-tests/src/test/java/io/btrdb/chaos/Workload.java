package io.btrdb.chaos;

import io.btrdb.client.Btrdb;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Eight streams that are written and read while a test hurts the cluster. */
final class Workload implements AutoCloseable {
  /** Writes that pause for longer have not come back. */
  static final Duration RESUME = Duration.ofSeconds(30);

  private static final int STREAMS = 8;

  private final Btrdb db;
  private final List<StreamLedger> ledgers;
  private final WriteLoad writes;
  private final ReadLoad reads;

  private Workload(Btrdb db, List<StreamLedger> ledgers, WriteLoad writes, ReadLoad reads) {
    this.db = db;
    this.ledgers = ledgers;
    this.writes = writes;
    this.reads = reads;
  }

  /** Creates streams in a collection and starts writing; returns when all have been written. */
  static Workload start(Btrdb db, String collection, long seed) throws Exception {
    List<StreamLedger> ledgers = WriteLoad.createStreams(db, collection, STREAMS, new Random(seed));
    Workload workload =
        new Workload(
            db, ledgers, WriteLoad.start(db, ledgers, seed), ReadLoad.start(db, ledgers, seed));
    workload.awaitWrites();
    return workload;
  }

  List<StreamLedger> ledgers() {
    return ledgers;
  }

  WriteLoad writes() {
    return writes;
  }

  ReadLoad reads() {
    return reads;
  }

  /** Waits until every stream has had a write acknowledged that was not before. */
  void awaitWrites() throws Exception {
    writes.timeline().awaitAll(RESUME);
  }

  AckTimeline.Pauses pauses() {
    return writes.timeline().report();
  }

  /** Ends the load and asserts that every promise made during it was kept. */
  void finish() throws InterruptedException {
    writes.stop();
    List<Violation> found = reads.stop();
    System.out.printf(
        "  %,d points acknowledged, %,d reads of latest; failed: %d writes, %d reads%n",
        writes.acknowledgedPoints(),
        reads.reads(),
        writes.failures().size(),
        reads.failures().size());
    writes.failures().forEach(failure -> System.out.println("  failed: " + failure));
    reads.failures().forEach(failure -> System.out.println("  failed: " + failure));
    Verification.assertNone(found);
    Verification.assertAllThere(db, ledgers);
  }

  @Override
  public void close() {
    writes.close();
    reads.close();
  }
}
