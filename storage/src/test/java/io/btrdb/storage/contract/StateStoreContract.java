package io.btrdb.storage.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every {@link StateStore} promises. */
public interface StateStoreContract {
  /** A store and what it needs to live. */
  interface Fixture extends AutoCloseable {
    StateStore store();

    @Override
    void close();
  }

  /** A new, empty store. */
  Fixture newStateStore() throws Exception;

  /** Everything in [from, to), in the cursor's order, as {@code key=value} in hexadecimal. */
  static List<String> entries(StateStore store, byte[] from, byte[] to) {
    List<String> entries = new ArrayList<>();
    try (StateCursor cursor = store.scan(from, to)) {
      while (cursor.next()) {
        entries.add(text(cursor.key()) + "=" + text(cursor.value()));
      }
    }
    return entries;
  }

  static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  default void shouldGiveBackWhatWasWritten() throws Exception {
    try (Fixture fixture = newStateStore()) {
      StateStore store = fixture.store();
      assertNull(store.get(bytes(1)));
      store.write(new StateBatch().put(bytes(1), bytes(10)).put(bytes(), bytes()));
      assertArrayEquals(bytes(10), store.get(bytes(1)));
      assertArrayEquals(bytes(), store.get(bytes()));
      store.get(bytes(1))[0] = 99;
      assertArrayEquals(bytes(10), store.get(bytes(1)));
      store.write(new StateBatch());
      store.write(new StateBatch().delete(bytes(1)).delete(bytes(7)));
      assertNull(store.get(bytes(1)));
    }
  }

  @Test
  default void shouldApplyABatchInItsOrder() throws Exception {
    try (Fixture fixture = newStateStore()) {
      StateStore store = fixture.store();
      byte[] a = bytes(1);
      store.write(new StateBatch().put(a, bytes(1)).delete(a).put(a, bytes(2)).put(a, bytes(3)));
      assertArrayEquals(bytes(3), store.get(a));
      store.write(new StateBatch().put(a, bytes(4)).delete(a));
      assertNull(store.get(a));
      assertEquals(List.of(), entries(store, bytes(), null));
    }
  }

  @Test
  default void shouldScanInUnsignedOrderWithinBounds() throws Exception {
    try (Fixture fixture = newStateStore()) {
      StateStore store = fixture.store();
      StateBatch batch = new StateBatch();
      for (byte[] key :
          List.of(bytes(0x80), bytes(0x7F), bytes(), bytes(0x7F, 0), bytes(0xFF, 0xFF), bytes(0))) {
        batch.put(key, bytes(1));
      }
      store.write(batch);
      assertEquals(
          List.of("=01", "00=01", "7f=01", "7f00=01", "80=01", "ffff=01"),
          entries(store, bytes(), null));
      assertEquals(List.of("7f=01", "7f00=01"), entries(store, bytes(0x7F), bytes(0x80)));
      assertEquals(List.of("7f00=01"), entries(store, bytes(0x7F, 0), bytes(0x7F, 1)));
      assertEquals(List.of(), entries(store, bytes(0x80), bytes(0x80)));
      assertEquals(List.of(), entries(store, bytes(0x80), bytes(0x10)));
      assertEquals(List.of("ffff=01"), entries(store, bytes(0x81), null));
    }
  }

  @Test
  default void shouldNotShowLaterWritesInAnOpenScan() throws Exception {
    try (Fixture fixture = newStateStore()) {
      StateStore store = fixture.store();
      store.write(new StateBatch().put(bytes(1), bytes(1)).put(bytes(3), bytes(3)));
      try (StateCursor cursor = store.scan(bytes(), null)) {
        store.write(
            new StateBatch()
                .put(bytes(2), bytes(2))
                .put(bytes(3), bytes(33))
                .delete(bytes(1))
                .put(bytes(4), bytes(4)));
        assertTrue(cursor.next());
        assertArrayEquals(bytes(1), cursor.key());
        assertTrue(cursor.next());
        assertArrayEquals(bytes(3), cursor.value());
        assertFalse(cursor.next());
        assertFalse(cursor.next());
        assertThrows(IllegalStateException.class, cursor::key);
      }
      assertEquals(List.of("02=02", "03=21", "04=04"), entries(store, bytes(), null));
    }
  }

  @Test
  default void shouldRefuseAClosedOrUnstartedCursor() throws Exception {
    try (Fixture fixture = newStateStore()) {
      StateStore store = fixture.store();
      store.write(new StateBatch().put(bytes(1), bytes(1)));
      StateCursor cursor = store.scan(bytes(), null);
      assertThrows(IllegalStateException.class, cursor::key);
      cursor.close();
      cursor.close();
      assertThrows(IllegalStateException.class, cursor::next);
    }
  }

  @Test
  default void shouldAgreeWithASortedMap() throws Exception {
    int rounds = Integer.getInteger("btrdb.rounds", 10);
    for (long seed = 0; seed < rounds; seed++) {
      try (Fixture fixture = newStateStore()) {
        compareWithMap(fixture.store(), new SplittableRandom(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void compareWithMap(StateStore store, SplittableRandom random) {
    Map<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    for (int step = 0; step < 200; step++) {
      StateBatch batch = new StateBatch();
      for (int i = random.nextInt(10); i > 0; i--) {
        byte[] key = randomKey(random);
        if (random.nextInt(3) == 0) {
          batch.delete(key);
          model.remove(key);
        } else {
          byte[] value = SampleSegments.bytes(random, random.nextInt(6));
          batch.put(key, value);
          model.put(key, value);
        }
      }
      store.write(batch);
      byte[] from = randomKey(random);
      byte[] to = random.nextInt(5) == 0 ? null : randomKey(random);
      List<String> expected = new ArrayList<>();
      model.forEach(
          (key, value) -> {
            boolean below = to == null || Arrays.compareUnsigned(key, to) < 0;
            if (Arrays.compareUnsigned(key, from) >= 0 && below) {
              expected.add(text(key) + "=" + text(value));
            }
          });
      assertEquals(expected, entries(store, from, to));
      assertArrayEquals(model.get(from), store.get(from));
    }
  }

  private static byte[] randomKey(SplittableRandom random) {
    byte[] key = SampleSegments.bytes(random, random.nextInt(4));
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (key[i] & 0x83);
    }
    return key;
  }

  @Test
  default void shouldShowReadersWholeBatchesOnly() throws Exception {
    try (Fixture fixture = newStateStore();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      StateStore store = fixture.store();
      StateBatch first = new StateBatch();
      fill(first, 0);
      store.write(first);
      AtomicBoolean done = new AtomicBoolean();
      List<Future<?>> readers = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        readers.add(threads.submit(() -> readWholeBatches(store, done)));
      }
      try {
        for (int i = 1; i < 500; i++) {
          StateBatch batch = new StateBatch();
          fill(batch, i);
          store.write(batch);
        }
      } finally {
        done.set(true);
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
  }

  private static void fill(StateBatch batch, int value) {
    for (int key = 0; key < 20; key++) {
      batch.put(bytes(key), bytes(value >>> 8, value));
    }
  }

  private static void readWholeBatches(StateStore store, AtomicBoolean done) {
    boolean last;
    do {
      last = done.get();
      List<String> entries = entries(store, bytes(), null);
      assertEquals(20, entries.size());
      assertEquals(1, entries.stream().map(e -> e.substring(3)).distinct().count());
    } while (!last);
  }
}
