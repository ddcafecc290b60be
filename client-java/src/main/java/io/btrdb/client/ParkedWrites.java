package io.btrdb.client;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Lets writes that could not go on wait in their lane until it is time to try again. Whoever takes
 * them out of the lane before that, because there is news, need not tell. Io thread.
 */
final class ParkedWrites {
  private final EventLoop io;
  private final BiConsumer<ShardLane, List<PendingWrite>> due;

  /**
   * @param due told which writes of a lane shall go on
   */
  ParkedWrites(EventLoop io, BiConsumer<ShardLane, List<PendingWrite>> due) {
    this.io = io;
    this.due = due;
  }

  /** Puts writes back together, so that they go on together and in their order. */
  void park(ShardLane lane, List<PendingWrite> writes, long atLeastMillis) {
    lane.parked().addAll(writes);
    int[] waits = writes.stream().mapToInt(PendingWrite::countWait).toArray();
    long millis = Math.max(atLeastMillis, Backoff.millis(waits[0]));
    var unused = io.schedule(() -> unpark(lane, writes, waits), millis, TimeUnit.MILLISECONDS);
  }

  /** Lets those go on that have not gone on, and perhaps come back, meanwhile. */
  private void unpark(ShardLane lane, List<PendingWrite> writes, int[] waits) {
    List<PendingWrite> ready = new ArrayList<>(writes.size());
    for (int i = 0; i < waits.length; i++) {
      if (writes.get(i).waits() == waits[i] && lane.parked().remove(writes.get(i))) {
        ready.add(writes.get(i));
      }
    }
    due.accept(lane, ready);
  }
}
