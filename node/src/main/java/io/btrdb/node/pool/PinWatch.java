package io.btrdb.node.pool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaders heed of the pins of a cluster. A pin counts until this node has seen its beat stand
 * still for its lease: no clock is compared with another machine's, and a node that has just begun
 * to look waits the whole lease. Thread-safe.
 */
final class PinWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PinWatch.class);

  private record Seen(long beat, long sinceNanos) {}

  private final PinBoard board;
  private final LongSupplier nanoTime;
  private final Map<UUID, Seen> seen = new HashMap<>();

  PinWatch(PinBoard board, LongSupplier nanoTime) {
    this.board = board;
    this.nanoTime = nanoTime;
  }

  /**
   * The pins that count; what does not is taken off the board.
   *
   * @throws io.btrdb.storage.StorageException when the pool fails
   */
  synchronized List<Pin> living() {
    List<Pin> living = new ArrayList<>();
    List<Pin> dead = new ArrayList<>();
    List<Pin> all = board.pins();
    for (Pin pin : all) {
      (isLiving(pin) ? living : dead).add(pin);
    }
    seen.keySet().retainAll(all.stream().map(Pin::id).toList());
    if (!dead.isEmpty()) {
      // A pin that has beaten meanwhile is another one, and stays.
      board.change(pins -> pins.stream().filter(pin -> !dead.contains(pin)).toList());
      dead.forEach(pin -> LOG.warn("the pin of {} was not renewed in time: dropped", pin.owner()));
    }
    return living;
  }

  private boolean isLiving(Pin pin) {
    long now = nanoTime.getAsLong();
    Seen before = seen.get(pin.id());
    if (before == null || before.beat() != pin.beat()) {
      seen.put(pin.id(), new Seen(pin.beat(), now));
      return true;
    }
    return now - before.sinceNanos() <= TimeUnit.SECONDS.toNanos(pin.leaseSeconds());
  }

  /** Whether somebody is reading archived states. */
  boolean isBeingOpened() {
    return living().stream().anyMatch(pin -> pin.indices().isEmpty());
  }

  /** Nothing that was freed behind this entry may go; {@link Long#MAX_VALUE} when nobody minds. */
  long oldest(int shard) {
    return living().stream().mapToLong(pin -> pin.index(shard)).min().orElse(Long.MAX_VALUE);
  }
}
