package io.btrdb.storage.ceph;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes to a pool, for metrics. Any thread may use it; all figures only grow. */
public final class PoolCounters implements PoolListener {
  private static final class Counter {
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder nanos = new LongAdder();
  }

  private final Map<PoolCall, Counter> counters = new EnumMap<>(PoolCall.class);

  /** Starts at zero. */
  public PoolCounters() {
    for (PoolCall call : PoolCall.values()) {
      counters.put(call, new Counter());
    }
  }

  @Override
  public void answered(PoolCall call, int bytes, long nanos) {
    Counter counter = counters.get(call);
    counter.answered.increment();
    counter.bytes.add(bytes);
    counter.nanos.add(nanos);
  }

  @Override
  public void failed(PoolCall call, String code, long nanos) {
    Counter counter = counters.get(call);
    counter.failed.increment();
    counter.nanos.add(nanos);
  }

  public long answered(PoolCall call) {
    return counters.get(call).answered.sum();
  }

  public long failed(PoolCall call) {
    return counters.get(call).failed.sum();
  }

  /** Bytes read or written by the calls that were answered. */
  public long bytes(PoolCall call) {
    return counters.get(call).bytes.sum();
  }

  /** Time that all calls of the kind took together, those that failed included. */
  public long nanos(PoolCall call) {
    return counters.get(call).nanos.sum();
  }
}
