package io.btrdb.storage.local;

import io.btrdb.storage.LogPosition;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StateVault;
import io.btrdb.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A replica's state in RocksDB and its checkpoints on the same disk.
 *
 * <pre>
 * DIR/live/                              the database in use; worthless after a restart
 * DIR/checkpoints/&lt;index&gt;-&lt;term&gt;/        hard links to its files as they were, and CHECKPOINT
 * DIR/checkpoints/*.damaged/             set aside because they did not verify
 * DIR/incoming/&lt;index&gt;-&lt;term&gt;/           what has arrived of another replica's checkpoint
 * </pre>
 *
 * <p>RocksDB never changes a table file, so a link is a copy; its other files are small and are
 * copied. A checkpoint is built under another name, its files and manifest are synced, and then it
 * is renamed: after a crash it is complete or not there.
 *
 * <p>Threads: {@link #restore}, {@link #checkpoint} and {@link #receive} belong to the apply
 * thread; everything else may be called from any thread, beside them.
 */
public final class LocalStateVault implements StateVault {
  private static final String TABLE = ".sst";

  private final Path directory;
  private final RocksResources resources;
  private final CheckpointFolder checkpoints;
  private final CheckpointStep.Observer observer;
  private RocksStateStore live;
  private boolean closed;

  LocalStateVault(Path directory, RocksResources resources, CheckpointStep.Observer observer) {
    this.directory = directory;
    this.resources = resources;
    this.observer = observer;
    try {
      checkpoints = new CheckpointFolder(directory.resolve("checkpoints"));
    } catch (IOException e) {
      throw DurableFiles.failed("opening state in", directory, e);
    }
  }

  /**
   * Opens a vault in a directory, which is created when it is not there. The resources stay the
   * caller's and must outlive it.
   *
   * @throws StorageException when the disk fails
   */
  public static LocalStateVault open(Path directory, RocksResources resources) {
    return new LocalStateVault(directory, resources, CheckpointStep.Observer.NONE);
  }

