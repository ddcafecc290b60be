package io.btrdb.shard;

import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The segments of a shard, which blocks of them are freed and how often each was rewritten. What is
 * not in here is not needed. Kept from {@link CommandCodec#RECLAIM_LEVEL} on. Any thread may {@link
 * #get}; the rest belongs to the apply thread.
 */
final class SegmentLedger {
  private final StateStore state;

  /** Of the stores that follow, told before the state is changed. */
  private final List<SegmentSweep> sweeps = new ArrayList<>();

  SegmentLedger(StateStore state) {
    this.state = state;
  }

  /** From now on this one is told. Before any change. */
  void tell(SegmentSweep sweep) {
    sweeps.add(sweep);
  }

  private void wanted(long segment) {
    sweeps.forEach(sweep -> sweep.wanted(segment));
  }

  /** Null for a segment that is unknown or gone. */
  SegmentRecord get(long segment) {
    byte[] value = state.get(StateKeys.segment(segment));
    return value == null ? null : SegmentRecord.decode(value);
  }

  /** A new segment; to be called before it is put into the store. */
  void add(long segment, long bytes, StateBatch batch) {
    wanted(segment);
    batch.put(StateKeys.segment(segment), SegmentRecord.written(bytes).encode());
  }

  /** A new segment of which these ordinals belong to nobody; not all of them. */
  void add(
      long segment, int blocks, long bytes, BitSet orphans, long orphanBytes, StateBatch batch) {
    wanted(segment);
    SegmentRecord record = new SegmentRecord(0, blocks, bytes, orphanBytes, orphans, new BitSet());
    batch.put(StateKeys.segment(segment), record.encode());
  }

  /** Changes of one command, seen at once by it and written together. */
  final class Changes {
    private final long index;
    private final Map<Long, SegmentRecord> changed = new HashMap<>();
    private final Set<Long> rewritten = new HashSet<>();

    Changes(long index) {
      this.index = index;
    }

    /** Null when it is unknown or gone. */
    SegmentRecord get(long segment) {
      return changed.containsKey(segment) ? changed.get(segment) : SegmentLedger.this.get(segment);
    }

    void put(long segment, SegmentRecord record) {
      changed.put(segment, record);
    }

    void rewrite(long segment, SegmentRecord record) {
      changed.put(segment, record.rewritten());
      rewritten.add(segment);
    }

    /** Tells the sweep before the state says so: it looks into the state after it was told. */
    void write(StateBatch batch) {
      changed.forEach(
          (segment, record) -> {
            if (record.isGone() || rewritten.contains(segment)) {
              sweeps.forEach(sweep -> sweep.due(segment, index));
            }
            if (record.isGone()) {
              batch.delete(StateKeys.segment(segment));
            } else {
              batch.put(StateKeys.segment(segment), record.encode());
            }
          });
    }
  }
}
