package io.btrdb.storage.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.contract.SampleSegments;
import io.btrdb.storage.contract.SegmentStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalSegmentStoreTest implements SegmentStoreContract {
  /** Small, so that histories go through many extents. */
  private static final long EXTENT_BYTES = 2000;

  @TempDir Path directory;
  private int fixtures;

  @Override
  public Fixture newFixture() {
    Path own = directory.resolve("store" + fixtures++);
    CrashableFiles disk = new CrashableFiles(fixtures);
    return new Fixture() {
      private LocalSegmentStore store = open(own, disk);

      @Override
      public SegmentStore store() {
        return store;
      }

      @Override
      public SegmentStore reopen() {
        store.close();
        store = open(own, disk);
        assertEquals(List.of(), store.damage());
        return store;
      }

      @Override
      public SegmentStore crashAndReopen() {
        store.close();
        try {
          disk.crash();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        store = open(own, disk);
        return store;
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }

  private static LocalSegmentStore open(Path directory, AppendFile.Opener disk) {
    return new LocalSegmentStore(directory, EXTENT_BYTES, disk);
  }

  private static SegmentId id(int sequence) {
    return SegmentId.of(1, 1, sequence);
  }

  private static byte[] segment(int sequence) {
    return SampleSegments.segment(id(sequence), 2, 40, 1);
  }

  private static byte[] all(SegmentStore store, SegmentId id) {
    return store.read(id, 0, (int) store.length(id));
  }

  private Path extent(int sequence) {
    return directory.resolve(String.format("0001/extent-%08d.log", sequence));
  }

  private List<String> extents() throws IOException {
    return DurableFiles.names(directory.resolve("0001"));
  }

  /** Writes segments 0 to count - 1 into one extent and returns its bytes. */
  private byte[] oneExtent(int count) throws IOException {
    try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
      for (int i = 0; i < count; i++) {
        store.put(id(i), segment(i));
      }
    }
    return Files.readAllBytes(extent(1));
  }

  private static int recordBytes(int sequence) {
    return ExtentRecord.HEADER_BYTES + segment(sequence).length;
  }

  @Test
  void shouldRecoverFromATruncationAtEveryByte() throws IOException {
    byte[] whole = oneExtent(4);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(extent(1), Arrays.copyOf(whole, length));
      int sound = 0;
      for (int end = 0; sound < 4 && end + recordBytes(sound) <= length; sound++) {
        end += recordBytes(sound);
      }
      try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
        assertEquals(sound, store.list(1).size());
        assertEquals(List.of(), store.damage());
        for (int i = 0; i < 5; i++) {
          store.put(id(i), segment(i));
        }
        store.sync();
      }
      try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
        assertEquals(0, store.tornBytes());
        for (int i = 0; i < 5; i++) {
          assertArrayEquals(segment(i), all(store, id(i)));
        }
      }
    }
    System.out.println("extents: recovered from " + (whole.length + 1) + " truncations");
  }

  @Test
  void shouldDetectEveryFlippedBitAndKeepTheOtherSegments() throws IOException {
    byte[] whole = oneExtent(3);
    int step = 3;
    int flips = 0;
    for (int bit = 0; bit < whole.length * 8; bit += step) {
      byte[] flipped = whole.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      Files.write(extent(1), flipped);
      int broken = 0;
      for (int end = recordBytes(0); end <= bit >>> 3; end += recordBytes(broken)) {
        broken++;
      }
      try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
        for (int i = 0; i < 3; i++) {
          assertEquals(i != broken, isWhole(store, i), "bit " + bit + " segment " + i);
        }
        // The last record may as well be torn; any other is reported, with its place.
        assertEquals(broken == 2 ? 0 : 1, store.damage().size(), "bit " + bit);
        store.put(id(broken), segment(broken));
        assertArrayEquals(segment(broken), all(store, id(broken)));
      }
      flips++;
    }
    System.out.println("extents: " + flips + " flipped bits, all detected and repaired");
  }

  private static boolean isWhole(SegmentStore store, int sequence) {
    return store.contains(id(sequence))
        && SegmentVerifier.faults(id(sequence), all(store, id(sequence))).isEmpty();
  }

  @Test
  void shouldReplaceACopyThatWasDamagedAfterItWasSynced() throws IOException {
    int at;
    try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
      store.put(id(0), segment(0));
      store.sync();
      store.put(id(1), segment(1));
      at = ExtentRecord.HEADER_BYTES + 30;
      byte[] bytes = Files.readAllBytes(extent(1));
      bytes[at] ^= 4;
      Files.write(extent(1), bytes);
      assertFalse(isWhole(store, 0));
      assertThrows(
          CorruptBlockException.class, () -> SegmentVerifier.verify(id(0), all(store, id(0))));
    }
    try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
      assertTrue(store.contains(id(0)), "payloads below the synced mark are not read at open");
      assertFalse(isWhole(store, 0));
      store.put(id(0), segment(0));
      assertTrue(isWhole(store, 0));
      store.sync();
    }
    try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
      assertTrue(isWhole(store, 0));
      assertTrue(isWhole(store, 1));
    }
  }

  @Test
  void shouldGiveBackTheSpaceOfReplacedAndDeletedSegments() throws IOException {
    int segments = 60;
    long before;
    long after;
    try (LocalSegmentStore store = open(directory, AppendFile::open)) {
      for (int i = 0; i < segments; i++) {
        store.put(id(i), segment(i));
      }
      before = store.fileBytes(1);
      for (int i = 0; i < segments; i++) {
        if (i % 3 == 0) {
          store.replace(id(i), SegmentRewriter.rewrite(id(i), segment(i), 1, o -> o == 0));
        } else {
          store.delete(id(i));
        }
      }
      while (store.compact(1, 500) > 0) {
        store.sync();
      }
      after = store.fileBytes(1);
      assertTrue(2 * store.bytes(1) + EXTENT_BYTES >= after - 60L * ExtentRecord.HEADER_BYTES);
    }
    assertTrue(after < before / 2, before + " bytes, then " + after);
    try (LocalSegmentStore store = open(directory, AppendFile::open)) {
      assertEquals(segments / 3, store.list(1).size());
      for (int i = 0; i < segments; i += 3) {
        assertArrayEquals(
            SegmentRewriter.rewrite(id(i), segment(i), 1, o -> o == 0), all(store, id(i)));
      }
    }
    System.out.println("extents: " + before + " bytes, compacted " + after);
  }

  @Test
  void shouldUnlinkExtentsWhoseSegmentsAreAllDeletedAndNeverBringOneBack() throws IOException {
    int segments = 60;
    try (LocalSegmentStore store = open(directory, AppendFile::open)) {
      for (int i = 0; i < segments; i++) {
        store.put(id(i), segment(i));
      }
      assertTrue(extents().size() > 5);
      // 1 stays, so its extent keeps dead segments whose deletes must outlive their own extents.
      for (int i = 0; i < segments; i++) {
        if (i != 1) {
          store.delete(id(i));
        }
      }
      assertTrue(extents().size() <= 3, extents().toString());
      store.sync();
    }
    for (int round = 0; round < 40; round++) {
      try (LocalSegmentStore store = open(directory, AppendFile::open)) {
        assertEquals(List.of(id(1)), store.list(1), "round " + round);
        for (int i = 100; i < 110; i++) {
          store.put(id(i), segment(i));
        }
        for (int i = 100; i < 110; i++) {
          store.delete(id(i));
        }
        store.sync();
      }
    }
    assertTrue(extents().size() <= 4, extents().toString());
  }

  @Test
  void shouldWorkAgainWhenSpaceReturns() throws IOException {
    CrashableFiles disk = new CrashableFiles(1);
    try (LocalSegmentStore store = open(directory, disk)) {
      store.put(id(0), segment(0));
      for (int room = 0; room < recordBytes(1); room += 5) {
        disk.room = room;
        StorageException e =
            assertThrows(StorageException.class, () -> store.put(id(1), segment(1)));
        assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
        assertTrue(e.getMessage().contains("bytes free"), e.getMessage());
        assertFalse(store.contains(id(1)));
        assertEquals(recordBytes(0), Files.size(extent(1)));
        assertArrayEquals(segment(0), all(store, id(0)));
      }
      disk.room = Long.MAX_VALUE;
      store.put(id(1), segment(1));
      store.sync();
    }
    try (LocalSegmentStore store = open(directory, disk)) {
      assertEquals(List.of(id(0), id(1)), store.list(1));
      assertEquals(0, store.tornBytes());
    }
  }

  @Test
  void shouldRefuseEverythingAfterAFailedFsync() {
    CrashableFiles disk = new CrashableFiles(1);
    LocalSegmentStore store = open(directory, disk);
    store.put(id(0), segment(0));
    disk.syncFails = true;
    assertThrows(StorageException.class, store::sync);
    disk.syncFails = false;
    assertThrows(StorageException.class, store::sync);
    assertThrows(StorageException.class, () -> store.put(id(1), segment(1)));
    assertThrows(StorageException.class, () -> store.read(id(0), 0, 1));
    StorageException e = assertThrows(StorageException.class, () -> store.contains(id(0)));
    assertTrue(e.getMessage().contains("fsync"), e.getMessage());
    assertTrue(e.getMessage().contains("open the store again"), e.getMessage());
    store.close();
    try (LocalSegmentStore again = open(directory, disk)) {
      again.put(id(0), segment(0));
      again.sync();
    }
  }

  @Test
  void shouldReadOnAfterAReaderWasInterrupted() {
    try (LocalSegmentStore store = LocalSegmentStore.open(directory)) {
      store.put(id(0), segment(0));
      Thread.currentThread().interrupt();
      assertThrows(StorageException.class, () -> store.read(id(0), 0, 1));
      assertTrue(Thread.interrupted(), "the interrupt is kept");
      assertArrayEquals(segment(0), all(store, id(0)));
      Thread.currentThread().interrupt();
      store.put(id(1), segment(1));
      assertTrue(Thread.interrupted(), "an interrupt does not fail a write");
      assertArrayEquals(segment(1), all(store, id(1)));
    }
  }

  @Test
  void shouldReportDamageInAnOlderExtentAndCutNothingThere() throws IOException {
    try (LocalSegmentStore store = open(directory, AppendFile::open)) {
      for (int i = 0; i < 30; i++) {
        store.put(id(i), segment(i));
      }
    }
    byte[] first = Files.readAllBytes(extent(1));
    Files.write(extent(1), Arrays.copyOf(first, first.length - 5));
    try (LocalSegmentStore store = open(directory, AppendFile::open)) {
      assertEquals(29, store.list(1).size());
      assertEquals(extent(1), store.damage().get(0).file());
      assertEquals(0, store.tornBytes());
    }
    assertEquals(first.length - 5, Files.size(extent(1)));
  }

  @Test
  void shouldKeepAcknowledgedSegmentsThroughRandomCrashes() throws IOException {
    int rounds = Integer.getInteger("btrdb.rounds", 10) * 5;
    long torn = 0;
    for (int seed = 0; seed < rounds; seed++) {
      Path own = directory.resolve("crash" + seed);
      SplittableRandom random = new SplittableRandom(seed);
      CrashableFiles disk = new CrashableFiles(seed);
      int synced = 0;
      int next = 0;
      for (int life = 0; life < 6; life++) {
        try (LocalSegmentStore store = open(own, disk)) {
          torn += store.tornBytes();
          for (int i = 0; i < synced; i++) {
            assertTrue(isWhole(store, i), "seed " + seed + " lost " + i);
          }
          for (int i = synced; i < next; i++) {
            assertTrue(!store.contains(id(i)) || isWhole(store, i), "seed " + seed);
            store.put(id(i), segment(i));
          }
          for (int i = random.nextInt(12); i > 0; i--) {
            store.put(id(next), segment(next));
            next++;
            if (random.nextInt(4) == 0) {
              store.sync();
              synced = next;
            }
          }
        }
        disk.crash();
      }
    }
    System.out.println("extents: " + rounds * 6 + " crashes, " + torn + " torn bytes cut off");
  }
}
