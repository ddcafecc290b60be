package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.contract.SampleSegments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
  private static final int CHUNK = ReadAhead.CHUNK_BYTES;
  private static final SegmentId ID = SegmentId.of(0, 1, 1);

  /** Segments in memory, and what was asked of them, as offset+length in chunks. */
  private static final class Pool implements ReadAhead.Source {
    private final Map<SegmentId, byte[]> segments = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private boolean busy;
    private boolean broken;

    @Override
    public byte[] read(SegmentId id, long offset, int length) {
      calls.add(text(offset, length));
      if (broken) {
        throw new StorageException("broken");
      }
      return Arrays.copyOfRange(segments.get(id), (int) offset, (int) offset + length);
    }

    @Override
    public Optional<CompletableFuture<byte[]>> readLater(SegmentId id, long offset, int length) {
      if (busy) {
        calls.add("busy");
        return Optional.empty();
      }
      calls.add("ahead " + text(offset, length));
      return Optional.of(
          broken
              ? CompletableFuture.failedFuture(new StorageException("broken"))
              : CompletableFuture.completedFuture(
                  Arrays.copyOfRange(segments.get(id), (int) offset, (int) offset + length)));
    }

    private static String text(long offset, int length) {
      return offset / CHUNK + "+" + (length + CHUNK - 1) / CHUNK;
    }

    private byte[] add(SegmentId id, int length) {
      byte[] segment = SampleSegments.bytes(new SplittableRandom(id.number()), length);
      segments.put(id, segment);
      return segment;
    }
  }

  private final Pool pool = new Pool();

  private ReadAhead ahead(int budgetChunks) {
    return new ReadAhead(pool, 1 << 24, (long) budgetChunks * CHUNK);
  }

  private void read(ReadAhead ahead, long offset, int length) {
    byte[] segment = pool.segments.get(ID);
    assertArrayEquals(
        Arrays.copyOfRange(segment, (int) offset, (int) offset + length),
        ahead.read(ID, offset, length, segment.length));
  }

  @Test
  void shouldReadAChunkOnceForAllThatIsInIt() {
    pool.add(ID, 40 * CHUNK);
    ReadAhead ahead = ahead(64);
    for (int i = 0; i < 60; i++) {
      read(ahead, 5 * CHUNK + i * 1000, 1000);
    }
    assertEquals(List.of("5+1"), pool.calls);
  }

  @Test
  void shouldBringTheChunkBeforeTheEndWithTheEnd() {
    pool.add(ID, 40 * CHUNK + 100);
    ReadAhead ahead = ahead(64);
    read(ahead, 40 * CHUNK - 4000, 4100);
    read(ahead, 39 * CHUNK, 2000);
    assertEquals(List.of("39+2"), pool.calls);
  }

  @Test
  void shouldReadTwiceAsMuchEachTimeAScanGoesOn() {
    pool.add(ID, 80 * CHUNK);
    ReadAhead ahead = ahead(128);
    for (int at = 0; at < 80 * CHUNK; at += 4096) {
      read(ahead, at, 4096);
    }
    assertEquals(
        List.of(
            "0+1",
            "ahead 3+4",
            "1+2",
            "ahead 7+8",
            "ahead 15+16",
            "ahead 31+16",
            "ahead 47+16",
            "ahead 63+16",
            "ahead 79+1"),
        pool.calls);
  }

  @Test
  void shouldEndARunWhereAPartEnds() {
    pool.add(ID, 12 * CHUNK);
    ReadAhead ahead = new ReadAhead(pool, 4 * CHUNK, 64L * CHUNK);
    for (int at = 0; at < 12 * CHUNK; at += 4096) {
      read(ahead, at, 4096);
    }
    assertEquals(
        List.of("0+1", "ahead 3+1", "1+2", "ahead 4+2", "ahead 6+2", "ahead 8+4"), pool.calls);
  }

  @Test
  void shouldReadByItselfWhatCouldNotBeReadAhead() {
    pool.add(ID, 20 * CHUNK);
    ReadAhead ahead = ahead(64);
    pool.busy = true;
    for (int at = 0; at < 20 * CHUNK; at += 4096) {
      read(ahead, at, 4096);
    }
    assertTrue(pool.calls.contains("busy"));
    assertTrue(pool.calls.stream().noneMatch(call -> call.startsWith("ahead")));
  }

  @Test
  void shouldStayWithinItsBudgetAndForgetWhatWasUsedLeast() {
    pool.add(ID, 400 * CHUNK);
    ReadAhead ahead = ahead(10);
    for (int chunk = 0; chunk < 200; chunk += 2) {
      read(ahead, chunk * CHUNK, 100);
      read(ahead, 0, 100);
    }
    assertEquals(1, pool.calls.stream().filter("0+1"::equals).count());
    pool.calls.clear();
    read(ahead, 100 * CHUNK, 100);
    assertEquals(List.of("100+1"), pool.calls);
  }

  @Test
  void shouldTellOfAFailureAndReadAgainAfterwards() {
    pool.add(ID, 20 * CHUNK);
    ReadAhead ahead = ahead(64);
    pool.broken = true;
    assertThrows(StorageException.class, () -> read(ahead, 0, 100));
    pool.broken = false;
    read(ahead, 0, 100);
    pool.broken = true;
    assertThrows(StorageException.class, () -> read(ahead, CHUNK, 100));
    pool.broken = false;
    read(ahead, CHUNK, 3 * CHUNK);
  }

  @Test
  void shouldSeeANewSegmentOnceToldToForgetTheOld() {
    pool.add(ID, 20 * CHUNK);
    ReadAhead ahead = ahead(64);
    read(ahead, 0, 100);
    pool.segments.put(ID, new byte[3 * CHUNK]);
    ahead.forget(ID);
    read(ahead, 0, 100);
  }

  @Test
  void shouldKeepNothingOfLargeReadsOrWithoutABudget() {
    pool.add(ID, 20 * CHUNK);
    ReadAhead ahead = ahead(64);
    read(ahead, 0, 20 * CHUNK);
    read(ahead, 0, 20 * CHUNK);
    assertEquals(List.of("0+20", "0+20"), pool.calls);
    pool.calls.clear();
    ReadAhead none = ahead(0);
    read(none, 10, 100);
    read(none, 10, 100);
    assertEquals(List.of("0+1", "0+1"), pool.calls);
  }

  @Test
  void shouldGiveTheSegmentsBytesInRandomReads() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 4; i++) {
      pool.add(SegmentId.of(0, 1, i), 1 + random.nextInt(30 * CHUNK));
    }
    ReadAhead ahead = new ReadAhead(pool, 4 * CHUNK, 12L * CHUNK);
    for (int i = 0; i < 3_000; i++) {
      SegmentId id = SegmentId.of(0, 1, random.nextInt(4));
      byte[] segment = pool.segments.get(id);
      int offset = random.nextInt(segment.length);
      int length = random.nextInt(Math.min(segment.length - offset, 10 * CHUNK) + 1);
      pool.busy = random.nextInt(4) == 0;
      assertArrayEquals(
          Arrays.copyOfRange(segment, offset, offset + length),
          ahead.read(id, offset, length, segment.length));
    }
  }
}
