package io.btrdb.node.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.codec.MalformedBytesException;
import io.btrdb.placement.ShardRange;
import io.btrdb.storage.InMemoryObjectPool;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.CheckpointManifest;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PoolFormatsTest {
  private static final List<ShardRange> RANGES =
      List.of(new ShardRange(0, 0, 2048), new ShardRange(1, 2048, 2048));

  @Test
  void shouldReadBackAnArchivedStateAndRefuseADamagedOne() {
    ArchivedState state =
        new ArchivedState(
            7,
            1_700_000_000_000L,
            new CheckpointManifest(
                new LogPosition(7, 99),
                List.of(
                    new CheckpointFile("000012.sst", 9L << 20, 0xABCD),
                    new CheckpointFile("CURRENT", 0, 0))),
            List.of("000001/state/shard-0000/x/0000", "000001/state/shard-0000/x/0001"));
    assertEquals(state, ArchivedState.decode(state.encode()));
    assertEquals(
        List.of(
            "000001/state/shard-0000/x/0000-00000",
            "000001/state/shard-0000/x/0000-00001",
            "000001/state/shard-0000/x/0000-00002"),
        state.pieces(),
        "pieces of 4 MiB, and none of an empty file");
    refusesEachFlippedBit(state.encode(), ArchivedState::decode, MalformedBytesException.class);
  }

  @Test
  void shouldReadBackAPageOfTheJournalAndRefuseADamagedOne() {
    JournalPage page =
        new JournalPage(
            -1,
            List.of(
                new JournalPage.Entry(0, 1_000, List.of(new byte[] {1, 2}, new byte[] {3})),
                new JournalPage.Entry(17, 1_005, List.of(new byte[0]))));
    JournalPage read = JournalPage.decode(page.encode());
    assertEquals(17, read.through());
    assertEquals(List.of(0L, 17L), read.entries().stream().map(JournalPage.Entry::index).toList());
    assertArrayEquals(new byte[] {3}, read.entries().getFirst().commands().get(1));
    assertArrayEquals(page.encode(), read.encode());
    refusesEachFlippedBit(page.encode(), JournalPage::decode, MalformedBytesException.class);
  }

  @Test
  void shouldReadBackAnIncarnationAndRefuseADamagedOne() {
    Incarnation incarnation =
        new Incarnation(
            2,
            new UUID(3, 4),
            true,
            List.of(
                new Incarnation.Shard(RANGES.get(0), 5), new Incarnation.Shard(RANGES.get(1), 9)));
    assertEquals(incarnation, Incarnation.decode(incarnation.encode()));
    assertTrue(incarnation.owns(0, 5));
    assertFalse(incarnation.owns(1, 8));
    refusesEachFlippedBit(
        incarnation.encode(), Incarnation::decode, IllegalArgumentException.class);
  }

  private static void refusesEachFlippedBit(
      byte[] bytes, Consumer<byte[]> decode, Class<? extends RuntimeException> refusal) {
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertThrows(refusal, () -> decode.accept(damaged), "bit " + bit);
    }
  }

  @Test
  void shouldGiveAClustersNameToOneClusterAndARecoveryItsPlaceToOne() {
    Incarnations pool = new Incarnations(new InMemoryObjectPool(), "btrdb");
    UUID first = new UUID(0, 1);
    assertEquals(1, pool.claim(first, RANGES).getFirst().number());
    assertEquals(1, pool.claim(first, RANGES).getFirst().number(), "each node claims it");
    UUID other = new UUID(0, 2);
    assertTrue(refused(() -> pool.claim(other, RANGES)).contains("another cluster"));

    Incarnation second = pool.succeed(other, RANGES);
    assertTrue(refused(() -> pool.claim(other, RANGES)).contains("not come to its end"));
    pool.abandon(second);
    assertEquals(1, pool.claim(first, RANGES).size(), "as if it had not begun");

    Incarnation third = pool.succeed(other, RANGES);
    Incarnation done =
        new Incarnation(
            third.number(),
            other,
            false,
            RANGES.stream().map(range -> new Incarnation.Shard(range, 4)).toList());
    pool.complete(done);
    assertEquals(List.of(done, pool.newestFirst().get(1)), pool.claim(other, RANGES));
    assertTrue(refused(() -> pool.claim(first, RANGES)).contains("must not go on"));
    assertThrows(IllegalStateException.class, () -> pool.complete(third(first, third.number())));
  }

  private static Incarnation third(UUID cluster, int number) {
    return new Incarnation(number, cluster, false, List.of());
  }

  private static String refused(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IllegalStateException.class, call).getMessage();
  }
}