  /** {@inheritDoc} Reads every byte of the checkpoint; one that does not verify is set aside. */
  @Override
  public StateStore restore() {
    checkOpen();
    closeLive();
    Path liveDirectory = directory.resolve("live");
    try {
      DurableFiles.deleteTree(liveDirectory);
      Optional<CheckpointManifest> source = checkpoints.newestVerified();
      if (source.isPresent()) {
        linkLive(source.get(), liveDirectory);
      } else {
        Files.createDirectories(liveDirectory);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("restoring state in", directory, e);
    }
    live = new RocksStateStore(liveDirectory, resources);
    return live;
  }

  @Override
  public Optional<LogPosition> newest() {
    return manifest().map(CheckpointManifest::position);
  }

  @Override
  public Optional<LogPosition> oldest() {
    return checkpoints.oldest();
  }

  /** Manifest of the newest complete checkpoint. */
  public Optional<CheckpointManifest> manifest() {
    return checkpoints.newest();
  }

  /** Checkpoints that did not verify; not empty is a reason for an alarm. */
  public List<DamagedCheckpoint> damaged() {
    return checkpoints.damaged();
  }

  /** {@inheritDoc} At the position of the newest one there is nothing to do. */
  @Override
  public void checkpoint(LogPosition position) {
    checkOpen();
    if (live == null) {
      throw new IllegalStateException("there is no live state to checkpoint, restore first");
    }
    Optional<CheckpointManifest> before = manifest();
    if (before.isPresent()) {
      int order = position.compareTo(before.get().position());
      if (order < 0 || (order == 0 && !position.equals(before.get().position()))) {
        throw new IllegalStateException(
            "checkpoint at " + position + " would come before the one at " + newest().get());
      }
      if (order == 0) {
        return;
      }
    }
    try {
      build(position, before);
    } catch (IOException e) {
      throw dropUnfinished(position, DurableFiles.failed("checkpoint of", directory, e));
    } catch (StorageException e) {
      throw dropUnfinished(position, e);
    }
  }

  /** Keeps the newest checkpoint from being deleted while it is sent; close the handle after. */
  public Optional<PinnedCheckpoint> pinNewest() {
    while (true) {
      Optional<CheckpointManifest> newest = manifest();
      if (newest.isEmpty() || checkpoints.pin(newest.get().position())) {
        return newest.map(manifest -> new PinnedCheckpoint(checkpoints, manifest));
      }
    }
  }

  /**
   * Starts or resumes receiving another replica's checkpoint. What had arrived of another one is
   * dropped. One receiver at a time.
   *
   * @throws IllegalStateException when an own checkpoint is as new
   */
  public CheckpointReceiver receive(CheckpointManifest manifest) {
    checkOpen();
    CheckpointReceiver.checkNewer(checkpoints, manifest);
    try {
      return new CheckpointReceiver(directory.resolve("incoming"), manifest, checkpoints);
    } catch (IOException e) {
      throw DurableFiles.failed("receiving a checkpoint in", directory, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    closeLive();
  }

  private void build(LogPosition position, Optional<CheckpointManifest> before) throws IOException {
    Path unfinished = checkpoints.temporary(position);
    DurableFiles.deleteTree(unfinished);
    DurableFiles.deleteTree(unfinished.resolveSibling(unfinished.getFileName() + ".tmp"));
    live.flush();
    observer.reached(CheckpointStep.FLUSHED);
    live.linkTo(unfinished);
    observer.reached(CheckpointStep.LINKED);
    CheckpointManifest manifest = describe(unfinished, position, before);
    for (CheckpointFile file : manifest.files()) {
      DurableFiles.sync(unfinished.resolve(file.name()));
    }
    observer.reached(CheckpointStep.FILES_SYNCED);
    DurableFiles.replace(unfinished.resolve(CheckpointManifest.FILE_NAME), manifest.encode());
    observer.reached(CheckpointStep.MANIFEST_WRITTEN);
    checkpoints.install(unfinished, manifest);
    observer.reached(CheckpointStep.RENAMED);
    checkpoints.prune();
    observer.reached(CheckpointStep.PRUNED);
  }

  /** Its links would keep dead tables on a disk that may just have run full. */
  private StorageException dropUnfinished(LogPosition position, StorageException failure) {
    try {
      DurableFiles.deleteTree(checkpoints.temporary(position));
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private CheckpointManifest describe(
      Path unfinished, LogPosition position, Optional<CheckpointManifest> before)
      throws IOException {
    List<CheckpointFile> files = new ArrayList<>();
    for (String name : DurableFiles.names(unfinished)) {
      Path path = unfinished.resolve(name);
      Optional<CheckpointFile> known =
          before.isPresent() ? sameTable(before.get(), name, path) : Optional.empty();
      files.add(
          known.isPresent()
              ? known.get()
              : new CheckpointFile(name, Files.size(path), DurableFiles.crc32c(path)));
    }
    return new CheckpointManifest(position, files);
  }

  /** A table that the checkpoint before links as well need not be read again for its checksum. */
  private Optional<CheckpointFile> sameTable(CheckpointManifest before, String name, Path path)
      throws IOException {
    Path other = checkpoints.directory(before.position()).resolve(name);
    if (!name.endsWith(TABLE) || !Files.exists(other)) {
      return Optional.empty();
    }
    // The same name is not enough: after a restore RocksDB numbers new tables from there again.
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    Object otherKey = Files.readAttributes(other, BasicFileAttributes.class).fileKey();
    return key != null && Objects.equals(key, otherKey)
        ? Optional.of(before.file(name))
        : Optional.empty();
  }

  private void linkLive(CheckpointManifest manifest, Path liveDirectory) throws IOException {
    Path source = checkpoints.directory(manifest.position());
    Files.createDirectories(liveDirectory);
    for (CheckpointFile file : manifest.files()) {
      Path target = liveDirectory.resolve(file.name());
      if (file.name().endsWith(TABLE)) {
        Files.createLink(target, source.resolve(file.name()));
      } else {
        Files.copy(source.resolve(file.name()), target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void closeLive() {
    if (live != null) {
      live.close();
      live = null;
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("state vault in " + directory + " is closed");
    }
  }
}
