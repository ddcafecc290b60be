package io.btrdb.node.pool;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.faulty.FaultPlan;
import io.btrdb.storage.faulty.FaultySegmentStore;
import org.junit.jupiter.api.Test;

/** When a copy on a disk may go because the pool has one. */
class SegmentMovesTest {
  private static final SegmentId ID = SegmentId.of(3, 1, 1);

  private final FaultySegmentStore pool =
      new FaultySegmentStore(new InMemorySegmentStore(), FaultPlan.none());
  private final InMemorySegmentStore disk = new InMemorySegmentStore();

  private static byte[] segment(int blocks, byte footer) {
    SegmentBuilder builder = new SegmentBuilder(ID);
    for (int i = 0; i < blocks; i++) {
      builder.append(1, new byte[100 + i], 0, 100 + i);
    }
    return builder.finish(new byte[] {footer});
  }

  private static byte[] rewritten(byte[] segment, int generation) {
    return SegmentRewriter.rewrite(ID, segment, generation, ordinal -> ordinal >= generation);
  }

  private boolean serves() {
    return SegmentMoves.serves(pool, disk, ID);
  }

  @Test
  void shouldTakeAnEqualCopy() {
    disk.put(ID, segment(4, (byte) 7));
    assertFalse(serves(), "the pool has none");
    pool.put(ID, segment(4, (byte) 7));
    assertTrue(serves());
  }

  @Test
  void shouldTakeACopyOfAnotherGenerationWhicheverIsLater() {
    byte[] first = segment(4, (byte) 7);
    pool.put(ID, first);
    disk.put(ID, rewritten(first, 1));
    assertTrue(serves(), "a replica has rewritten its own copy");
    assertTrue(pool.replace(ID, rewritten(first, 2)));
    assertTrue(serves(), "the leader has rewritten the pool's");
  }

  @Test
  void shouldNotTakeWhatIsOtherOrDamaged() {
    byte[] first = segment(4, (byte) 7);
    disk.put(ID, first);
    pool.put(ID, segment(5, (byte) 7));
    assertFalse(serves(), "more blocks in the same generation");
    pool.delete(ID);
    pool.put(ID, segment(4, (byte) 8));
    assertFalse(serves(), "another footer");
    pool.delete(ID);
    pool.put(ID, first);
    pool.tear(ID, first.length - 3);
    assertFalse(serves(), "torn");
  }
}
