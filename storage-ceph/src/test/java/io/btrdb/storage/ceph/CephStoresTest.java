package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.contract.ObjectPoolContract;
import io.btrdb.storage.contract.SampleSegments;
import io.btrdb.storage.contract.SegmentStoreContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stores on a Ceph that is well. */
@Timeout(300)
final class CephStoresTest {
  private static LocalCeph ceph;

  @BeforeAll
  static void start() {
    ceph = LocalCeph.start();
  }

  @AfterAll
  static void stop() {
    if (ceph != null) {
      ceph.close();
    }
  }

  @Nested
  final class Segments implements SegmentStoreContract {
    @Override
    public Fixture newFixture() {
      return new CephSegments(ceph.settings());
    }
  }

  /** Parts of 256 bytes, so that most segments have several, and nothing is kept or read ahead. */
  @Nested
  final class SegmentsInParts implements SegmentStoreContract {
    @Override
    public Fixture newFixture() {
      return new CephSegments(ceph.settings(), pool -> pool.segments("c1", 0, 256));
    }
  }

  @Nested
  final class Objects implements ObjectPoolContract {
    @Override
    public Fixture newPool() {
      CephSettings settings = ceph.settings();
      CephPool one = CephPool.open(settings, PoolListener.NONE);
      CephPool two = CephPool.open(settings, PoolListener.NONE);
      ObjectPool first = one.objects("c1");
      ObjectPool second = two.objects("c1");
      return new Fixture() {
        @Override
        public ObjectPool pool() {
          return first;
        }

        @Override
        public ObjectPool another() {
          return second;
        }

        @Override
        public void close() {
          one.close();
          two.close();
        }
      };
    }
  }

  /** Nothing is kept in memory, so that the disk is read. */
  @Nested
  final class SegmentsWithADisk implements SegmentStoreContract {
    @TempDir Path folder;

    @Override
    public Fixture newFixture() {
      CephSettings.Disk disk = new CephSettings.Disk(folder.resolve("cache"), 64 << 20);
      CephSettings.Budget little = CephSettings.Budget.DEFAULT.withReadCacheBytes(1);
      return new CephSegments(ceph.settings().withBudget(little).withDisk(disk));
    }
  }

  private static SegmentId id(int sequence) {
    return SegmentId.of(2, 1, sequence);
  }

  private static byte[] all(SegmentStore store, SegmentId id) {
    return store.read(id, 0, (int) store.length(id));
  }

  @Test
  void shouldNameTheInstalledLibrary() {
    assertTrue(CephPool.libraryVersion().matches("\\d+\\.\\d+\\.\\d+"));
  }

  @Test
  void shouldKeepClustersApart() {
    try (CephPool pool = CephPool.open(ceph.settings(), PoolListener.NONE)) {
      pool.segments("c1").put(id(1), SampleSegments.segment(id(1)));
      pool.objects("c1").create("manifest", new byte[1]);
      assertEquals(List.of(), pool.segments("c2").list(2));
      assertFalse(pool.segments("c").contains(id(1)));
      assertEquals(List.of(), pool.objects("c2").list(""));
      assertEquals(List.of("manifest"), pool.objects("c1").list(""));
      assertEquals(List.of(id(1)), pool.segments("c1").list(2));
    }
  }

  @Test
  void shouldReadBlocksOfALargeSegmentInFewCalls() {
    PoolCounters counters = new PoolCounters();
    try (CephPool pool = CephPool.open(ceph.settings(), counters)) {
      SegmentStore store = pool.segments("c1");
      byte[] segment = SampleSegments.segment(id(1), 2_000, 4_000, 7);
      store.put(id(1), segment);
      BlockReader blocks = new BlockReader(store, 2);
      for (int ordinal = 0; ordinal < 2_000; ordinal++) {
        blocks.read(new BlockAddress(id(1).number(), ordinal));
      }
      long reads = counters.answered(PoolCall.READ);
      assertTrue(
          reads <= 10 + segment.length / (1 << 20),
          reads + " reads of " + segment.length + " bytes");
      assertTrue(counters.bytes(PoolCall.READ) <= segment.length + ReadAhead.CHUNK_BYTES);
      assertEquals(segment.length, counters.bytes(PoolCall.WRITE));
    }
  }

  @Test
  void shouldStoreASegmentOfManyParts() {
    try (CephPool pool = CephPool.open(ceph.settings(), PoolListener.NONE)) {
      SegmentStore store = pool.segments("c1");
      byte[] segment = SampleSegments.segment(id(1), 300, 256 * 1024 - 100, 7);
      assertTrue(segment.length > 32 << 20, "three parts at least");
      store.put(id(1), segment);
      store.put(id(1), segment);
      byte[] stored = all(pool.segments("c1"), id(1));
      SegmentVerifier.verify(id(1), stored);
      assertArrayEquals(segment, stored);
      int across = (16 << 20) - 1_000;
      assertArrayEquals(
          Arrays.copyOfRange(segment, across, across + 2_000), store.read(id(1), across, 2_000));
      assertEquals(List.of(id(1)), store.list(2));
      store.delete(id(1));
      assertEquals(List.of(), pool.objects("c1").list(""), "no object beside the segment was made");
      store.put(id(1), SampleSegments.segment(id(1)));
      assertArrayEquals(SampleSegments.segment(id(1)), all(store, id(1)));
    }
  }

