package io.btrdb.node.scrub;

import io.btrdb.api.cluster.VerifyStatus;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.node.pool.NodeSegments;
import io.btrdb.node.replica.SegmentRepair;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of all segments of this node. Runs on one thread; {@link #cancel} and {@link #status}
 * may be called from any.
 */
final class Scrub implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
  private static final double BYTES_PER_MEGABYTE = 1e6;

  private final List<ScrubbedShard> shards;
  private final NodeSegments segments;
  private final Digests digests;
  private final SegmentRepair repair;
  private final PeerChannels channels;
  private final Supplier<List<String>> others;
  private final double nanosPerByte;
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong checked = new AtomicLong();
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong repaired = new AtomicLong();
  private volatile long finishedMillis;
  private volatile boolean cancelled;
  private long due;

  /**
   * @param others ids of the other nodes
   * @param megabytesPerSecond read at most so much; 0 for no limit
   */
  Scrub(
      List<ScrubbedShard> shards,
      NodeSegments segments,
      Digests digests,
      SegmentRepair repair,
      PeerChannels channels,
      Supplier<List<String>> others,
      int megabytesPerSecond) {
    this.shards = List.copyOf(shards);
    this.segments = segments;
    this.digests = digests;
    this.repair = repair;
    this.channels = channels;
    this.others = others;
    this.nanosPerByte =
        megabytesPerSecond == 0
            ? 0
            : TimeUnit.SECONDS.toNanos(1) / (megabytesPerSecond * BYTES_PER_MEGABYTE);
  }

  void cancel() {
    cancelled = true;
  }

  boolean wasCancelled() {
    return cancelled;
  }

  VerifyStatus status() {
    return VerifyStatus.newBuilder()
        .setRunning(finishedMillis == 0)
        .setCheckedBytes(checked.get())
        .setTotalBytes(Math.max(total.get(), checked.get()))
        .setDamaged(damaged.get())
        .setRepaired(repaired.get())
        .setFinishedMillis(finishedMillis)
        .build();
  }

  @Override
  public void run() {
    due = System.nanoTime();
    try {
      for (ScrubbedShard shard : shards) {
        own(shard).forEach(id -> total.addAndGet(length(id)));
      }
      for (ScrubbedShard shard : shards) {
        read(shard);
        compare(shard);
      }
      LOG.info(
          "scrub {}: {} bytes read, {} segments damaged, {} repaired",
          cancelled ? "cancelled" : "done",
          checked,
          damaged,
          repaired);
    } catch (RuntimeException e) {
      if (!cancelled) {
        cancelled = true;
        LOG.error("the scrub ended before its time", e);
      }
    } finally {
      finishedMillis = System.currentTimeMillis();
    }
  }

  /** Those on this node's disk, and those in the pool if it is this node that reads them. */
  private List<SegmentId> own(ScrubbedShard shard) {
    return shard.leads().getAsBoolean()
        ? segments.list(shard.shard())
        : segments.disk().list(shard.shard());
  }

  /** A segment may go between one look and the next: its shard may be moved away. */
  private long length(SegmentId id) {
    try {
      return segments.length(id);
    } catch (MissingSegmentException e) {
      return 0;
    }
  }

  private void read(ScrubbedShard shard) {
    for (SegmentId id : own(shard)) {
      if (cancelled) {
        return;
      }
      List<CorruptBlockException> faults = faults(id);
      if (!faults.isEmpty()) {
        LOG.warn("found by the scrub: {}", faults.getFirst().getMessage());
        mend(id);
      }
    }
  }

  /** Reads all of a segment, as slowly as it must. */
  private List<CorruptBlockException> faults(SegmentId id) {
    byte[] bytes;
    try {
      bytes = segments.read(id, 0, Math.toIntExact(segments.length(id)));
    } catch (CorruptBlockException e) {
      return List.of(e);
    } catch (MissingSegmentException e) {
      return List.of();
    }
    pace(bytes.length);
    List<CorruptBlockException> faults = SegmentVerifier.faults(id, bytes);
    if (faults.isEmpty()) {
      digests.checked(id, bytes);
    } else {
      digests.forget(id);
    }
    return faults;
  }

  private void mend(SegmentId id) {
    damaged.incrementAndGet();
    repair.repairNow(id);
    if (segments.contains(id) && faults(id).isEmpty()) {
      repaired.incrementAndGet();
    }
  }

  private void compare(ScrubbedShard shard) {
    if (cancelled) {
      return;
    }
    Comparison.Result result =
        new Comparison(shard, segments, digests, channels, () -> cancelled).with(others.get());
    List<SegmentId> wrong = new ArrayList<>(result.missing());
    wrong.addAll(result.outvoted());
    for (SegmentId id : wrong) {
      if (!cancelled) {
        LOG.warn("found by the scrub: segment {} is missing here, or not what the others have", id);
        digests.forget(id);
        mend(id);
      }
    }
    for (SegmentId id : result.disputed()) {
      damaged.incrementAndGet();
      LOG.error(
          "segment {} is whole here and whole but different on another node: this is a defect,"
              + " please report it",
          id);
    }
  }

  private void pace(long bytes) {
    checked.addAndGet(bytes);
    if (nanosPerByte == 0) {
      return;
    }
    due = Math.max(due, System.nanoTime()) + (long) (bytes * nanosPerByte);
    for (long left = due - System.nanoTime();
        left > 0 && !cancelled;
        left = due - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
    }
  }
}
