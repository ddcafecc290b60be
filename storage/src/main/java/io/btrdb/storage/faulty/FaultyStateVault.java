package io.btrdb.storage.faulty;

import io.btrdb.storage.InMemoryStateVault;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StateVault;
import io.btrdb.storage.StorageException;
import java.util.Optional;

/**
 * A vault in memory that fails as a {@link FaultPlan} says, and so do the stores it returns.
 *
 * <p>A crash is simply {@link #restore} without more ado, for the live state never survives one. A
 * checkpoint that failed is absent ({@link Fault#FAIL}: the crash came while it was partial) or
 * complete ({@link Fault#FAIL_AFTER}).
 *
 * <p>Threads: as {@link StateVault}.
 */
public final class FaultyStateVault implements StateVault {
  private final InMemoryStateVault sound;
  private final FaultPlan plan;

  /** The newest checkpoints that are damaged on the disk, which the next restore finds out. */
  private int damagedNewest;

  public FaultyStateVault(InMemoryStateVault sound, FaultPlan plan) {
    this.sound = sound;
    this.plan = plan;
  }

  /** Damages the newest checkpoint at rest: the next restore takes the one before. */
  public void damageNewest() {
    damagedNewest = Math.max(damagedNewest, 1);
  }

  @Override
  public StateStore restore() {
    if (plan.next(Operation.RESTORE) == Fault.FAIL) {
      throw failed("restore");
    }
    for (; damagedNewest > 0; damagedNewest--) {
      sound.loseNewest();
    }
    return new FaultyStateStore(sound.restore(), plan);
  }

  @Override
  public Optional<LogPosition> newest() {
    return sound.newest();
  }

  @Override
  public Optional<LogPosition> oldest() {
    return sound.oldest();
  }

  @Override
  public void checkpoint(LogPosition position) {
    Fault fault = plan.next(Operation.CHECKPOINT);
    if (fault == Fault.FAIL) {
      throw failed("checkpoint at " + position);
    }
    boolean replaced = sound.newest().map(p -> p.compareTo(position) == 0).orElse(false);
    sound.checkpoint(position);
    if (fault == Fault.FLIP_BIT) {
      damagedNewest = replaced ? Math.max(damagedNewest, 1) : damagedNewest + 1;
    } else {
      // A sound one on top: a damaged one below it counts only if this one is lost as well.
      damagedNewest = 0;
    }
    if (fault == Fault.FAIL_AFTER) {
      throw failed("checkpoint at " + position);
    }
  }

  @Override
  public void close() {
    sound.close();
  }

  private static StorageException failed(String what) {
    return new StorageException(what + " failed (simulated)");
  }

  private record FaultyStateStore(StateStore sound, FaultPlan plan) implements StateStore {
    @Override
    public byte[] get(byte[] key) {
      failIf(plan.next(Operation.STATE_GET) == Fault.FAIL, "read of a key");
      return sound.get(key);
    }

    @Override
    public StateCursor scan(byte[] from, byte[] to) {
      failIf(plan.next(Operation.STATE_SCAN) == Fault.FAIL, "scan");
      return sound.scan(from, to);
    }

    @Override
    public void write(StateBatch batch) {
      Fault fault = plan.next(Operation.STATE_WRITE);
      failIf(fault == Fault.FAIL, "write of a batch");
      sound.write(batch);
      failIf(fault == Fault.FAIL_AFTER, "write of a batch");
    }

    private static void failIf(boolean fails, String what) {
      if (fails) {
        throw failed(what);
      }
    }
  }
}
