package io.btrdb.chaos;

import io.btrdb.client.Btrdb;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Leaders stop in the midst of their commits, are deposed, and go on where they were. Every write
 * is flushed, so that there is always a commit under way.
 */
@Timeout(300)
class PausedMergerTest {
  private static final long DEPOSED_MILLIS = 2_500;

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  @Test
  void shouldLoseAndPublishNothingWhenALeaderStopsAtAnyStepOfACommit() throws Exception {
    Random random = new Random(Seed.choose("PausedMergerTest"));
    try (Btrdb db = cluster.connectPatiently()) {
      List<StreamLedger> ledgers = WriteLoad.createStreams(db, "commits", 6, random);
      AtomicBoolean enough = new AtomicBoolean();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    Random own = new Random(random.nextLong());
                    try {
                      while (!enough.get()) {
                        WriteLoad.insert(db, ledgers, 1, own);
                        ledgers.forEach(ledger -> db.stream(ledger.stream()).flush());
                      }
                    } catch (RuntimeException | Error e) {
                      failure.set(e);
                    }
                  });
      try {
        for (int round = 1; round <= Seed.rounds(6); round++) {
          Thread.sleep(random.nextInt(700));
          int shard = random.nextInt(db.topology().shards().size());
          String leader = db.topology().shards().get(shard).leader().orElse("n1");
          cluster.freeze(leader);
          try {
            Thread.sleep(DEPOSED_MILLIS);
          } finally {
            cluster.thaw(leader);
          }
          cluster.awaitReady(leader);
          System.out.printf("  round %d: %s stopped and went on%n", round, leader);
        }
      } finally {
        enough.set(true);
        writer.join();
      }
      if (failure.get() != null) {
        throw new AssertionError("a write failed", failure.get());
      }
      Verification.assertAllThere(db, ledgers);
    }
  }
}
