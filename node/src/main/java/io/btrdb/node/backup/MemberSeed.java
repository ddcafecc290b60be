package io.btrdb.node.backup;

import io.btrdb.consensus.Position;
import io.btrdb.consensus.SeededGroup;
import io.btrdb.node.cluster.DurableFile;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.replica.HeldGroups;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.CheckpointReceiver;
import io.btrdb.storage.local.DataDirectory;
import io.btrdb.storage.local.LocalSegmentStore;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.storage.local.PinnedCheckpoint;
import io.btrdb.storage.local.RocksResources;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The data folder of one first member, made beside its place and moved there when it is whole:
 *
 * <pre>
 * DATA.seeding/   becomes DATA/; as if the node had stopped just after a checkpoint of all its groups
 * </pre>
 */
final class MemberSeed implements AutoCloseable {
  private static final int PIECE_BYTES = 1 << 20;

  private final String node;
  private final Path target;
  private final Path draft;
  private final RocksResources rocks;
  private final DataDirectory folder;
  private final LocalSegmentStore segments;

  MemberSeed(String node, Path target, RocksResources rocks) throws IOException {
    this.node = node;
    this.target = target.toAbsolutePath().normalize();
    this.draft = this.target.resolveSibling(this.target.getFileName() + ".seeding");
    this.rocks = rocks;
    checkUnused(this.target);
    Trees.delete(draft);
    this.folder = DataDirectory.open(draft);
    this.segments = LocalSegmentStore.open(draft.resolve("segments"));
  }

  private static void checkUnused(Path target) throws IOException {
    if (Files.exists(target)) {
      try (Stream<Path> entries = Files.list(target)) {
        if (entries.findAny().isPresent()) {
          throw new SeedException(
              target + " is not empty: a cluster is made in empty folders only");
        }
      }
    }
  }

  boolean holds(FoundingRecord.Group group) {
    return group.isOn(node);
  }

  void put(SegmentId id, byte[] segment) {
    segments.put(id, segment);
  }

  /**
   * Lays down this member's replica of a group, whose state is the newest checkpoint of a vault.
   */
  void plant(FoundingRecord.Group group, LocalStateVault source) throws IOException {
    LogPosition at;
    try (LocalStateVault vault =
            LocalStateVault.open(draft.resolve("state").resolve(group.id().toString()), rocks);
        PinnedCheckpoint checkpoint = source.pinNewest().orElseThrow()) {
      CheckpointReceiver receiver = vault.receive(checkpoint.manifest());
      for (CheckpointFile file : checkpoint.manifest().files()) {
        for (long offset = 0; offset < file.sizeBytes(); offset += PIECE_BYTES) {
          if (!receiver.write(
              file.name(), offset, checkpoint.read(file.name(), offset, PIECE_BYTES))) {
            throw new SeedException(file.name() + " was damaged while it was copied");
          }
        }
      }
      at = receiver.complete();
    }
    SeededGroup.write(
        draft.resolve("raft"), group.id(), group.voters(), new Position(at.term(), at.index()));
  }

  /** Says whose the folder is. Last: only now a node would start from it. */
  void sign(FoundingRecord founding, String incarnation) {
    segments.sync();
    new DurableFile(draft.resolve("incarnation"))
        .write(incarnation.getBytes(StandardCharsets.UTF_8));
    HeldGroups.load(draft, new Identity(node, incarnation))
        .putAll(
            founding.groups().stream().filter(this::holds).map(FoundingRecord.Group::id).toList(),
            HeldGroups.State.HELD);
    founding.store(draft);
  }

  /** Moves the folder to its place. */
  void settle() throws IOException {
    close();
    Files.deleteIfExists(draft.resolve("LOCK"));
    Files.deleteIfExists(target);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  /** Closes the files; harmless when done before. */
  @Override
  public void close() {
    segments.close();
    folder.close();
  }

  /** Leaves nothing behind. */
  void drop() throws IOException {
    close();
    Trees.delete(draft);
  }
}
