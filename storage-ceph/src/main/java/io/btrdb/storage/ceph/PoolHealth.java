package io.btrdb.storage.ceph;

import io.btrdb.storage.StorageException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Whether a pool answers. When a call has run out of its time and no other was answered meanwhile,
 * the pool counts as silent: calls fail at once, so that they do not hold what others could use
 * meanwhile, except one each second that asks whether the pool is back. The first answer of any
 * kind ends it. Any thread may use it.
 *
 * <p>A pool in which only some objects are out of reach never counts as silent while others are
 * asked for and answered.
 */
final class PoolHealth {
  private static final long PROBE_NANOS = 1_000_000_000L;

  private record Silence(long sinceNanos, AtomicLong probedNanos) {}

  private final String pool;
  private final LongSupplier nanoTime;
  private final AtomicReference<Silence> silence = new AtomicReference<>();
  private final AtomicLong answeredNanos;

  PoolHealth(String pool, LongSupplier nanoTime) {
    this.pool = pool;
    this.nanoTime = nanoTime;
    this.answeredNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * Asks to begin a call.
   *
   * @throws StorageException when the pool is silent and it is not time to probe
   */
  void admit() {
    Silence now = silence.get();
    if (now == null) {
      return;
    }
    long time = nanoTime.getAsLong();
    long probed = now.probedNanos.get();
    if (time - probed < PROBE_NANOS || !now.probedNanos.compareAndSet(probed, time)) {
      throw new StorageException(
          "pool "
              + pool
              + " has not answered for "
              + (time - now.sinceNanos) / PROBE_NANOS
              + " s ("
              + RadosCode.describe(-110)
              + "); it is asked again each second");
    }
  }

  void answered() {
    answeredNanos.set(nanoTime.getAsLong());
    if (silence.get() != null) {
      silence.set(null);
    }
  }

  /**
   * A call got no answer in its time.
   *
   * @param startNanos when it began
   */
  void timedOut(long startNanos) {
    if (answeredNanos.get() - startNanos < 0) {
      silence.compareAndSet(null, new Silence(startNanos, new AtomicLong(nanoTime.getAsLong())));
    }
  }

  boolean silent() {
    return silence.get() != null;
  }
}
