package io.btrdb.storage.local;

import static io.btrdb.storage.contract.StateStoreContract.bytes;
import static io.btrdb.storage.contract.StateStoreContract.entries;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.LogPosition;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StateVault;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.contract.StateStoreContract;
import io.btrdb.storage.contract.StateVaultContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalStateVaultTest implements StateVaultContract, StateStoreContract {
  private static RocksResources resources;

  @TempDir Path directory;
  private int fixtures;

  @BeforeAll
  static void openResources() {
    resources = RocksResources.open(new RocksSettings(8 << 20, 4 << 20, 1 << 20));
  }

  @AfterAll
  static void closeResources() {
    resources.close();
    resources.close();
  }

  @Override
  public StateVaultContract.Fixture newVault() {
    Path own = directory.resolve("vault" + fixtures++);
    return new StateVaultContract.Fixture() {
      private LocalStateVault vault = LocalStateVault.open(own, resources);

      @Override
      public StateVault vault() {
        return vault;
      }

      @Override
      public StateVault reopen() {
        vault.close();
        vault = LocalStateVault.open(own, resources);
        return vault;
      }

      // RocksDB cannot be left open in this process; its live files are worthless anyway.
      @Override
      public StateVault crashAndReopen() {
        return reopen();
      }

      @Override
      public void close() {
        vault.close();
      }
    };
  }

  @Override
  public StateStoreContract.Fixture newStateStore() {
    LocalStateVault vault =
        LocalStateVault.open(directory.resolve("store" + fixtures++), resources);
    StateStore store = vault.restore();
    return new StateStoreContract.Fixture() {
      @Override
      public StateStore store() {
        return store;
      }

      @Override
      public void close() {
        vault.close();
      }
    };
  }

  private static LogPosition at(long index) {
    return new LogPosition(3, index);
  }

  /** A vault with checkpoints at 1 to count; the state at n has the keys 1 to n. */
  private LocalStateVault vaultWithCheckpoints(Path own, int count) {
    LocalStateVault vault = LocalStateVault.open(own, resources);
    StateStore store = vault.restore();
    for (int i = 1; i <= count; i++) {
      store.write(new StateBatch().put(bytes(i), new byte[500]));
      vault.checkpoint(at(i));
    }
    return vault;
  }

  private static int keys(StateStore store) {
    return entries(store, bytes(), null).size();
  }

  @Test
  void shouldRecoverThePreviousCheckpointFromACrashAtEveryStep() {
    for (CheckpointStep crash : CheckpointStep.values()) {
      Path own = directory.resolve("step-" + crash);
      vaultWithCheckpoints(own, 3).close();
      CheckpointStep.Observer dying =
          step -> {
            if (step == crash) {
              throw new IllegalStateException("killed after " + step);
            }
          };
      try (LocalStateVault vault = new LocalStateVault(own, resources, dying)) {
        StateStore store = vault.restore();
        store.write(new StateBatch().put(bytes(4), bytes(4)));
        assertThrows(IllegalStateException.class, () -> vault.checkpoint(at(4)));
      }
      try (LocalStateVault vault = LocalStateVault.open(own, resources)) {
        long expected = crash.compareTo(CheckpointStep.RENAMED) >= 0 ? 4 : 3;
        assertEquals(Optional.of(at(expected)), vault.newest());
        StateStore store = vault.restore();
        assertEquals(expected, keys(store));
        assertEquals(List.of(), vault.damaged());
        store.write(new StateBatch().put(bytes(5), bytes(5)));
        vault.checkpoint(at(5));
        assertEquals(expected + 1, keys(vault.restore()));
      }
    }
    System.out.println("checkpoints: killed after each of " + CheckpointStep.values().length);
  }

  @Test
  void shouldSetAsideADamagedCheckpointAndUseTheOneBefore() throws IOException {
    Path sample = directory.resolve("sample");
    vaultWithCheckpoints(sample, 3).close();
    List<String> names =
        DurableFiles.names(sample.resolve("checkpoints").resolve(CheckpointFolder.name(at(3))));
    int cases = 0;
    for (String name : names) {
      for (Damage damage : Damage.values()) {
        Path own = directory.resolve("damage" + cases++);
        copyCheckpoints(sample, own);
        Path newest = own.resolve("checkpoints").resolve(CheckpointFolder.name(at(3)));
        if (Files.exists(newest.resolve(name)) && Files.size(newest.resolve(name)) > 0) {
          damage(newest.resolve(name), damage);
          assertFallsBack(own, name + " " + damage);
          if (damage == Damage.FLIPPED) {
            assertGoesOn(own, name);
          }
        }
      }
    }
    System.out.println("checkpoints: " + cases + " kinds of damage, all set aside");
  }

  private static void copyCheckpoints(Path source, Path target) throws IOException {
    for (String checkpoint : DurableFiles.names(source.resolve("checkpoints"))) {
      Path from = source.resolve("checkpoints").resolve(checkpoint);
      Path to = Files.createDirectories(target.resolve("checkpoints").resolve(checkpoint));
      for (String name : DurableFiles.names(from)) {
        Files.copy(from.resolve(name), to.resolve(name));
      }
    }
  }

  private enum Damage {
    MISSING,
    TRUNCATED,
    LONGER,
    FLIPPED
  }

  private static void damage(Path file, Damage damage) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    switch (damage) {
      case MISSING -> {
        return;
      }
      case TRUNCATED -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
      case LONGER -> bytes = Arrays.copyOf(bytes, bytes.length + 1);
      case FLIPPED -> bytes[bytes.length / 2] ^= 16;
    }
    Files.write(file, bytes);
  }

  private static void assertFallsBack(Path own, String what) {
    try (LocalStateVault vault = LocalStateVault.open(own, resources)) {
      assertEquals(2, keys(vault.restore()), what);
      assertEquals(Optional.of(at(2)), vault.newest(), what);
      assertEquals(1, vault.damaged().size(), what);
      Path aside = vault.damaged().get(0).directory();
      assertTrue(Files.isDirectory(aside) && aside.toString().endsWith(".damaged"), what);
    }
  }

  private static void assertGoesOn(Path own, String what) {
    try (LocalStateVault vault = LocalStateVault.open(own, resources)) {
      assertEquals(1, vault.damaged().size(), what);
      vault.restore();
      vault.checkpoint(at(3));
      assertEquals(Optional.of(at(3)), vault.newest(), what);
    }
  }

  @Test
  void shouldDetectEveryTruncationAndFlipOfAManifest() {
    CheckpointManifest manifest =
        new CheckpointManifest(
            at(7), List.of(new CheckpointFile("000012.sst", 5, -2), new CheckpointFile("x", 0, 0)));
    byte[] encoded = manifest.encode();
    assertEquals(manifest, CheckpointManifest.decode(encoded));
    for (int i = 0; i < encoded.length; i++) {
      byte[] cut = Arrays.copyOf(encoded, i);
      assertThrows(IllegalArgumentException.class, () -> CheckpointManifest.decode(cut));
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = encoded.clone();
        flipped[i] ^= (byte) (1 << bit);
        assertThrows(IllegalArgumentException.class, () -> CheckpointManifest.decode(flipped));
      }
    }
    for (String name : List.of("", "..", ".", "../x", "a/b", "/etc/passwd", "a\\b", "CHECKPOINT")) {
      assertThrows(IllegalArgumentException.class, () -> new CheckpointFile(name, 1, 1), name);
    }
  }

  @Test
  void shouldKeepTwoCheckpointsAndThoseThatAreBeingSent() throws IOException {
    Path own = directory.resolve("pins");
    try (LocalStateVault vault = vaultWithCheckpoints(own, 3)) {
      assertEquals(2, DurableFiles.names(own.resolve("checkpoints")).size());
      PinnedCheckpoint pinned = vault.pinNewest().orElseThrow();
      for (int i = 4; i < 8; i++) {
        vault.checkpoint(at(i));
      }
      assertEquals(3, DurableFiles.names(own.resolve("checkpoints")).size());
      CheckpointFile file = pinned.manifest().file("CURRENT");
      assertEquals(file.sizeBytes(), pinned.read("CURRENT", 0, 1000).length);
      assertEquals(0, pinned.read("CURRENT", file.sizeBytes(), 1000).length);
      assertThrows(IllegalArgumentException.class, () -> pinned.read("../LOCK", 0, 1));
      pinned.close();
      pinned.close();
      assertEquals(2, DurableFiles.names(own.resolve("checkpoints")).size());
      assertThrows(IllegalStateException.class, () -> pinned.read("CURRENT", 0, 1));
    }
  }

  @Test
  void shouldTransferACheckpointInPiecesAndResumeAfterARestart() {
    Path target = directory.resolve("target");
    try (LocalStateVault source = vaultWithCheckpoints(directory.resolve("source"), 9);
        PinnedCheckpoint pinned = source.pinNewest().orElseThrow()) {
      CheckpointManifest manifest = CheckpointManifest.decode(pinned.manifest().encode());
      int restarts = 0;
      int pieces = 0;
      boolean complete = false;
      while (!complete) {
        try (LocalStateVault vault = LocalStateVault.open(target, resources)) {
          vault.restore();
          CheckpointReceiver receiver = vault.receive(manifest);
          for (int budget = 5; budget > 0 && !receiver.missing().isEmpty(); budget--) {
            String name = receiver.missing().get(0).name();
            long offset = receiver.offset(name);
            assertTrue(receiver.write(name, offset, pinned.read(name, offset, 700)));
            pieces++;
          }
          complete = receiver.missing().isEmpty();
          if (complete) {
            assertEquals(at(9), receiver.complete());
            assertEquals(9, keys(vault.restore()));
            assertThrows(IllegalStateException.class, () -> vault.receive(manifest));
          } else {
            assertThrows(IllegalStateException.class, receiver::complete);
          }
        }
        restarts++;
      }
      System.out.println("transfer: " + pieces + " pieces, " + restarts + " restarts");
    }
    try (LocalStateVault vault = LocalStateVault.open(target, resources)) {
      assertEquals(Optional.of(at(9)), vault.newest());
      assertEquals(9, keys(vault.restore()));
    }
  }

  @Test
  void shouldRefuseWhatDoesNotBelongToTheManifest() {
    try (LocalStateVault source = vaultWithCheckpoints(directory.resolve("source"), 2);
        PinnedCheckpoint pinned = source.pinNewest().orElseThrow();
        LocalStateVault vault = LocalStateVault.open(directory.resolve("target"), resources)) {
      CheckpointReceiver receiver = vault.receive(pinned.manifest());
      CheckpointFile file = receiver.missing().get(0);
      byte[] bytes = pinned.read(file.name(), 0, (int) file.sizeBytes());
      assertThrows(IllegalArgumentException.class, () -> receiver.write("../x", 0, bytes(1)));
      assertThrows(IllegalArgumentException.class, () -> receiver.write(file.name(), 1, bytes(1)));
      assertThrows(
          IllegalArgumentException.class,
          () -> receiver.write(file.name(), 0, new byte[bytes.length + 1]));
      bytes[0] ^= 1;
      assertEquals(false, receiver.write(file.name(), 0, bytes));
      assertEquals(0, receiver.offset(file.name()));
      bytes[0] ^= 1;
      assertTrue(receiver.write(file.name(), 0, bytes));
      assertTrue(!receiver.missing().contains(file));
    }
  }

  @Test
  void shouldKeepTwoVaultsOfOneProcessApart() {
    LocalStateVault a = vaultWithCheckpoints(directory.resolve("a"), 3);
    try (LocalStateVault b = vaultWithCheckpoints(directory.resolve("b"), 5)) {
      assertEquals(3, keys(a.restore()));
      assertEquals(5, keys(b.restore()));
      a.close();
      assertEquals(5, keys(b.restore()));
    }
  }

  @Test
  void shouldSurviveReadersWhileTheStoreIsDiscarded() throws Exception {
    try (LocalStateVault vault = vaultWithCheckpoints(directory.resolve("v"), 20)) {
      for (int round = 0; round < 20; round++) {
        StateStore store = vault.restore();
        StateCursor open = store.scan(bytes(), null);
        Thread reader = Thread.ofPlatform().name("reader").start(() -> readUntilDiscarded(store));
        vault.restore();
        reader.join();
        assertThrows(IllegalStateException.class, open::next);
        open.close();
      }
    }
  }

  private static void readUntilDiscarded(StateStore store) {
    try {
      while (true) {
        assertEquals(20, keys(store));
        assertArrayEquals(new byte[500], store.get(bytes(7)));
      }
    } catch (IllegalStateException e) {
      assertTrue(e.getMessage().contains("discarded") || e.getMessage().contains("closed"));
    }
  }

  @Test
  void shouldKeepALargeStateThroughCompactionsAndCheckpoints() {
    Path own = directory.resolve("large");
    try (LocalStateVault vault = LocalStateVault.open(own, resources)) {
      StateStore store = vault.restore();
      for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 2000; i++) {
          store.write(new StateBatch().put(bytes(i >>> 8, i, 0), new byte[1000]));
        }
        vault.checkpoint(at(round));
      }
      assertEquals(2000, keys(vault.restore()));
      assertEquals(List.of(), vault.damaged());
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenACheckpointFails() throws IOException {
    Path own = directory.resolve("failing");
    vaultWithCheckpoints(own, 2).close();
    CheckpointStep.Observer failing =
        step -> {
          if (step == CheckpointStep.LINKED) {
            throw new StorageException("no space left");
          }
        };
    try (LocalStateVault vault = new LocalStateVault(own, resources, failing)) {
      vault.restore();
      assertThrows(StorageException.class, () -> vault.checkpoint(at(3)));
      assertEquals(Optional.of(at(2)), vault.newest());
      assertEquals(2, DurableFiles.names(own.resolve("checkpoints")).size());
    }
  }

  @Test
  void shouldReportAFolderThatCannotBeUsed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    StorageException e =
        assertThrows(StorageException.class, () -> LocalStateVault.open(file, resources));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }
}
