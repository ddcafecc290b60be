package io.btrdb.node.backup;

import io.btrdb.api.cluster.PeerState;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Position;
import io.btrdb.consensus.StoppedLog;
import io.btrdb.node.cluster.DurableFile;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.local.CheckpointManifest;
import io.btrdb.storage.local.LocalSegmentStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A stopped node's data folder, read without a change to it. What has to be opened for writing is
 * copied first. Used by one thread.
 */
public final class DataFolder implements AutoCloseable {
  private final Path root;
  private final FoundingRecord founding;
  private final String node;
  private LocalSegmentStore segments;

  private DataFolder(Path root, FoundingRecord founding, String node) {
    this.root = root;
    this.founding = founding;
    this.node = node;
  }

  /**
   * @throws SeedException when it is no data folder of a cluster, or its node runs
   */
  public static DataFolder open(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    if (!Files.exists(root.resolve("FORMAT"))) {
      throw new SeedException(root + " is not a node's data folder: it has no file FORMAT");
    }
    checkStopped(root);
    FoundingRecord founding =
        FoundingRecord.load(root)
            .orElseThrow(
                () -> new SeedException("the node of " + root + " never belonged to a cluster"));
    return new DataFolder(root, founding, node(root, founding));
  }

  private static void checkStopped(Path root) {
    Path lock = root.resolve("LOCK");
    if (!Files.exists(lock) || !Files.isWritable(lock)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      if (channel.tryLock() == null) {
        throw inUse(root);
      }
    } catch (OverlappingFileLockException e) {
      throw inUse(root);
    } catch (IOException e) {
      throw new StorageException("cannot look at " + lock + ": " + e, e);
    }
  }

  private static SeedException inUse(Path root) {
    return new SeedException(root + " is in use: stop its node first");
  }

  private static String node(Path root, FoundingRecord founding) {
    String incarnation =
        new DurableFile(root.resolve("incarnation"))
            .read()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse("");
    return founding.form().getMembersList().stream()
        .map(PeerState::getPeer)
        .filter(peer -> peer.endsWith("-" + incarnation))
        .map(Identity::nodeOf)
        .findFirst()
        .orElse("a node");
  }

  public FoundingRecord founding() {
    return founding;
  }

  /** For people. */
  public String name() {
    return node + " in " + root;
  }

  public Path root() {
    return root;
  }

  /** The complete checkpoints of a group, newest first; not verified. */
  List<Path> checkpoints(GroupId group) {
    Path folder = state(group).resolve("checkpoints");
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> listed = Files.list(folder)) {
      return listed
          .filter(path -> path.getFileName().toString().matches("\\d{19}-\\d{10}"))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new StorageException("cannot list " + folder + ": " + e, e);
    }
  }

  /** A checkpoint's manifest; empty when it cannot be read. */
  static Optional<CheckpointManifest> manifest(Path checkpoint) {
    try {
      return Optional.of(
          CheckpointManifest.decode(
              Files.readAllBytes(checkpoint.resolve(BackupSource.CHECKPOINT))));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether this node had a replica of the group. */
  boolean has(GroupId group) {
    return Files.exists(state(group)) || Files.exists(raft(group));
  }

  /** How far its log and its checkpoints go. */
  Position end(GroupId group) {
    Optional<CheckpointManifest> newest =
        checkpoints(group).stream().map(DataFolder::manifest).flatMap(Optional::stream).findFirst();
    Position checkpoint =
        newest
            .map(m -> new Position(m.position().term(), m.position().index()))
            .orElse(Position.NONE);
    StoppedLog.Account log = log(group, checkpoint.index(), entry -> {});
    return log.last().equals(Position.NONE) ? checkpoint : log.last();
  }

  StoppedLog.Account log(
      GroupId group, long after, java.util.function.Consumer<io.btrdb.consensus.LogEntry> sink) {
    try {
      return StoppedLog.read(raft(group), after, sink);
    } catch (IOException e) {
      throw new StorageException("cannot read the log in " + raft(group) + ": " + e, e);
    }
  }

  /** A copy of the node's segments, made when first asked for. */
  LocalSegmentStore segments(Path copy) {
    if (segments == null) {
      try {
        Trees.delete(copy);
        Files.createDirectories(copy.getParent());
        Trees.copy(root.resolve("segments"), copy);
      } catch (IOException e) {
        throw new StorageException(
            "copying the segments of " + root + " to " + copy + " failed: " + e, e);
      }
      segments = LocalSegmentStore.open(copy);
    }
    return segments;
  }

  private Path state(GroupId group) {
    return root.resolve("state").resolve(group.toString());
  }

  private Path raft(GroupId group) {
    return root.resolve("raft").resolve(group.toString());
  }

  /** Closes the copy of the segments. */
  @Override
  public void close() {
    if (segments != null) {
      segments.close();
    }
  }
}
