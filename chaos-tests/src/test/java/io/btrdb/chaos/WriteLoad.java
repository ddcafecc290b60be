package io.btrdb.chaos;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Fate;
import io.btrdb.client.MergePolicy;
import io.btrdb.client.Version;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers that keep streams busy: one thread a stream, two inserts of it under way, batches of 1 to
 * {@link #BATCH_POINTS} points at random times of one hour.
 */
final class WriteLoad implements AutoCloseable {
  /** Points lie in [START, END). */
  static final long START = 1_500_000_000_000_000_000L;

  static final long END = START + TimeUnit.HOURS.toNanos(1);
  private static final int BATCH_POINTS = 400;
  static final int LARGE_BATCH_POINTS = 10_000;
  private static final int UNDER_WAY = 2;

  /** Leaves the machine something to recover with, and is short against any pause of interest. */
  private static final long BETWEEN_BATCHES_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  private final List<StreamLedger> ledgers;
  private final AckTimeline timeline;
  private final Distribution latencies = new Distribution();
  private final ConcurrentLinkedQueue<BtrdbException> failures = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  private WriteLoad(List<StreamLedger> ledgers) {
    this.ledgers = ledgers;
    this.timeline = new AckTimeline(ledgers.size());
  }

  /** Creates streams in a collection of their own and ledgers for them. */
  static List<StreamLedger> createStreams(Btrdb db, String collection, int streams, Random random) {
    List<StreamLedger> ledgers = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      UUID uuid = new UUID(random.nextLong(), random.nextLong());
      db.create(uuid, collection, Map.of("name", "s" + i), Map.of());
      ledgers.add(new StreamLedger(uuid, i + 1));
    }
    return ledgers;
  }

  /** Starts one writer a ledger. */
  static WriteLoad start(Btrdb db, List<StreamLedger> ledgers, long seed) {
    WriteLoad load = new WriteLoad(ledgers);
    for (int i = 0; i < ledgers.size(); i++) {
      Writer writer = load.new Writer(i, db.stream(ledgers.get(i).stream()), new Random(seed + i));
      load.threads.add(Thread.ofPlatform().name("writer-" + i).start(writer));
    }
    return load;
  }

  /** Inserts so many batches of {@link #LARGE_BATCH_POINTS} points into each stream, and waits. */
  static void insert(Btrdb db, List<StreamLedger> ledgers, int batches, Random random) {
    for (int i = 0; i < batches; i++) {
      for (StreamLedger ledger : ledgers) {
        insert(db.stream(ledger.stream()), ledger, LARGE_BATCH_POINTS, random);
      }
    }
  }

  /** Inserts points at random times and waits until they are acknowledged. */
  static void insert(BtrdbStream stream, StreamLedger ledger, int points, Random random) {
    StreamLedger.Attempt attempt = ledger.attempt(random.longs(points, START, END).toArray());
    ledger.acknowledged(attempt, stream.insert(attempt.times(), attempt.values()));
  }

  AckTimeline timeline() {
    return timeline;
  }

  /** How long each write took, from the call to its end. */
  Distribution latencies() {
    return latencies;
  }

  /** Writes that failed for good, whatever their fate. */
  List<BtrdbException> failures() {
    return List.copyOf(failures);
  }

  long acknowledgedPoints() {
    return ledgers.stream().mapToLong(StreamLedger::acknowledgedCount).sum();
  }

  /** Waits until so many more points are acknowledged. */
  void awaitPoints(long more, Duration limit) throws InterruptedException, TimeoutException {
    long target = acknowledgedPoints() + more;
    long deadline = System.nanoTime() + limit.toNanos();
    while (acknowledgedPoints() < target) {
      long left = deadline - System.nanoTime();
      if (left < 0) {
        throw new TimeoutException("only " + acknowledgedPoints() + " of " + target + " points");
      }
      timeline.awaitAll(Duration.ofNanos(left));
    }
  }

  /** Ends the writers and waits until the fate of every point is known as well as it will be. */
  void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    for (Throwable defect : defects) {
      throw new IllegalStateException("a writer has failed", defect);
    }
  }

  @Override
  public void close() {
    stopping = true;
    threads.forEach(Thread::interrupt);
  }

  private final class Writer implements Runnable {
    private final int number;
    private final StreamLedger ledger;
    private final BtrdbStream stream;
    private final Random random;
    private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();

    Writer(int number, BtrdbStream stream, Random random) {
      this.number = number;
      this.ledger = ledgers.get(number);
      this.stream = stream;
      this.random = random;
    }

    @Override
    public void run() {
      try {
        while (!stopping) {
          if (underWay.size() == UNDER_WAY) {
            underWay.removeFirst().join();
          }
          underWay.addLast(insert());
          LockSupport.parkNanos(BETWEEN_BATCHES_NANOS);
        }
        underWay.forEach(CompletableFuture::join);
      } catch (RuntimeException | Error e) {
        defects.add(e);
      }
    }

    private CompletableFuture<Void> insert() {
      // As many small batches as large ones, on a scale of sizes.
      long[] times = new long[(int) Math.pow(BATCH_POINTS, random.nextDouble())];
      for (int i = 0; i < times.length; i++) {
        times[i] = START + (long) (random.nextDouble() * (END - START));
      }
      StreamLedger.Attempt attempt = ledger.attempt(times);
      long begun = System.nanoTime();
      try {
        return stream
            .insertAsync(times, attempt.values(), MergePolicy.NEVER)
            .handle(
                (version, failure) -> {
                  latencies.add(Duration.ofNanos(System.nanoTime() - begun));
                  return settle(attempt, version, failure);
                });
      } catch (BtrdbException e) {
        settle(attempt, null, e);
        return CompletableFuture.completedFuture(null);
      }
    }

    private Void settle(StreamLedger.Attempt attempt, Version version, Throwable failure) {
      Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
      if (cause == null) {
        ledger.acknowledged(attempt, version);
        timeline.acknowledged(number);
      } else if (cause instanceof BtrdbException e) {
        failures.add(e);
        if (e.fate() == Fate.NOT_APPLIED) {
          ledger.refused(attempt);
        } else {
          ledger.unknown(attempt);
        }
      } else {
        defects.add(cause);
        ledger.unknown(attempt);
      }
      return null;
    }
  }
}
