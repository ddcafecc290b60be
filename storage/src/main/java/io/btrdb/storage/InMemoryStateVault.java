package io.btrdb.storage;

import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A {@link StateVault} in memory: a checkpoint costs a reference, whatever the size of the state.
 * The object stands for the disk: dropping the live store and calling {@link #restore} is a crash
 * and a restart.
 *
 * <p>Threads: one thread at a time; {@link #newest} and {@link #oldest} may be called from any.
 */
public final class InMemoryStateVault implements StateVault {
  private static final int CHECKPOINTS_KEPT = 2;

  private record Checkpoint(LogPosition position, PersistentSortedMap state) {}

  /** Newest first. */
  private final Deque<Checkpoint> checkpoints = new ConcurrentLinkedDeque<>();

  private volatile Optional<LogPosition> newest = Optional.empty();
  private InMemoryStateStore live;
  private boolean closed;

  @Override
  public StateStore restore() {
    checkOpen();
    discardLive();
    Checkpoint source = checkpoints.peek();
    live = new InMemoryStateStore(source == null ? PersistentSortedMap.EMPTY : source.state());
    return live;
  }

  @Override
  public Optional<LogPosition> newest() {
    return newest;
  }

  @Override
  public Optional<LogPosition> oldest() {
    return Optional.ofNullable(checkpoints.peekLast()).map(Checkpoint::position);
  }

  @Override
  public void checkpoint(LogPosition position) {
    checkOpen();
    if (live == null) {
      throw new IllegalStateException("there is no live state to checkpoint, restore first");
    }
    if (newest.isPresent() && newest.get().compareTo(position) > 0) {
      throw new IllegalStateException(
          "checkpoint at " + position + " would come before the one at " + newest.get());
    }
    if (newest.isPresent() && newest.get().compareTo(position) == 0) {
      checkpoints.pop();
    }
    checkpoints.push(new Checkpoint(position, live.snapshot()));
    newest = Optional.of(position);
    if (checkpoints.size() > CHECKPOINTS_KEPT) {
      checkpoints.removeLast();
    }
  }

  /**
   * Drops the newest checkpoint, as a disk does that damaged it: the one before is the newest
   * again. The live state is not touched.
   *
   * @return false when there was none
   */
  public boolean loseNewest() {
    if (checkpoints.poll() == null) {
      return false;
    }
    newest = Optional.ofNullable(checkpoints.peek()).map(Checkpoint::position);
    return true;
  }

  @Override
  public void close() {
    closed = true;
    discardLive();
  }

  private void discardLive() {
    if (live != null) {
      live.retire();
      live = null;
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("state vault is closed");
    }
  }
}
