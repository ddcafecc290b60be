package io.btrdb.node.http;

import com.codahale.metrics.Clock;
import com.codahale.metrics.LockFreeExponentiallyDecayingReservoir;
import com.codahale.metrics.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A timer that also keeps the exact sum of what it measured, which a Prometheus summary needs so
 * that averages over any period can be computed.
 */
public final class LatencyTimer extends Timer {
  private final LongAdder sumNanos = new LongAdder();

  public LatencyTimer() {
    super(LockFreeExponentiallyDecayingReservoir.builder().build(), Clock.defaultClock());
  }

  @Override
  public void update(long duration, TimeUnit unit) {
    super.update(duration, unit);
    sumNanos.add(Math.max(0, unit.toNanos(duration)));
  }

  @Override
  public void update(Duration duration) {
    update(duration.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Everything measured since the start, in nanoseconds. */
  public long sumNanos() {
    return sumNanos.sum();
  }
}
