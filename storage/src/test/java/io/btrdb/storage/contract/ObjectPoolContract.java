package io.btrdb.storage.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.ObjectPool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link ObjectPool} promises. */
public interface ObjectPoolContract {
  /** One pool that can be opened more than once. */
  interface Fixture extends AutoCloseable {
    ObjectPool pool();

    /** A second opener of the same objects, closed with the fixture. */
    ObjectPool another();

    @Override
    void close();
  }

  /** A new pool without objects. */
  Fixture newPool() throws Exception;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] content(ObjectPool pool, String name) {
    return pool.read(name).orElseThrow().content();
  }

  @Test
  default void shouldGiveBackWhatWasWritten() throws Exception {
    try (Fixture fixture = newPool()) {
      ObjectPool pool = fixture.pool();
      byte[] large = SampleSegments.bytes(new SplittableRandom(1), 3_000_000);
      byte[] given = large.clone();
      assertTrue(pool.create("c1/manifest/0001", given));
      Arrays.fill(given, (byte) 0);
      pool.replace("empty", new byte[0]);
      assertArrayEquals(large, content(pool, "c1/manifest/0001"));
      assertArrayEquals(new byte[0], content(pool, "empty"));
      content(pool, "c1/manifest/0001")[0] ^= 1;
      assertArrayEquals(large, content(fixture.another(), "c1/manifest/0001"));
    }
  }

  @Test
  default void shouldCreateOnlyOnce() throws Exception {
    try (Fixture fixture = newPool()) {
      assertTrue(fixture.pool().create("incarnation", bytes("first")));
      assertFalse(fixture.another().create("incarnation", bytes("second")));
      assertArrayEquals(bytes("first"), content(fixture.pool(), "incarnation"));
      fixture.pool().delete("incarnation");
      assertTrue(fixture.another().create("incarnation", bytes("third")));
    }
  }

  @Test
  default void shouldReplaceAsAWhole() throws Exception {
    try (Fixture fixture = newPool()) {
      fixture.pool().replace("o", bytes("a long content"));
      fixture.another().replace("o", bytes("short"));
      assertArrayEquals(bytes("short"), content(fixture.pool(), "o"));
    }
  }

  @Test
  default void shouldReplaceOnlyTheVersionThatIsExpected() throws Exception {
    try (Fixture fixture = newPool()) {
      ObjectPool pool = fixture.pool();
      assertFalse(pool.replace("o", 1, bytes("nothing there")));
      assertEquals(Optional.empty(), pool.read("o"));
      pool.create("o", bytes("0"));
      pool.create("p", bytes("another object's version"));
      long first = pool.read("o").orElseThrow().version();
      assertEquals(first, fixture.another().read("o").orElseThrow().version());
      assertTrue(fixture.another().replace("o", first, bytes("1")));
      assertNotEquals(first, pool.read("o").orElseThrow().version());
      assertFalse(pool.replace("o", first, bytes("stale")));
      assertFalse(pool.replace("o", first + 1_000_000, bytes("from the future")));
      assertFalse(pool.replace("o", 0, bytes("never was")));
      assertArrayEquals(bytes("1"), content(pool, "o"));
      long second = pool.read("o").orElseThrow().version();
      pool.delete("o");
      assertFalse(pool.replace("o", second, bytes("deleted")));
      assertTrue(pool.create("o", bytes("2")));
      assertFalse(pool.replace("o", second, bytes("made again")));
      assertArrayEquals(bytes("2"), content(pool, "o"));
    }
  }

  @Test
  default void shouldChangeTheVersionEvenForTheSameContent() throws Exception {
    try (Fixture fixture = newPool()) {
      ObjectPool pool = fixture.pool();
      pool.replace("o", bytes("same"));
      long first = pool.read("o").orElseThrow().version();
      pool.replace("o", bytes("same"));
      assertNotEquals(first, pool.read("o").orElseThrow().version());
    }
  }

  @Test
  default void shouldListByPrefixInOrder() throws Exception {
    try (Fixture fixture = newPool()) {
      ObjectPool pool = fixture.pool();
      assertEquals(List.of(), pool.list(""));
      for (String name : List.of("pin/b", "pin/a", "pin", "pins/x", "manifest/1.0_z-")) {
        pool.replace(name, bytes(name));
      }
      assertEquals(List.of("pin/a", "pin/b"), fixture.another().list("pin/"));
      assertEquals(List.of("pin", "pin/a", "pin/b", "pins/x"), pool.list("pin"));
      assertEquals(List.of("manifest/1.0_z-", "pin", "pin/a", "pin/b", "pins/x"), pool.list(""));
      assertEquals(List.of(), pool.list("q"));
      pool.delete("pin/a");
      assertEquals(List.of("pin/b"), pool.list("pin/"));
    }
  }

  @Test
  default void shouldDeleteWithoutAskingWhetherItIsThere() throws Exception {
    try (Fixture fixture = newPool()) {
      ObjectPool pool = fixture.pool();
      pool.delete("o");
      pool.create("o", bytes("x"));
      pool.delete("o");
      pool.delete("o");
      assertEquals(Optional.empty(), pool.read("o"));
    }
  }

  @Test
  default void shouldRefuseWhatIsNotAName() throws Exception {
    try (Fixture fixture = newPool()) {
      ObjectPool pool = fixture.pool();
      for (String name : List.of("", "Upper", "a b", "ä", "a\0", "x".repeat(256))) {
        assertThrows(IllegalArgumentException.class, () -> pool.create(name, bytes("x")), name);
        assertThrows(IllegalArgumentException.class, () -> pool.replace(name, bytes("x")), name);
        assertThrows(IllegalArgumentException.class, () -> pool.read(name), name);
        assertThrows(IllegalArgumentException.class, () -> pool.delete(name), name);
      }
      assertTrue(pool.create("x".repeat(255), bytes("long")));
    }
  }

  /** Many writers count together: none is lost when each replaces only what it has read. */
  @Test
  default void shouldLoseNoUpdateOfManyWriters() throws Exception {
    int writers = 4;
    int additions = 25;
    try (Fixture fixture = newPool();
        ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      fixture.pool().create("count", new byte[4]);
      List<Future<?>> done = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        ObjectPool pool = w % 2 == 0 ? fixture.pool() : fixture.another();
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < additions; i++) {
                    addOne(pool);
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      assertEquals(writers * additions, ByteBuffer.wrap(content(fixture.pool(), "count")).getInt());
    }
  }

  private static void addOne(ObjectPool pool) {
    boolean replaced = false;
    while (!replaced) {
      ObjectPool.Stored stored = pool.read("count").orElseThrow();
      int next = ByteBuffer.wrap(stored.content()).getInt() + 1;
      replaced =
          pool.replace("count", stored.version(), ByteBuffer.allocate(4).putInt(next).array());
    }
  }

  @Test
  default void shouldAgreeWithAMapThroughRandomHistories() throws Exception {
    int rounds = Integer.getInteger("btrdb.rounds", 10);
    for (long seed = 0; seed < rounds; seed++) {
      try (Fixture fixture = newPool()) {
        randomHistory(fixture.pool(), fixture.another(), new SplittableRandom(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void randomHistory(ObjectPool one, ObjectPool two, SplittableRandom random) {
    TreeMap<String, byte[]> model = new TreeMap<>();
    for (int step = 0; step < 80; step++) {
      ObjectPool pool = random.nextBoolean() ? one : two;
      String name = "shard/" + random.nextInt(6);
      byte[] content = SampleSegments.bytes(random, random.nextInt(2_000));
      switch (random.nextInt(5)) {
        case 0 ->
            assertEquals(model.putIfAbsent(name, content) == null, pool.create(name, content));
        case 1 -> {
          pool.replace(name, content);
          model.put(name, content);
        }
        case 2 -> {
          pool.delete(name);
          model.remove(name);
        }
        default -> {
          Optional<ObjectPool.Stored> stored = pool.read(name);
          assertEquals(model.containsKey(name), stored.isPresent());
          if (stored.isPresent()) {
            assertTrue(pool.replace(name, stored.get().version(), content));
            model.put(name, content);
          }
        }
      }
      assertEquals(List.copyOf(model.keySet()), pool.list("shard/"));
      assertEquals(model.containsKey(name), pool.read(name).isPresent());
      if (model.containsKey(name)) {
        assertArrayEquals(model.get(name), content(pool, name));
      }
    }
  }
}
