package io.btrdb.node.replica;

import io.btrdb.storage.StorageException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the free space of the data folder's file system every second, and acts before writes
 * fail for want of it.
 *
 * <pre>
 * free space   marks                            what this node does
 * ----------   ------------------------------   -----------------------------------------------
 * PLENTY
 * LOW          below twice the critical mark    warns, in the log and in metrics
 * CRITICAL     below 5 % of the disk, but       is not ready, takes no new replicas, and gives
 *              256 MiB to 8 GiB, and at most    its leaderships away; it goes on following
 *              a quarter of it
 * FULL         below an eighth of that          leaves failed replicas alone until there is space
 * </pre>
 *
 * <p>It leaves a level only when there is a quarter more space than it took to enter it. A replica
 * whose writes failed is started again by {@link ReplicaGuard} once the disk is not full any more.
 */
public final class DiskWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
  private static final long ROUND_MILLIS = 1_000;
  private static final long MEBI = 1 << 20;

  /** How much space there is; from the most to the least. */
  public enum Level {
    PLENTY,
    LOW,
    CRITICAL,
    FULL
  }

  private final LongSupplier freeBytes;
  private final long[] marks;
  private final BooleanSupplier leads;
  private final Leave leave;
  private volatile Level level = Level.PLENTY;
  private volatile long lastFreeBytes;
  private ScheduledFuture<?> rounds;

  /** Gives leaderships away; may block. */
  public interface Leave {
    void leaderships() throws InterruptedException;
  }

  /**
   * @param totalBytes size of the file system
   * @param leads whether there are leaderships to give away
   */
  public DiskWatch(LongSupplier freeBytes, long totalBytes, BooleanSupplier leads, Leave leave) {
    this.freeBytes = freeBytes;
    this.leads = leads;
    this.leave = leave;
    long critical = criticalBytes(totalBytes);
    this.marks = new long[] {Long.MAX_VALUE, 2 * critical, critical, critical / 8};
  }

  private static long criticalBytes(long totalBytes) {
    long wanted = Math.min(8192 * MEBI, Math.max(256 * MEBI, totalBytes / 20));
    return Math.min(wanted, totalBytes / 4);
  }

  /** Begins to look; rounds run on {@code workers}. */
  public synchronized void start(ScheduledExecutorService timer, Executor workers) {
    look();
    rounds =
        timer.scheduleWithFixedDelay(
            () -> workers.execute(this::round), ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** One round at a time: giving leaderships away may take longer than the time between two. */
  private synchronized void round() {
    try {
      look();
    } catch (StorageException e) {
      LOG.warn("cannot tell how much space is left", e);
      return;
    }
    if (level.compareTo(Level.CRITICAL) >= 0 && leads.getAsBoolean()) {
      try {
        leave.leaderships();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes the level anew. */
  void look() {
    long free = freeBytes.getAsLong();
    lastFreeBytes = free;
    Level before = level;
    Level now = Level.PLENTY;
    for (Level candidate : Level.values()) {
      long mark = marks[candidate.ordinal()];
      boolean was = before.compareTo(candidate) >= 0;
      if (free < (was && mark < Long.MAX_VALUE ? mark + mark / 4 : mark)) {
        now = candidate;
      }
    }
    if (now != before) {
      level = now;
      LOG.warn("free space is {}, was {}: {} MiB are left", now, before, free / MEBI);
    }
  }

  public Level level() {
    return level;
  }

  /** Why the node is not ready for want of space; empty when it is. */
  public Optional<String> reason() {
    return level.compareTo(Level.CRITICAL) < 0
        ? Optional.empty()
        : Optional.of(
            "the disk is "
                + (level == Level.FULL ? "full" : "almost full")
                + ": "
                + lastFreeBytes / MEBI
                + " MiB are left, "
                + (marks[Level.CRITICAL.ordinal()] + marks[Level.CRITICAL.ordinal()] / 4) / MEBI
                + " MiB are needed");
  }

  @Override
  public synchronized void close() {
    if (rounds != null) {
      rounds.cancel(false);
    }
  }
}
