package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.contract.SampleSegments;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskCacheTest {
  private static final int CHUNK = ReadAhead.CHUNK_BYTES;
  private static final SegmentId ID = SegmentId.of(0, 1, 1);

  @TempDir Path folder;

  private byte[] segment = SampleSegments.bytes(new SplittableRandom(1), 20 * CHUNK + 5);
  private int calls;

  private final ReadAhead.Source pool =
      new ReadAhead.Source() {
        @Override
        public byte[] read(SegmentId id, long offset, int length) {
          calls++;
          return Arrays.copyOfRange(segment, (int) offset, (int) offset + length);
        }

        @Override
        public Optional<CompletableFuture<byte[]>> readLater(
            SegmentId id, long offset, int length) {
          return Optional.of(CompletableFuture.completedFuture(read(id, offset, length)));
        }
      };

  private DiskCache cache(int chunks) {
    return new DiskCache(folder.resolve("cache"), (long) chunks * CHUNK);
  }

  private void assertReads(ReadAhead.Source source, int chunk, int length) {
    assertArrayEquals(
        Arrays.copyOfRange(segment, chunk * CHUNK, chunk * CHUNK + length),
        source.read(ID, (long) chunk * CHUNK, length));
  }

  @Test
  void shouldReadFromThePoolOnce() {
    try (DiskCache cache = cache(32)) {
      ReadAhead.Source source = cache.before("c1", pool);
      assertReads(source, 3, 4 * CHUNK);
      assertReads(source, 19, CHUNK + 5);
      assertEquals(2, calls);
      assertReads(source, 4, 2 * CHUNK);
      assertReads(source, 20, 5);
      assertArrayEquals(
          Arrays.copyOfRange(segment, 3 * CHUNK, 7 * CHUNK),
          source.readLater(ID, 3 * CHUNK, 4 * CHUNK).orElseThrow().join());
      assertEquals(2, calls);
      assertReads(source, 6, 2 * CHUNK);
      assertEquals(3, calls, "one of the two was missing");
      cache.before("c2", pool).read(ID, 3 * CHUNK, CHUNK);
      assertEquals(4, calls, "another cluster's segment");
    }
  }

  @Test
  void shouldForgetASegmentWhenToldTo() {
    try (DiskCache cache = cache(32)) {
      ReadAhead.Source source = cache.before("c1", pool);
      assertReads(source, 0, 4 * CHUNK);
      segment = SampleSegments.bytes(new SplittableRandom(2), 20 * CHUNK);
      cache.forget("c2", ID);
      cache.forget("c1", ID);
      assertReads(source, 0, 4 * CHUNK);
    }
  }

  @Test
  void shouldStayWithinItsFileAndKeepWhatIsUsed() throws Exception {
    try (DiskCache cache = cache(4)) {
      ReadAhead.Source source = cache.before("c1", pool);
      for (int chunk = 1; chunk < 20; chunk++) {
        assertReads(source, 0, CHUNK);
        assertReads(source, chunk, CHUNK);
      }
      assertEquals(20, calls, "the first chunk was read once");
      assertTrue(Files.size(folder.resolve("cache")) <= 4 * CHUNK);
    }
  }

  @Test
  void shouldReadAgainWhatTheDiskHasDamaged() throws Exception {
    try (DiskCache cache = cache(8)) {
      ReadAhead.Source source = cache.before("c1", pool);
      assertReads(source, 0, 3 * CHUNK);
      try (RandomAccessFile file = new RandomAccessFile(folder.resolve("cache").toFile(), "rw")) {
        file.seek(CHUNK + 17);
        int was = file.read();
        file.seek(CHUNK + 17);
        file.write(was ^ 4);
      }
      assertReads(source, 0, 3 * CHUNK);
      assertEquals(2, calls);
      assertReads(source, 0, 3 * CHUNK);
      assertEquals(2, calls, "it is sound again");
    }
  }

  @Test
  void shouldReadFromThePoolWhenTheDiskFails() {
    DiskCache cache = cache(8);
    ReadAhead.Source source = cache.before("c1", pool);
    assertReads(source, 0, CHUNK);
    cache.close();
    assertReads(source, 0, CHUNK);
    assertEquals(2, calls);
  }

  /** An interrupt closes the file of the thread that reads it, and of all others. */
  @Test
  void shouldOutliveAThreadThatIsInterrupted() throws Exception {
    try (DiskCache cache = cache(8)) {
      ReadAhead.Source source = cache.before("c1", pool);
      Thread interrupted =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                assertReads(source, 0, CHUNK);
              });
      interrupted.start();
      interrupted.join();
      assertReads(source, 0, CHUNK);
      int before = calls;
      assertReads(source, 0, CHUNK);
      assertEquals(before, calls);
    }
  }

  @Test
  void shouldSayThatItsFileCannotBeMade() {
    assertThrows(StorageException.class, () -> new DiskCache(folder.resolve("no/such"), 1 << 20));
  }
}
