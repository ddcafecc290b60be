package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged and misplaced blocks are named, and nothing of them is returned. */
class CorruptionTest {
  private static final int POINTS = 20_000;

  private final TreeFixture fixture = new TreeFixture(TreeShape.STANDARD);
  private final long[] times = Samples.times(POINTS, 120);
  private final double[] values = Samples.values(POINTS, Samples.Kind.GAUSSIAN);

  @Test
  void shouldNeverReturnDataOfASegmentWithAFlippedBit() {
    Root root = fixture.fold(Root.EMPTY, 11, this::insertAll);
    SegmentId id = new SegmentId(TreeFixture.SHARD, root.address().segment());
    byte[] whole = fixture.store.read(id, 0, (int) fixture.store.length(id));
    long[] expected = fixture.values(root, TimeRange.MIN, TimeRange.MAX, 1000);
    Random random = new Random(3);
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] damaged = whole.clone();
      int bit = random.nextInt(8 * damaged.length);
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      TreeFixture broken = new TreeFixture(TreeShape.STANDARD);
      broken.store.put(id, damaged);
      try {
        long[] found = broken.values(root, TimeRange.MIN, TimeRange.MAX, 1000);
        assertArrayEquals(expected, found, "bit " + bit);
      } catch (CorruptBlockException e) {
        assertEquals(id, e.segment());
        refused++;
      }
    }
    assertTrue(refused > 350, "only " + refused + " of 400 flipped bits were met");
  }

  @Test
  void shouldRefuseABlockThatIsNotTheOneItsParentNames() {
    Root root = fixture.fold(Root.EMPTY, 11, this::insertAll);
    Root other = fixture.fold(root, 12, e -> e.insert(times, values, 0, 1, MergePolicy.NEVER));
    BlockAddress wrong = other.address();
    Root lying = Root.at(wrong, root.statistics(), 0);
    CorruptBlockException e =
        assertThrows(CorruptBlockException.class, () -> fixture.tree.values(lying, 0, 1));
    assertEquals(wrong.ordinal(), e.ordinal());
    assertTrue(e.getMessage().contains("not the root"), e.getMessage());
  }

  @Test
  void shouldRefuseAChildOfAnotherPlace() {
    Core core = new Core(TreeShape.ROOT_WIDTH, TimeRange.MIN, 0, 0, 1);
    Root root = fixture.fold(Root.EMPTY, 11, e -> e.insert(times, values, 0, 9, MergePolicy.NEVER));
    core.addStored(3, root.address().segment(), root.address().ordinal(), 11, 9);
    NodeReader reader =
        new NodeReader(
            TreeShape.STANDARD,
            TreeFixture.SHARD,
            new BlockReader(fixture.store, TreeFixture.SHARD),
            NodeCache.NONE);
    CorruptBlockException e =
        assertThrows(CorruptBlockException.class, () -> reader.child(core, 0));
    assertTrue(e.getMessage().contains("not the child"), e.getMessage());
  }

  /** Valid frames around payloads of any bytes: what a bug or a newer release would leave. */
  @Test
  void shouldRefuseOrDecodePayloadsOfAnyBytes() {
    Root root = fixture.fold(Root.EMPTY, 11, this::insertAll);
    Random random = new Random(5);
    BlockReader blocks = new BlockReader(fixture.store, TreeFixture.SHARD);
    for (int round = 0; round < 20_000; round++) {
      int ordinal = random.nextInt(root.address().ordinal() + 1);
      var block = blocks.read(new BlockAddress(root.address().segment(), ordinal));
      byte[] payload = new byte[block.length()];
      System.arraycopy(block.bytes(), block.offset(), payload, 0, payload.length);
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        payload[random.nextInt(Math.min(payload.length, 1 + random.nextInt(300)))] ^=
            (byte) (1 << random.nextInt(8));
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(payload.length) : payload.length;
      try {
        new NodeDecoder(TreeShape.STANDARD).decodeBlock(block.kind(), payload, 0, length);
      } catch (io.btrdb.codec.MalformedBytesException e) {
        assertTrue(e.getMessage() != null);
      }
    }
  }

  @Test
  void shouldNameABlockOfANewerFormat() {
    SegmentBuilder segment = fixture.segment();
    byte[] payload = {99, 1, 62, 0, 11, 0};
    segment.append(NodeEncoder.LEAF, payload, 0, payload.length);
    long number = segment.id().number();
    fixture.store(segment);
    Root root = Root.at(new BlockAddress(number, 0), statisticsOfOnePoint(), 0);
    CorruptBlockException e =
        assertThrows(CorruptBlockException.class, () -> fixture.tree.values(root, 0, 1));
    assertTrue(e.getMessage().contains("newer release"), e.getMessage());
    assertEquals(number, e.segment().number());
  }

  @Test
  void shouldReportAMissingSegment() {
    Root root = Root.at(new BlockAddress(77, 0), statisticsOfOnePoint(), 0);
    Tree tree =
        new Tree(
            TreeShape.STANDARD,
            TreeFixture.SHARD,
            new BlockReader(new InMemorySegmentStore(), TreeFixture.SHARD),
            NodeCache.NONE);
    assertThrows(io.btrdb.storage.MissingSegmentException.class, () -> tree.values(root, 0, 1));
  }

  private static Statistics statisticsOfOnePoint() {
    return new Statistics(1, 1, 1, 1, 0, 0, 1, 0, 1);
  }

  private void insertAll(TreeEditor editor) {
    editor.insert(times, values, 0, POINTS, MergePolicy.NEVER);
  }
}
