package io.btrdb.storage.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ShardDeletionTest {
  private static final int SEGMENTS = 40;

  @TempDir Path folder;

  private static byte[] segment(SegmentId id) {
    byte[] payload = new byte[(int) (100 + id.number() * 7)];
    Arrays.fill(payload, (byte) id.number());
    SegmentBuilder builder = new SegmentBuilder(id);
    builder.append(1, payload, 0, payload.length);
    return builder.finish(new byte[0]);
  }

  private static long put(LocalSegmentStore store, int shard) {
    long bytes = 0;
    for (int number = 1; number <= SEGMENTS; number++) {
      SegmentId id = new SegmentId(shard, number);
      byte[] segment = segment(id);
      bytes += segment.length;
      store.put(id, segment);
    }
    return bytes;
  }

  @Test
  void shouldDeleteAllOfOneShardAndNothingElse() {
    SegmentId kept = new SegmentId(1, 7);
    try (LocalSegmentStore store = LocalSegmentStore.open(folder, 4096)) {
      long bytes = put(store, 0);
      put(store, 1);
      assertEquals(bytes, store.bytes(0));
      store.deleteShard(0);
      assertEquals(0, store.bytes(0));
      assertEquals(List.of(), store.list(0));
      assertThrows(MissingSegmentException.class, () -> store.length(new SegmentId(0, 1)));
      assertFalse(Files.exists(folder.resolve("0000")));
      assertTrue(store.contains(kept));
      store.deleteShard(0);
    }
    try (LocalSegmentStore store = LocalSegmentStore.open(folder, 4096)) {
      assertEquals(List.of(), store.list(0));
      assertEquals(SEGMENTS, store.list(1).size());
    }
  }

  @Test
  void shouldTakeTheShardAgainAfterItsDeletion() {
    try (LocalSegmentStore store = LocalSegmentStore.open(folder, 4096)) {
      put(store, 0);
      store.deleteShard(0);
      long bytes = put(store, 0);
      store.sync();
      assertEquals(bytes, store.bytes(0));
    }
    try (LocalSegmentStore store = LocalSegmentStore.open(folder, 4096)) {
      SegmentId id = new SegmentId(0, 3);
      assertArrayEquals(segment(id), store.read(id, 0, (int) store.length(id)));
    }
  }

  @Test
  void shouldEndReadsUnderWayWithAMissingSegment() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (LocalSegmentStore store = LocalSegmentStore.open(folder.resolve("r" + round), 4096)) {
        put(store, 0);
        AtomicReference<RuntimeException> end = new AtomicReference<>();
        Thread reader =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        for (int i = 0; ; i++) {
                          SegmentId id = new SegmentId(0, 1 + i % SEGMENTS);
                          store.read(id, 0, 16);
                        }
                      } catch (RuntimeException e) {
                        end.set(e);
                      }
                    });
        store.deleteShard(0);
        reader.join();
        assertEquals(MissingSegmentException.class, end.get().getClass(), () -> "" + end.get());
      }
    }
  }
}
