package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A leader that hangs and comes back believes for a moment that it still leads. */
@Timeout(300)
class PausedLeaderTest {
  private static final long FREEZE_MILLIS = 10_000;
  private static final Executor EACH_ITS_THREAD = task -> Thread.ofVirtual().start(task);

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  @Test
  void shouldNotAnswerStaleReadsOrLoseWritesWhenALeaderHangsForAWhile() throws Exception {
    long seed = Seed.choose("PausedLeaderTest");
    try (Btrdb db = cluster.connectPatiently();
        Workload load = Workload.start(db, "paused", seed)) {
      for (int round = 1; round <= Seed.rounds(2); round++) {
        load.writes().awaitPoints(2_000, Workload.RESUME);
        String leader = db.topology().shards().get(0).leader().orElseThrow();
        load.pauses();
        freezeAndAsk(leader, load);
        load.awaitWrites();
        System.out.printf("  round %d: %s is back: paused %s%n", round, leader, load.pauses());
        cluster.awaitReady(leader);
      }
      load.finish();
    }
  }

  /** Has reads wait at the door of the hanging leader, so that they are what it sees first. */
  private void freezeAndAsk(String leader, Workload load) throws Exception {
    long frozen = System.nanoTime();
    List<CompletableFuture<List<Violation>>> answers = new ArrayList<>();
    try (V5Client door = V5Client.connect(cluster.cluster().endpoint(leader))) {
      door.info();
      cluster.freeze(leader);
      try {
        load.awaitWrites();
        System.out.printf("  %s hangs: paused %s%n", leader, load.pauses());
        long left = TimeUnit.MILLISECONDS.toNanos(FREEZE_MILLIS) - (System.nanoTime() - frozen);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
        for (StreamLedger ledger : load.ledgers()) {
          StreamLedger.Mark mark = ledger.mark();
          answers.add(
              CompletableFuture.supplyAsync(() -> judge(door, ledger, mark), EACH_ITS_THREAD));
        }
      } finally {
        cluster.thaw(leader);
      }
      int answered = 0;
      List<Violation> found = new ArrayList<>();
      for (CompletableFuture<List<Violation>> answer : answers) {
        List<Violation> violations = answer.get(30, TimeUnit.SECONDS);
        answered += violations == null ? 0 : 1;
        found.addAll(violations == null ? List.of() : violations);
      }
      System.out.printf("  %d of %d waiting reads answered%n", answered, answers.size());
      assertTrue(found.isEmpty(), () -> StreamLedger.summary(found));
    }
  }

  /** What is wrong with the answer, null when there was none. */
  private static List<Violation> judge(V5Client door, StreamLedger ledger, StreamLedger.Mark mark) {
    Points points;
    try {
      points = door.values(ledger.stream(), WriteLoad.START, WriteLoad.END, 0);
    } catch (StatusRuntimeException | V5Client.Refused e) {
      return null;
    }
    return ledger.check(mark, WriteLoad.START, WriteLoad.END, points);
  }
}
