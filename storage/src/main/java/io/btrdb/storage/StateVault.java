package io.btrdb.storage;

import java.util.Optional;

/**
 * The live {@link StateStore} of one replica and its checkpoints.
 *
 * <p>State is a function of one log prefix: at start the live state is thrown away, the newest
 * complete checkpoint is restored, and the log is replayed from its position. Used by the replica's
 * apply thread.
 */
public interface StateVault extends AutoCloseable {
  /**
   * Discards the live state, restores the newest complete checkpoint (or an empty state when there
   * is none), and returns it. A store returned earlier must not be used any more.
   */
  StateStore restore();

  /** Position of the newest complete checkpoint. */
  Optional<LogPosition> newest();

  /**
   * Position of the oldest complete checkpoint that is still held: none that is restored is older.
   * Any thread may ask.
   */
  Optional<LogPosition> oldest();

  /**
   * Makes the live state, as it is now, durable as the state at {@code position}: complete or
   * absent after a crash, never partial. Keeps this checkpoint and the one before, drops older
   * ones.
   */
  void checkpoint(LogPosition position);

  @Override
  void close();
}
