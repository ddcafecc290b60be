package io.btrdb.storage.faulty;

import java.util.EnumSet;
import java.util.Set;

/** A call on a store, with the faults it can have. */
public enum Operation {
  SEGMENT_PUT(EnumSet.of(Fault.FAIL, Fault.FAIL_AFTER, Fault.TEAR, Fault.FLIP_BIT)),
  SEGMENT_READ(EnumSet.of(Fault.FAIL, Fault.FLIP_BIT, Fault.MISDIRECT)),
  SEGMENT_DELETE(EnumSet.of(Fault.FAIL, Fault.FAIL_AFTER)),
  /** After a failed sync the store refuses everything until it {@code crash()}es. */
  SEGMENT_SYNC(EnumSet.of(Fault.FAIL, Fault.FAIL_AFTER)),
  STATE_GET(EnumSet.of(Fault.FAIL)),
  STATE_SCAN(EnumSet.of(Fault.FAIL)),
  STATE_WRITE(EnumSet.of(Fault.FAIL, Fault.FAIL_AFTER)),
  /** FLIP_BIT damages the checkpoint: the next restore finds out and takes the one before. */
  CHECKPOINT(EnumSet.of(Fault.FAIL, Fault.FAIL_AFTER, Fault.FLIP_BIT)),
  RESTORE(EnumSet.of(Fault.FAIL));

  private final Set<Fault> faults;

  Operation(Set<Fault> faults) {
    this.faults = faults;
  }

  boolean canHave(Fault fault) {
    return faults.contains(fault);
  }
}
