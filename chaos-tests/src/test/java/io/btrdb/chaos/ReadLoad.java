package io.btrdb.chaos;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A reader a stream that reads the latest version around points that were acknowledged, mostly the
 * last, and sees to it that every such read shows them.
 */
final class ReadLoad implements AutoCloseable {
  private static final long BETWEEN_READS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long RANGE_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final int PINS_MAX = 12;

  private final ConcurrentLinkedQueue<Violation> violations = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<BtrdbException> failures = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Pin> pins = new ConcurrentLinkedQueue<>();
  private final AtomicLong reads = new AtomicLong();
  private final Distribution latencies = new Distribution();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  /** A sealed version and what it answered. */
  private record Pin(BtrdbStream stream, long major, long start, long end, Points points) {}

  private ReadLoad() {}

  static ReadLoad start(Btrdb db, List<StreamLedger> ledgers, long seed) {
    ReadLoad load = new ReadLoad();
    for (int i = 0; i < ledgers.size(); i++) {
      StreamLedger ledger = ledgers.get(i);
      Random random = new Random(seed + 1000 + i);
      Runnable reader = () -> load.run(db.stream(ledger.stream()), ledger, random);
      load.threads.add(Thread.ofPlatform().name("reader-" + i).start(reader));
    }
    return load;
  }

  private void run(BtrdbStream stream, StreamLedger ledger, Random random) {
    int pinned = 0;
    try {
      while (!stopping) {
        StreamLedger.Mark mark = ledger.mark();
        if (mark.acknowledged() > 0) {
          try {
            Points read = read(stream, ledger, mark, random);
            if (pinned < PINS_MAX && !isPinned(stream, read.version().major())) {
              pin(stream, read.version().major(), random);
              pinned++;
            }
          } catch (BtrdbException e) {
            failures.add(e);
          }
        }
        LockSupport.parkNanos(BETWEEN_READS_NANOS);
      }
    } catch (RuntimeException | Error e) {
      defects.add(e);
    }
  }

  private Points read(
      BtrdbStream stream, StreamLedger ledger, StreamLedger.Mark mark, Random random) {
    // The last points acknowledged are those that a stale read would lack.
    int which = random.nextInt(4) == 0 ? random.nextInt() : mark.acknowledged() - 1;
    long time = ledger.acknowledgedTime(mark, which);
    long start = Math.max(WriteLoad.START, time - RANGE_NANOS);
    long end = Math.min(WriteLoad.END, time + RANGE_NANOS);
    long begun = System.nanoTime();
    Points points = Points.read(stream.latest(), start, end);
    latencies.add(Duration.ofNanos(System.nanoTime() - begun));
    violations.addAll(ledger.check(mark, start, end, points));
    reads.incrementAndGet();
    return points;
  }

  private boolean isPinned(BtrdbStream stream, long major) {
    return pins.stream().anyMatch(pin -> pin.major() == major && pin.stream().equals(stream));
  }

  private void pin(BtrdbStream stream, long major, Random random) {
    long start =
        WriteLoad.START + (long) (random.nextDouble() * (WriteLoad.END - WriteLoad.START) / 2);
    long end = start + 4 * RANGE_NANOS;
    pins.add(new Pin(stream, major, start, end, Points.read(stream.at(major), start, end)));
  }

  /** Reads of the latest version that succeeded. */
  long reads() {
    return reads.get();
  }

  /** How long each successful read of the latest version took. */
  Distribution latencies() {
    return latencies;
  }

  List<BtrdbException> failures() {
    return List.copyOf(failures);
  }

  /** Ends the readers and tells what was wrong; pinned versions are read once more for that. */
  List<Violation> stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    for (Throwable defect : defects) {
      throw new IllegalStateException("a reader has failed", defect);
    }
    List<Violation> found = new ArrayList<>(violations);
    for (Pin pin : pins) {
      Points again = Points.read(pin.stream().at(pin.major()), pin.start(), pin.end());
      if (!again.list().equals(pin.points().list())) {
        found.add(
            new Violation(
                Violation.Kind.UNREPEATABLE,
                pin.stream().uuid()
                    + " at "
                    + pin.major()
                    + ": "
                    + pin.points().list().size()
                    + " points, then "
                    + again.list().size()));
      }
    }
    return found;
  }

  @Override
  public void close() {
    stopping = true;
    threads.forEach(Thread::interrupt);
  }
}
