package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.DeadBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * The dead blocks of each stream, in order of the versions they died in and then of their
 * addresses: see {@link StateKeys} for what is stored. Any thread may read.
 */
final class DeadList {
  /** The list's order. */
  static final Comparator<DeadBlock> ORDER =
      Comparator.comparingLong(DeadBlock::died)
          .thenComparing(dead -> dead.address().segment())
          .thenComparing(dead -> dead.address().ordinal());

  private static final int FORMAT = 1;

  private final StateStore state;

  DeadList(StateStore state) {
    this.state = state;
  }

  /** The first entries of a stream, at most {@code limit}. */
  List<DeadBlock> first(UUID stream, int limit) {
    List<DeadBlock> first = new ArrayList<>();
    try (StateCursor cursor =
        state.scan(StateKeys.dead(stream, 0, 0, 0), StateKeys.deadEnd(stream))) {
      while (first.size() < limit && cursor.next()) {
        first.add(decode(cursor.key(), cursor.value()));
      }
    }
    return first;
  }

  static void put(UUID stream, DeadBlock dead, StateBatch batch) {
    ByteWriter out = new ByteWriter(12);
    out.putByte(FORMAT);
    out.putByte(CommitCodec.code(dead.extent()));
    out.putVarint(dead.born());
    batch.put(key(stream, dead), out.toByteArray());
  }

  static void remove(UUID stream, DeadBlock dead, StateBatch batch) {
    batch.delete(key(stream, dead));
  }

  private static byte[] key(UUID stream, DeadBlock dead) {
    return StateKeys.dead(stream, dead.died(), dead.address().segment(), dead.address().ordinal());
  }

  private static DeadBlock decode(byte[] key, byte[] value) {
    ByteReader in = new ByteReader(value);
    StateKeys.checkFormat("dead block", in.readByte(), FORMAT);
    DeadBlock.Extent extent = CommitCodec.extent(in.readByte());
    BlockAddress address = StateKeys.deadAddress(key);
    return new DeadBlock(address, in.readVarint(), StateKeys.deadDied(key), extent);
  }
}
