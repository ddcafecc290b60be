package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.StreamFollower;
import io.btrdb.shard.Operation;
import java.util.ArrayDeque;

/**
 * What is to be told to one subscriber: inserts in order, within a bound of bytes, and at last why
 * there are no more. Whoever falls behind further than the bound loses what waits and is told so;
 * nobody else notices. Thread-safe, and never blocks for long.
 */
final class NewsQueue implements StreamFollower {
  /** What an insert weighs besides its points. */
  private static final int INSERT_BYTES = 64;

  private final long bytesMax;
  private final Runnable wake;
  private final ArrayDeque<Operation.Insert> waiting = new ArrayDeque<>();
  private long bytes;
  private Refusal end;

  /**
   * @param wake called when there is something to tell, by whoever brings it
   */
  NewsQueue(long bytesMax, Runnable wake) {
    this.bytesMax = bytesMax;
    this.wake = wake;
  }

  @Override
  public void inserted(Operation.Insert insert) {
    synchronized (this) {
      if (end != null) {
        return;
      }
      bytes += weight(insert);
      waiting.add(insert);
      if (bytes > bytesMax) {
        end =
            Refusal.of(
                ErrorCode.RESOURCE_DEPLETED,
                "you have fallen behind by more than %d bytes of inserts, which are dropped:"
                    + " subscribe again, and read what you have missed",
                bytesMax);
        waiting.clear();
      }
    }
    wake.run();
  }

  @Override
  public void interrupted(String why) {
    end(
        Refusal.of(
            ErrorCode.CLUSTER_DEGRADED,
            "%s, inserts may be missed from here on: subscribe again",
            why));
  }

  /** No more is taken in; what waits is still told. */
  void end(Refusal why) {
    synchronized (this) {
      if (end == null) {
        end = why;
      }
    }
    wake.run();
  }

  /** The next insert; null when none waits. */
  synchronized Operation.Insert next() {
    Operation.Insert insert = waiting.poll();
    if (insert != null) {
      bytes -= weight(insert);
    }
    return insert;
  }

  /** Why there are no more, once all that waits is told; null while there may be. */
  synchronized Refusal end() {
    return waiting.isEmpty() ? end : null;
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  private static long weight(Operation.Insert insert) {
    return INSERT_BYTES + insert.payload().length;
  }
}
