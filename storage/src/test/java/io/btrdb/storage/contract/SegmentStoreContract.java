package io.btrdb.storage.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.btrdb.storage.Block;
import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every {@link SegmentStore} promises. */
public interface SegmentStoreContract {
  /** One disk or pool with a store open on it. */
  interface Fixture extends AutoCloseable {
    SegmentStore store();

    /** Closes the store and opens it again. */
    SegmentStore reopen();

    /** Loses what was not synced, or some of it, and opens the store again. */
    SegmentStore crashAndReopen();

    @Override
    void close();
  }

  /** A new, empty store. */
  Fixture newFixture() throws Exception;

  private static SegmentId id(int shard, int sequence) {
    return SegmentId.of(shard, 1, sequence);
  }

  private static byte[] all(SegmentStore store, SegmentId id) {
    return store.read(id, 0, (int) store.length(id));
  }

  @Test
  default void shouldGiveBackWhatWasPut() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      byte[] segment = SampleSegments.segment(id(3, 1));
      byte[] given = segment.clone();
      store.put(id(3, 1), given);
      Arrays.fill(given, (byte) 0);
      assertTrue(store.contains(id(3, 1)));
      assertEquals(segment.length, store.length(id(3, 1)));
      assertArrayEquals(segment, all(store, id(3, 1)));
      for (int offset = 0; offset <= segment.length; offset += 7) {
        int length = Math.min(13, segment.length - offset);
        assertArrayEquals(
            Arrays.copyOfRange(segment, offset, offset + length),
            store.read(id(3, 1), offset, length));
      }
      store.read(id(3, 1), 0, 10)[0] ^= 1;
      assertArrayEquals(segment, all(store, id(3, 1)));
    }
  }

  @Test
  default void shouldRefuseRangesOutsideTheSegment() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      byte[] segment = SampleSegments.segment(id(0, 1));
      store.put(id(0, 1), segment);
      store.put(id(0, 2), SampleSegments.segment(id(0, 2)));
      int length = segment.length;
      assertThrows(IllegalArgumentException.class, () -> store.read(id(0, 1), -1, 1));
      assertThrows(IllegalArgumentException.class, () -> store.read(id(0, 1), 0, -1));
      assertThrows(IllegalArgumentException.class, () -> store.read(id(0, 1), 1, length));
      assertThrows(IllegalArgumentException.class, () -> store.read(id(0, 1), length + 1L, 0));
      assertThrows(IllegalArgumentException.class, () -> store.read(id(0, 1), Long.MAX_VALUE, 1));
    }
  }

  @Test
  default void shouldReportUnknownSegments() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      assertFalse(store.contains(id(0, 1)));
      assertThrows(MissingSegmentException.class, () -> store.length(id(0, 1)));
      assertThrows(MissingSegmentException.class, () -> store.read(id(0, 1), 0, 1));
      store.delete(id(0, 1));
      assertEquals(List.of(), store.list(0));
    }
  }

  @Test
  default void shouldTakeTheSameSegmentTwiceButNoOther() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      byte[] segment = SampleSegments.segment(id(0, 1));
      store.put(id(0, 1), segment);
      store.put(id(0, 1), segment.clone());
      assertEquals(List.of(id(0, 1)), store.list(0));
      byte[] other = SampleSegments.segment(id(0, 1), 3, 100, 2);
      assertThrows(IllegalStateException.class, () -> store.put(id(0, 1), other));
      assertArrayEquals(segment, all(store, id(0, 1)));
    }
  }

  @Test
  default void shouldReplaceASegmentByItsNextGeneration() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      byte[] first = SampleSegments.segment(id(0, 1));
      byte[] second = SegmentRewriter.rewrite(id(0, 1), first, 1, ordinal -> ordinal == 1);
      store.put(id(0, 1), first);
      assumeTrue(store.replace(id(0, 1), second), "keeps segments as they were put");
      assertTrue(store.replace(id(0, 1), second.clone()));
      assertArrayEquals(second, all(store, id(0, 1)));
      assertEquals(1, SegmentRewriter.generation(store, id(0, 1)));
      byte[] other = SegmentRewriter.rewrite(id(0, 1), first, 1, ordinal -> ordinal == 2);
      assertThrows(IllegalStateException.class, () -> store.replace(id(0, 1), other));
      store.sync();
      SegmentStore again = fixture.crashAndReopen();
      assertEquals(List.of(id(0, 1)), again.list(0));
      assertArrayEquals(second, all(again, id(0, 1)));
      again.put(id(0, 1), first);
      assertArrayEquals(first, all(again, id(0, 1)), "a log replayed from before the replacement");
      again.delete(id(0, 1));
      assertEquals(List.of(), again.list(0));
    }
  }

  @Test
  default void shouldRefuseBytesThatAreNotTheSegment() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      byte[] segment = SampleSegments.segment(id(0, 1));
      byte[] cut = Arrays.copyOf(segment, segment.length - 1);
      assertThrows(CorruptBlockException.class, () -> store.put(id(0, 1), cut));
      assertThrows(CorruptBlockException.class, () -> store.put(id(0, 2), segment));
      assertThrows(CorruptBlockException.class, () -> store.put(id(1, 1), segment));
      assertThrows(CorruptBlockException.class, () -> store.put(id(0, 1), new byte[0]));
      assertEquals(List.of(), store.list(0));
    }
  }

  @Test
  default void shouldListShardsInOrderOfNumbers() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      SegmentId[] ids = {
        SegmentId.of(7, 2, 0), SegmentId.of(7, 1, 0xFFFF_FFFFL), id(8, 5), SegmentId.of(7, 1, 3)
      };
      for (SegmentId id : ids) {
        store.put(id, SampleSegments.segment(id));
      }
      assertEquals(List.of(ids[3], ids[1], ids[0]), store.list(7));
      assertEquals(List.of(ids[2]), store.list(8));
      assertEquals(List.of(), store.list(9));
    }
  }

  @Test
  default void shouldForgetDeletedSegmentsAndTakeThemAgain() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      store.put(id(0, 1), SampleSegments.segment(id(0, 1)));
      store.put(id(0, 2), SampleSegments.segment(id(0, 2)));
      store.delete(id(0, 1));
      store.delete(id(0, 1));
      assertFalse(store.contains(id(0, 1)));
      assertThrows(MissingSegmentException.class, () -> store.read(id(0, 1), 0, 1));
      byte[] rewritten = SampleSegments.segment(id(0, 1), 2, 50, 9);
      store.put(id(0, 1), rewritten);
      assertArrayEquals(rewritten, all(store, id(0, 1)));
      store.sync();
      SegmentStore again = fixture.reopen();
      assertEquals(List.of(id(0, 1), id(0, 2)), again.list(0));
      assertArrayEquals(rewritten, all(again, id(0, 1)));
    }
  }

  @Test
  default void shouldKeepWhatWasSyncedThroughACrash() throws Exception {
    try (Fixture fixture = newFixture()) {
      SegmentStore store = fixture.store();
      store.put(id(0, 1), SampleSegments.segment(id(0, 1)));
      store.put(id(1, 1), SampleSegments.segment(id(1, 1)));
      store.put(id(0, 2), SampleSegments.segment(id(0, 2)));
      store.delete(id(0, 2));
      store.sync();
      store.put(id(0, 3), SampleSegments.segment(id(0, 3)));
      SegmentStore again = fixture.crashAndReopen();
      assertArrayEquals(SampleSegments.segment(id(0, 1)), all(again, id(0, 1)));
      assertArrayEquals(SampleSegments.segment(id(1, 1)), all(again, id(1, 1)));
      assertFalse(again.contains(id(0, 2)));
      if (again.contains(id(0, 3))) {
        assertArrayEquals(SampleSegments.segment(id(0, 3)), all(again, id(0, 3)));
      }
      again.put(id(0, 3), SampleSegments.segment(id(0, 3)));
      assertArrayEquals(SampleSegments.segment(id(0, 3)), all(again, id(0, 3)));
    }
  }

  @Test
  default void shouldAgreeWithAMapThroughRandomHistories() throws Exception {
    int rounds = Integer.getInteger("btrdb.rounds", 10);
    for (long seed = 0; seed < rounds; seed++) {
      try (Fixture fixture = newFixture()) {
        new RandomHistory(fixture, seed).run(120);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  default void shouldServeReadersWhileItIsWritten() throws Exception {
    try (Fixture fixture = newFixture();
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      SegmentStore store = fixture.store();
      AtomicBoolean done = new AtomicBoolean();
      List<Future<Integer>> readers = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        long seed = r;
        Callable<Integer> reader = () -> readUntil(done, store, new SplittableRandom(seed));
        readers.add(threads.submit(reader));
      }
      try {
        for (int i = 0; i < 300; i++) {
          store.put(id(0, i), SampleSegments.segment(id(0, i)));
          if (i % 50 == 0) {
            store.sync();
          }
        }
      } finally {
        done.set(true);
      }
      for (Future<Integer> reader : readers) {
        assertTrue(reader.get() >= 1);
      }
    }
  }

  private static int readUntil(AtomicBoolean done, SegmentStore store, SplittableRandom random) {
    BlockReader blocks = new BlockReader(store, 0, 4);
    int passes = 0;
    boolean last;
    do {
      last = done.get();
      List<SegmentId> ids = store.list(0);
      if (!ids.isEmpty()) {
        SegmentId id = ids.get(random.nextInt(ids.size()));
        assertEquals(3, SegmentReader.open(store, id).blockCount());
        Block block = blocks.read(new BlockAddress(id.number(), random.nextInt(3)));
        assertTrue(block.length() > 0);
        passes++;
      }
    } while (!last);
    return passes;
  }

  /** Random calls beside a model that knows what must be there and what may be. */
  final class RandomHistory {
    private final Fixture fixture;
    private final SplittableRandom random;
    private SegmentStore store;

    /** What the store holds now. */
    private Map<SegmentId, byte[]> now = new TreeMap<>();

    /** What it held at the last sync. */
    private Map<SegmentId, byte[]> synced = new TreeMap<>();

    /** What was put or deleted since. */
    private final Set<SegmentId> changed = new HashSet<>();

    private RandomHistory(Fixture fixture, long seed) {
      this.fixture = fixture;
      this.random = new SplittableRandom(seed);
      this.store = fixture.store();
    }

    private void run(int steps) {
      for (int step = 0; step < steps; step++) {
        SegmentId id = id(random.nextInt(2), random.nextInt(12));
        switch (random.nextInt(20)) {
          case 0 -> store = fixture.reopen();
          case 1 -> crash();
          case 2, 3 -> {
            store.sync();
            synced = new TreeMap<>(now);
            changed.clear();
          }
          case 4, 5, 6, 7, 8 -> {
            store.delete(id);
            now.remove(id);
            changed.add(id);
          }
          case 9, 10 -> {
            byte[] segment = now.get(id);
            if (segment != null && SegmentRewriter.generation(segment) < 2) {
              byte[] next = next(id, segment);
              if (store.replace(id, next)) {
                now.put(id, next);
                changed.add(id);
              }
            }
          }
          default -> {
            byte[] segment = now.get(id);
            if (segment == null) {
              segment = SampleSegments.segment(id, 1 + random.nextInt(4), 300, random.nextInt(3));
            }
            store.put(id, segment);
            now.put(id, segment);
            changed.add(id);
          }
        }
        compare();
      }
    }

    private byte[] next(SegmentId id, byte[] segment) {
      int dropped = random.nextInt(4);
      return SegmentRewriter.rewrite(
          id, segment, SegmentRewriter.generation(segment) + 1, ordinal -> ordinal != dropped);
    }

    private void crash() {
      store = fixture.crashAndReopen();
      Map<SegmentId, byte[]> found = new TreeMap<>();
      for (int shard = 0; shard < 2; shard++) {
        for (SegmentId id : store.list(shard)) {
          found.put(id, all(store, id));
        }
      }
      // What did not change since the sync must be there; of what did, any state it had may be.
      synced.forEach(
          (id, segment) -> {
            if (!changed.contains(id)) {
              assertTrue(Arrays.equals(segment, found.get(id)), () -> "lost " + id);
            }
          });
      found.forEach(
          (id, segment) -> assertEquals(List.of(), faults(id, segment), () -> "damaged " + id));
      now = found;
      store.sync();
      synced = new TreeMap<>(now);
      changed.clear();
    }

    private static List<CorruptBlockException> faults(SegmentId id, byte[] segment) {
      return SegmentVerifier.faults(id, segment);
    }

    private void compare() {
      List<SegmentId> listed = new ArrayList<>(store.list(0));
      listed.addAll(store.list(1));
      assertEquals(List.copyOf(now.keySet()), listed);
      now.forEach((id, segment) -> assertArrayEquals(segment, all(store, id)));
    }
  }
}
