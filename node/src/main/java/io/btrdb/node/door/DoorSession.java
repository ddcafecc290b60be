package io.btrdb.node.door;

import io.btrdb.node.plane.WriteResult;
import java.util.BitSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One session of this process in one shard: hands out sequences and knows up to where all outcomes
 * have come back. Thread-safe.
 */
final class DoorSession {
  private final UUID id = UUID.randomUUID();
  private CompletableFuture<WriteResult> opening;

  /** Places given out by {@link #reserve} whose sequence is not taken yet. */
  private int reserved;

  private long next = 1;
  private long acknowledgedThrough;

  /** Sequences above acknowledgedThrough whose outcome is known, modulo the window. */
  private final BitSet known = new BitSet(Limits.SESSION_WINDOW);

  UUID id() {
    return id;
  }

  /** The opening of this session, begun by whoever asks first. */
  CompletableFuture<WriteResult> opened(Function<UUID, CompletableFuture<WriteResult>> open) {
    CompletableFuture<WriteResult> mine;
    synchronized (this) {
      if (opening != null) {
        return opening;
      }
      mine = new CompletableFuture<>();
      opening = mine;
    }
    var unused =
        open.apply(id)
            .whenComplete(
                (result, thrown) -> {
                  if (!(result instanceof WriteResult.Applied)) {
                    forgetOpening();
                  }
                  if (thrown != null) {
                    mine.completeExceptionally(thrown);
                  } else {
                    mine.complete(result);
                  }
                });
    return mine;
  }

  /** The next write opens it again: that is idempotent. */
  private synchronized void forgetOpening() {
    opening = null;
  }

  /** Gives back a place that will not be taken. */
  synchronized void giveBack() {
    reserved--;
  }

  /** Reserves a place in the window, for one {@link #take}; false when it is full. */
  synchronized boolean reserve() {
    if (next + reserved - acknowledgedThrough > Limits.SESSION_WINDOW) {
      return false;
    }
    reserved++;
    return true;
  }

  /** The next sequence. */
  synchronized long take() {
    if (--reserved < 0) {
      throw new IllegalStateException("a sequence is taken that was not reserved");
    }
    return next++;
  }

  /** The outcome of a sequence is known, or nobody will ask for it again. */
  synchronized void acknowledge(long sequence) {
    known.set(slot(sequence));
    while (acknowledgedThrough + 1 < next && known.get(slot(acknowledgedThrough + 1))) {
      acknowledgedThrough++;
      known.clear(slot(acknowledgedThrough));
    }
  }

  /** All outcomes up to here are known. */
  synchronized long acknowledgedThrough() {
    return acknowledgedThrough;
  }

  private static int slot(long sequence) {
    return (int) (sequence % Limits.SESSION_WINDOW);
  }
}
