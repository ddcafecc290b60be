package io.btrdb.node.plane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.consensus.GroupId;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica behind a leader that answers when the test says so, on a clock that it steps. */
@Timeout(30)
class FreshnessTest {
  private static final GroupId GROUP = new GroupId(new UUID(1, 2));
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong now = new AtomicLong(7 * SECOND);
  private final AtomicLong applied = new AtomicLong(10);
  private final ArrayDeque<CompletableFuture<Long>> asked = new ArrayDeque<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Freshness freshness =
      new Freshness(
          (group, millis) -> {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          },
          timer,
          now::get);

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  private CompletableFuture<Boolean> covers(long stalenessNanos) {
    return freshness.covers(GROUP, applied::get, stalenessNanos);
  }

  @Test
  void shouldProveNothingBeforeTheLeaderHasAnswered() {
    CompletableFuture<Boolean> read = covers(SECOND);
    assertFalse(read.isDone());
    assertEquals(1, asked.size());
    asked.poll().complete(10L);
    assertTrue(read.join());
  }

  @Test
  void shouldServeManyReadsWithOneProof() {
    var unused = covers(SECOND);
    asked.poll().complete(10L);
    for (int i = 0; i < 1_000; i++) {
      assertTrue(covers(SECOND).join());
    }
    assertTrue(asked.isEmpty());
  }

  @Test
  void shouldRenewAheadOfTimeAndServeMeanwhile() {
    var unused = covers(SECOND);
    asked.poll().complete(10L);
    now.addAndGet(SECOND / 2 + 1);
    assertTrue(covers(SECOND).join());
    assertTrue(covers(SECOND).join());
    assertEquals(1, asked.size());
    asked.poll().complete(10L);
    now.addAndGet(SECOND * 3 / 4);
    assertTrue(covers(SECOND).join());
  }

  @Test
  void shouldCountAProofsAgeFromTheQuestionAndNotFromTheAnswer() {
    CompletableFuture<Boolean> first = covers(SECOND);
    now.addAndGet(SECOND + 1);
    asked.poll().complete(10L);
    // It was young enough for the read that asked, and is too old for one that comes now.
    assertTrue(first.join());
    CompletableFuture<Boolean> second = covers(SECOND);
    assertFalse(second.isDone());
    asked.poll().complete(10L);
    assertTrue(second.join());
  }

  @Test
  void shouldNotJoinARoundThatBeganTooEarly() {
    CompletableFuture<Boolean> first = covers(SECOND);
    now.addAndGet(SECOND + 1);
    CompletableFuture<Boolean> second = covers(SECOND);
    assertEquals(1, asked.size());
    asked.poll().complete(10L);
    assertTrue(first.join());
    assertFalse(second.isDone());
    assertEquals(1, asked.size());
    asked.poll().complete(10L);
    assertTrue(second.join());
  }

  @Test
  void shouldWaitUntilTheIndexIsApplied() {
    CompletableFuture<Boolean> read = covers(SECOND);
    asked.poll().complete(11L);
    assertFalse(read.isDone());
    applied.set(11);
    assertTrue(read.join());
  }

  @Test
  void shouldGiveUpOnAReplicaThatLagsBehind() {
    CompletableFuture<Boolean> read = covers(60 * SECOND);
    asked.poll().complete(1_000_000L);
    // The reader does not wait for a replica that may take minutes.
    assertFalse(read.join());
  }

  @Test
  void shouldProveNothingWhenNoLeaderAnswers() {
    CompletableFuture<Boolean> read = covers(SECOND);
    asked.poll().completeExceptionally(new IllegalStateException("deposed"));
    assertFalse(read.join());
    CompletableFuture<Boolean> again = covers(SECOND);
    asked.poll().complete(10L);
    assertTrue(again.join());
  }

  @Test
  void shouldForgetAProofWhenTheReplicaWasOpenedAnewBehindIt() {
    var unused = covers(SECOND);
    asked.poll().complete(10L);
    applied.set(3);
    assertFalse(covers(SECOND).isDone());
  }

  @Test
  void shouldRefuseABoundThatNoReplicaCanMeet() {
    assertThrows(IllegalArgumentException.class, () -> covers(0));
  }

  /**
   * A leader that acknowledges all the time, answers that take their time, a replica that stands
   * still now and then: what is served never lacks what was acknowledged before the bound.
   */
  @Test
  void shouldNeverServeBeyondTheBound() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    ArrayDeque<long[]> acknowledged = new ArrayDeque<>();
    long index = 10;
    acknowledged.add(new long[] {Long.MIN_VALUE, index});
    int served = 0;
    for (int step = 0; step < 20_000; step++) {
      now.addAndGet(random.nextLong(SECOND / 20));
      index += random.nextInt(3);
      acknowledged.add(new long[] {now.get(), index});
      if (random.nextInt(100) == 0) {
        now.addAndGet(random.nextLong(3 * SECOND));
      }
      if (random.nextInt(3) == 0) {
        applied.set(Math.max(applied.get(), index - random.nextInt(4)));
      }
      if (!asked.isEmpty() && random.nextInt(4) == 0) {
        applied.set(index);
        asked.poll().complete(index);
      }
      long bound = 1 + random.nextLong(2 * SECOND);
      CompletableFuture<Boolean> read = covers(bound);
      if (read.isDone() && read.join()) {
        served++;
        long must = 0;
        for (long[] entry : acknowledged) {
          must = entry[0] <= now.get() - bound ? entry[1] : must;
        }
        long has = applied.get();
        assertTrue(has >= must, "seed " + seed + ": has " + has + ", must have " + must);
      }
      while (acknowledged.size() > 500) {
        acknowledged.poll();
      }
    }
    assertTrue(served > 100, "seed " + seed + ": only " + served + " reads were served");
  }
}