  /** Another process deletes and rewrites a segment that this one has in its memory. */
  @Test
  void shouldSeeWhatAnotherStoreHasChangedOnceToldToForget() {
    CephSettings settings = ceph.settings();
    try (CephPool one = CephPool.open(settings, PoolListener.NONE);
        CephPool two = CephPool.open(settings, PoolListener.NONE)) {
      SegmentStore mine = one.segments("c1");
      SegmentStore others = two.segments("c1");
      mine.put(id(1), SampleSegments.segment(id(1), 9, 5_000, 1));
      all(mine, id(1));
      others.delete(id(1));
      mine.forget(id(1));
      assertThrows(MissingSegmentException.class, () -> mine.read(id(1), 0, 10));
      byte[] rewritten = SampleSegments.segment(id(1), 3, 100, 2);
      others.put(id(1), rewritten);
      assertArrayEquals(rewritten, all(mine, id(1)));
    }
  }

  /** Of writers who race for one name with other bytes, one wins, and the others are told. */
  @Test
  void shouldLetOneWriterHaveAName() throws Exception {
    CephSettings settings = ceph.settings();
    try (CephPool pool = CephPool.open(settings, PoolListener.NONE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SegmentStore store = pool.segments("c1");
      for (int round = 0; round < 20; round++) {
        SegmentId id = id(round);
        List<Future<Boolean>> writers = new ArrayList<>();
        for (int writer = 0; writer < 6; writer++) {
          byte[] segment = SampleSegments.segment(id, 3, 5_000, writer);
          writers.add(threads.submit(() -> wins(store, id, segment)));
        }
        int winners = 0;
        for (Future<Boolean> writer : writers) {
          winners += writer.get() ? 1 : 0;
        }
        assertEquals(1, winners);
        SegmentVerifier.verify(id, all(store, id));
      }
    }
  }

  private static boolean wins(SegmentStore store, SegmentId id, byte[] segment) {
    try {
      store.put(id, segment);
      return true;
    } catch (IllegalStateException taken) {
      return false;
    }
  }

  /** Virtual threads outnumber both their carriers and the calls that may be on their way. */
  @Test
  void shouldServeManyVirtualThreadsAtOnce() throws Exception {
    CephSettings settings = ceph.settings().withBudget(new CephSettings.Budget(4, 32 << 20, 0));
    try (CephPool pool = CephPool.open(settings, PoolListener.NONE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SegmentStore store = pool.segments("c1");
      List<Future<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        SegmentId id = id(i);
        reads.add(
            threads.submit(
                () -> {
                  store.put(id, SampleSegments.segment(id));
                  return all(store, id);
                }));
      }
      for (int i = 0; i < 100; i++) {
        assertArrayEquals(SampleSegments.segment(id(i)), reads.get(i).get());
      }
    }
  }

  @Test
  void shouldSpeakOnlyInSecretWhenToldTo() {
    CephSettings settings = ceph.settings().withSecure(true);
    try (CephPool pool = CephPool.open(settings, PoolListener.NONE)) {
      SegmentStore store = pool.segments("c1");
      store.put(id(1), SampleSegments.segment(id(1)));
      assertArrayEquals(SampleSegments.segment(id(1)), all(store, id(1)));
    }
  }

  @Test
  void shouldKeepSegmentsAndObjectsInPoolsOfTheirOwn() {
    ceph.ceph("osd", "pool", "create", "small", "8");
    CephSettings settings = ceph.settings().withPools("btrdb", "small");
    try (CephPool pool = CephPool.open(settings, PoolListener.NONE);
        CephPool other = CephPool.open(settings.withPools("small", "btrdb"), PoolListener.NONE)) {
      pool.segments("c1").put(id(1), SampleSegments.segment(id(1)));
      pool.objects("c1").create("manifest", new byte[3]);
      assertTrue(pool.segments("c1").contains(id(1)));
      assertFalse(other.segments("c1").contains(id(1)));
      assertTrue(other.objects("c1").read("manifest").isEmpty());
    }
  }

  @Test
  void shouldRefuseWorkWhenClosed() {
    CephPool pool = CephPool.open(ceph.settings(), PoolListener.NONE);
    SegmentStore store = pool.segments("c1");
    ObjectPool objects = pool.objects("c1");
    SegmentStore closed = pool.segments("c1");
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.contains(id(1)));
    assertFalse(store.contains(id(1)));
    pool.close();
    pool.close();
    assertThrows(IllegalStateException.class, () -> store.contains(id(1)));
    assertThrows(IllegalStateException.class, () -> store.list(1));
    assertThrows(IllegalStateException.class, () -> objects.read("x"));
  }
}
