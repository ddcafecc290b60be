package io.btrdb.storage.faulty;

import static io.btrdb.storage.contract.StateStoreContract.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.InMemoryStateVault;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StateVault;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.contract.SampleSegments;
import io.btrdb.storage.contract.SegmentStoreContract;
import io.btrdb.storage.contract.StateVaultContract;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class FaultyStoresTest {
  private static final SegmentId ONE = SegmentId.of(0, 1, 1);
  private static final SegmentId TWO = SegmentId.of(0, 1, 2);

  private final FaultPlan plan = FaultPlan.seeded(5);
  private final FaultySegmentStore store = new FaultySegmentStore(new InMemorySegmentStore(), plan);
  private final FaultyStateVault vault = new FaultyStateVault(new InMemoryStateVault(), plan);

  @Nested
  final class SegmentsWithoutFaults implements SegmentStoreContract {
    @Override
    public SegmentStoreContract.Fixture newFixture() {
      return fixture(FaultPlan.none());
    }
  }

  @Nested
  final class SegmentsOfWhichSomeSurvive implements SegmentStoreContract {
    @Override
    public SegmentStoreContract.Fixture newFixture() {
      return fixture(FaultPlan.seeded(11).unsyncedSurvivalPercent(50));
    }
  }

  @Nested
  final class VaultWithoutFaults implements StateVaultContract {
    @Override
    public StateVaultContract.Fixture newVault() {
      StateVault sound = new FaultyStateVault(new InMemoryStateVault(), FaultPlan.none());
      return new StateVaultContract.Fixture() {
        @Override
        public StateVault vault() {
          return sound;
        }

        @Override
        public StateVault reopen() {
          return sound;
        }

        @Override
        public StateVault crashAndReopen() {
          return sound;
        }

        @Override
        public void close() {
          sound.close();
        }
      };
    }
  }

  private static SegmentStoreContract.Fixture fixture(FaultPlan plan) {
    FaultySegmentStore faulty = new FaultySegmentStore(new InMemorySegmentStore(), plan);
    return new SegmentStoreContract.Fixture() {
      @Override
      public SegmentStore store() {
        return faulty;
      }

      @Override
      public SegmentStore reopen() {
        return faulty;
      }

      @Override
      public SegmentStore crashAndReopen() {
        faulty.crash();
        return faulty;
      }

      @Override
      public void close() {
        faulty.close();
      }
    };
  }

  private void put(SegmentId id) {
    store.put(id, SampleSegments.segment(id));
  }

  private void read(SegmentId id) {
    assertTrue(new BlockReader(store, 0).read(new BlockAddress(id.number(), 0)).length() > 0);
  }

  @Test
  void shouldFailExactlyTheScriptedCall() {
    plan.at(Operation.SEGMENT_PUT, 2, Fault.FAIL).at(Operation.SEGMENT_PUT, 3, Fault.FAIL_AFTER);
    put(ONE);
    assertThrows(StorageException.class, () -> put(TWO));
    assertFalse(store.contains(TWO));
    assertThrows(StorageException.class, () -> put(TWO));
    assertTrue(store.contains(TWO));
    put(TWO);
    assertEquals(2, plan.injected());
    assertThrows(
        IllegalArgumentException.class, () -> plan.at(Operation.RESTORE, 1, Fault.MISDIRECT));
  }

  @Test
  void shouldNoticeATornWriteAndLetItBeRepaired() {
    plan.at(Operation.SEGMENT_PUT, 1, Fault.TEAR);
    assertThrows(StorageException.class, () -> put(ONE));
    assertThrows(CorruptBlockException.class, () -> read(ONE));
    put(ONE);
    read(ONE);
  }

  @Test
  void shouldNoticeAFlippedBitOnReadOrAtRest() {
    put(ONE);
    store.sync();
    plan.at(Operation.SEGMENT_READ, 2, Fault.FLIP_BIT);
    assertThrows(CorruptBlockException.class, () -> read(ONE));
    read(ONE);
    store.flipBit(ONE, 8 * 60);
    CorruptBlockException e = assertThrows(CorruptBlockException.class, () -> read(ONE));
    assertEquals(ONE, e.segment());
    assertFalse(e.misdirected());
    store.crash();
    assertThrows(CorruptBlockException.class, () -> read(ONE));
    put(ONE);
    read(ONE);
  }

  @Test
  void shouldTellAMisdirectedReadFromADamagedOne() {
    for (SegmentId id : new SegmentId[] {ONE, TWO}) {
      store.put(id, sameShape(id));
    }
    plan.at(Operation.SEGMENT_READ, 2, Fault.MISDIRECT);
    CorruptBlockException e = assertThrows(CorruptBlockException.class, () -> read(ONE));
    assertTrue(e.misdirected(), e.getMessage());
    read(ONE);
  }

  private static byte[] sameShape(SegmentId id) {
    var builder = new SegmentBuilder(id);
    builder.append(1, new byte[100], 0, 100);
    return builder.finish(new byte[0]);
  }

  @Test
  void shouldLoseUnsyncedPutsAndUndoUnsyncedDeletesInACrash() {
    put(ONE);
    store.sync();
    put(TWO);
    store.delete(ONE);
    store.crash();
    assertFalse(store.contains(TWO));
    assertArrayEquals(SampleSegments.segment(ONE), store.read(ONE, 0, (int) store.length(ONE)));
  }

  @Test
  void shouldRefuseEverythingAfterAFailedSyncUntilItIsOpenedAgain() {
    plan.at(Operation.SEGMENT_SYNC, 1, Fault.FAIL);
    put(ONE);
    assertThrows(StorageException.class, store::sync);
    assertThrows(StorageException.class, () -> store.contains(ONE));
    assertThrows(StorageException.class, store::sync);
    store.crash();
    assertFalse(store.contains(ONE));
    store.full(true);
    assertThrows(StorageException.class, () -> put(ONE));
    store.full(false);
    put(ONE);
    store.sync();
    store.lose(ONE);
    assertFalse(store.contains(ONE));
  }

  @Test
  void shouldGiveTheSameFaultsForTheSameSeed() {
    assertEquals(outcomes(42), outcomes(42));
    assertTrue(outcomes(42).contains("x") && outcomes(42).contains("."));
  }

  private static String outcomes(long seed) {
    FaultPlan drawn = FaultPlan.seeded(seed).oneIn(4, Operation.SEGMENT_PUT, Fault.TEAR);
    FaultySegmentStore faulty = new FaultySegmentStore(new InMemorySegmentStore(), drawn);
    StringBuilder outcomes = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      SegmentId id = SegmentId.of(0, 1, i);
      try {
        faulty.put(id, SampleSegments.segment(id));
        outcomes.append('.');
      } catch (StorageException e) {
        outcomes.append('x').append(faulty.length(id));
      }
    }
    return outcomes.toString();
  }

  @Test
  void shouldLoseOrKeepAFailedCheckpoint() {
    plan.at(Operation.CHECKPOINT, 2, Fault.FAIL).at(Operation.CHECKPOINT, 3, Fault.FAIL_AFTER);
    StateStore state = vault.restore();
    vault.checkpoint(new LogPosition(1, 1));
    state.write(new StateBatch().put(bytes(1), bytes(1)));
    assertThrows(StorageException.class, () -> vault.checkpoint(new LogPosition(1, 2)));
    assertEquals(Optional.of(new LogPosition(1, 1)), vault.newest());
    assertThrows(StorageException.class, () -> vault.checkpoint(new LogPosition(1, 2)));
    assertEquals(Optional.of(new LogPosition(1, 2)), vault.newest());
    assertArrayEquals(bytes(1), vault.restore().get(bytes(1)));
  }

  @Test
  void shouldFallBackToTheCheckpointBeforeADamagedOne() {
    plan.at(Operation.CHECKPOINT, 2, Fault.FLIP_BIT);
    StateStore state = vault.restore();
    vault.checkpoint(new LogPosition(1, 1));
    state.write(new StateBatch().put(bytes(1), bytes(1)));
    vault.checkpoint(new LogPosition(1, 2));
    assertNull(vault.restore().get(bytes(1)));
    assertEquals(Optional.of(new LogPosition(1, 1)), vault.newest());
    vault.damageNewest();
    assertNull(vault.restore().get(bytes(1)));
    assertEquals(Optional.empty(), vault.newest());
  }

  @Test
  void shouldFailStateCallsAsPlanned() {
    plan.at(Operation.STATE_GET, 1, Fault.FAIL)
        .at(Operation.STATE_SCAN, 1, Fault.FAIL)
        .at(Operation.STATE_WRITE, 1, Fault.FAIL)
        .at(Operation.STATE_WRITE, 2, Fault.FAIL_AFTER)
        .at(Operation.RESTORE, 1, Fault.FAIL);
    assertThrows(StorageException.class, vault::restore);
    StateStore state = vault.restore();
    StateBatch batch = new StateBatch().put(bytes(1), bytes(1));
    assertThrows(StorageException.class, () -> state.get(bytes(1)));
    assertThrows(StorageException.class, () -> state.scan(bytes(), null));
    assertThrows(StorageException.class, () -> state.write(batch));
    assertNull(state.get(bytes(1)));
    assertThrows(StorageException.class, () -> state.write(batch));
    assertArrayEquals(bytes(1), state.get(bytes(1)));
  }
}
