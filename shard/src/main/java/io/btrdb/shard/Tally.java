package io.btrdb.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A number that the apply thread changes and any thread reads; a plain store, no fence. */
final class Tally {
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(Tally.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through VALUE
  private long value;

  long get() {
    return (long) VALUE.getAcquire(this);
  }

  void add(long more) {
    VALUE.setRelease(this, (long) VALUE.get(this) + more);
  }
}
