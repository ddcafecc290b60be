package io.btrdb.storage.contract;

import static io.btrdb.storage.contract.StateStoreContract.bytes;
import static io.btrdb.storage.contract.StateStoreContract.entries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.LogPosition;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StateVault;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every {@link StateVault} promises. */
public interface StateVaultContract {
  /** One disk with a vault open on it. */
  interface Fixture extends AutoCloseable {
    StateVault vault();

    /** Closes the vault and opens it again. */
    StateVault reopen();

    /** As {@link #reopen}, but the process died: nothing was closed. */
    StateVault crashAndReopen();

    @Override
    void close();
  }

  /** A new vault without checkpoints. */
  Fixture newVault() throws Exception;

  private static LogPosition at(long index) {
    return new LogPosition(1 + index / 100, index);
  }

  private static StateBatch put(int key, int value) {
    return new StateBatch().put(bytes(key), bytes(value));
  }

  @Test
  default void shouldStartEmpty() throws Exception {
    try (Fixture fixture = newVault()) {
      assertEquals(Optional.empty(), fixture.vault().newest());
      StateStore store = fixture.vault().restore();
      assertEquals(List.of(), entries(store, bytes(), null));
      store.write(put(1, 1));
      assertEquals(List.of(), entries(fixture.crashAndReopen().restore(), bytes(), null));
    }
  }

  @Test
  default void shouldRestoreTheNewestCheckpointAndNothingLater() throws Exception {
    try (Fixture fixture = newVault()) {
      StateVault vault = fixture.vault();
      StateStore store = vault.restore();
      store.write(put(1, 1));
      vault.checkpoint(at(10));
      store.write(put(2, 2));
      vault.checkpoint(at(250));
      store.write(put(1, 9).delete(bytes(2)).put(bytes(3), bytes(3)));
      assertEquals(List.of("01=09", "03=03"), entries(store, bytes(), null));

      vault = fixture.crashAndReopen();
      assertEquals(Optional.of(at(250)), vault.newest());
      assertEquals(List.of("01=01", "02=02"), entries(vault.restore(), bytes(), null));
      vault = fixture.reopen();
      assertEquals(Optional.of(at(250)), vault.newest());
      assertEquals(List.of("01=01", "02=02"), entries(vault.restore(), bytes(), null));
    }
  }

  @Test
  default void shouldDiscardTheLiveStateOnEveryRestore() throws Exception {
    try (Fixture fixture = newVault()) {
      StateVault vault = fixture.vault();
      StateStore first = vault.restore();
      first.write(put(1, 1));
      vault.checkpoint(at(1));
      first.write(put(1, 2));
      StateStore second = vault.restore();
      assertEquals(List.of("01=01"), entries(second, bytes(), null));
      assertThrows(IllegalStateException.class, () -> first.get(bytes(1)));
      assertThrows(IllegalStateException.class, () -> first.write(put(5, 5)));
      assertEquals(List.of("01=01"), entries(second, bytes(), null));
    }
  }

  @Test
  default void shouldGoOnAfterACheckpoint() throws Exception {
    try (Fixture fixture = newVault()) {
      StateVault vault = fixture.vault();
      StateStore store = vault.restore();
      for (int i = 0; i < 8; i++) {
        store.write(put(i, i));
        vault.checkpoint(at(i * 60L));
        assertEquals(Optional.of(at(i * 60L)), vault.newest());
        assertEquals(Optional.of(at(Math.max(0, i - 1) * 60L)), vault.oldest());
        assertEquals(i + 1, entries(store, bytes(), null).size());
      }
      assertEquals(8, entries(fixture.crashAndReopen().restore(), bytes(), null).size());
    }
  }

  @Test
  default void shouldTakeACheckpointAtTheSamePositionAgain() throws Exception {
    try (Fixture fixture = newVault()) {
      StateVault vault = fixture.vault();
      StateStore store = vault.restore();
      vault.checkpoint(at(5));
      vault.checkpoint(at(5));
      assertEquals(Optional.of(at(5)), vault.newest());
      store.write(put(1, 1));
      vault.checkpoint(at(6));
      assertThrows(IllegalStateException.class, () -> fixture.vault().checkpoint(at(5)));
      assertEquals(List.of("01=01"), entries(fixture.reopen().restore(), bytes(), null));
    }
  }

  @Test
  default void shouldRefuseACheckpointWithoutLiveState() throws Exception {
    try (Fixture fixture = newVault()) {
      assertThrows(IllegalStateException.class, () -> fixture.vault().checkpoint(at(1)));
      fixture.vault().restore();
      fixture.vault().close();
      fixture.vault().close();
      assertThrows(IllegalStateException.class, () -> fixture.vault().restore());
    }
  }

  @Test
  default void shouldReplayToTheSameStateAfterRandomCrashes() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    try (Fixture fixture = newVault()) {
      StateVault vault = fixture.vault();
      StateStore store = vault.restore();
      long applied = 0;
      long durable = 0;
      for (int step = 0; step < 200; step++) {
        int choice = random.nextInt(20);
        if (choice == 0) {
          vault = fixture.crashAndReopen();
          assertEquals(durable == 0 ? Optional.empty() : Optional.of(at(durable)), vault.newest());
          store = vault.restore();
          applied = durable;
        } else if (choice < 3 && applied > 0) {
          vault.checkpoint(at(applied));
          durable = applied;
        } else {
          applied++;
          store.write(put((int) (applied % 50), (int) (applied % 251)));
        }
        assertEquals(stateAt(applied), entries(store, bytes(), null));
      }
      assertTrue(durable > 0);
    }
  }

  private static List<String> stateAt(long index) {
    TreeMap<Integer, Integer> state = new TreeMap<>();
    for (long i = 1; i <= index; i++) {
      state.put((int) (i % 50), (int) (i % 251));
    }
    return state.entrySet().stream()
        .map(e -> String.format("%02x=%02x", e.getKey(), e.getValue()))
        .toList();
  }
}
