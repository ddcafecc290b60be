package io.btrdb.consensus;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a group replicates: state that is a function of one log prefix.
 *
 * <p>{@link #open}, {@link #logTimeMillis}, {@link #apply} and {@link #checkpoint} are never called
 * at the same time as each other. {@link #leadership} events come one at a time, in order, on
 * another thread. {@link #install} runs beside both.
 */
public interface ReplicatedStateMachine {
  /**
   * Throws away the live state, restores the newest complete checkpoint, and returns its position
   * ({@link Position#NONE} when there is none). Called before the first {@link #apply}, and again
   * after each completed {@link #install}.
   */
  Position open();

  /**
   * The log time of the last entry in the state: {@link LogEntry#logTimeMillis} of the last one
   * applied, carried through checkpoints; 0 when there is none. A leader continues the log's clock
   * from it.
   */
  long logTimeMillis();

  /**
   * Applies one entry: in order, each exactly once after {@link #open}. Everything a user can do
   * wrong is an outcome.
   *
   * @return one outcome per command (null allowed); handed to whoever submitted it on this replica
   * @throws RuntimeException only for corruption or a bug; the replica is then failed
   */
  List<Object> apply(LogEntry entry);

  /**
   * Makes the state as it is now, which is the state at {@code at}, durable, and returns {@code
   * at}. The log may be purged up to there. {@code at} can lie past the last applied entry, since
   * Raft's own entries take indices too.
   */
  Position checkpoint(Position at);

  /**
   * The log this replica needs has been purged: fetch a checkpoint that is at {@code
   * firstAvailable} − 1 or newer and put it in place as the newest, without touching the live
   * state. {@link #open} follows.
   *
   * @param leader the leader that said so
   * @return completes with the checkpoint's position, or with {@link Position#NONE} when none could
   *     be had yet; asked again after that and after a failure
   */
  CompletableFuture<Position> install(Position firstAvailable, PeerId leader);

  void leadership(Leadership event);

  /** The replica has stopped for good; see {@link Health.Failed}. Called at most once. */
  void failed(Throwable why);

  /** No call follows. Harmless when called twice. */
  void close();
}
