package io.btrdb.storage.local;

import io.btrdb.storage.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The complete checkpoints of one vault: {@code <index>-<term>/} each, with a manifest. A directory
 * gets such a name only when all in it is on the disk. Directories of other names are leftovers of
 * a crash, {@code *.damaged} ones are kept for people.
 *
 * <p>Threads: any.
 */
final class CheckpointFolder {
  static final int KEPT = 2;

  private static final String COMPLETE = "\\d{19}-\\d{10}";
  private static final String TEMPORARY = "unfinished-";
  private static final String DAMAGED = ".damaged";

  private final Path folder;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by {@link #lock}, as are the others. */
  private final TreeMap<LogPosition, CheckpointManifest> complete =
      new TreeMap<>(Comparator.naturalOrder());

  private final Map<LogPosition, Integer> pins = new HashMap<>();
  private final List<DamagedCheckpoint> damaged = new ArrayList<>();

  CheckpointFolder(Path folder) throws IOException {
    this.folder = folder;
    DurableFiles.createDirectories(folder);
    for (String name : DurableFiles.names(folder)) {
      Path directory = folder.resolve(name);
      if (name.matches(COMPLETE)) {
        load(directory);
      } else if (name.endsWith(DAMAGED)) {
        damaged.add(new DamagedCheckpoint(directory, "set aside before this start"));
      } else if (name.startsWith(TEMPORARY)) {
        DurableFiles.deleteTree(directory);
      }
    }
  }

  static String name(LogPosition position) {
    return String.format("%019d-%010d", position.index(), position.term());
  }

  Path directory(LogPosition position) {
    return folder.resolve(name(position));
  }

  Path temporary(LogPosition position) {
    return folder.resolve(TEMPORARY + name(position));
  }

  Optional<CheckpointManifest> newest() {
    lock.lock();
    try {
      return complete.isEmpty() ? Optional.empty() : Optional.of(complete.lastEntry().getValue());
    } finally {
      lock.unlock();
    }
  }

  /** The oldest one, be it one of the newest or pinned. */
  Optional<LogPosition> oldest() {
    lock.lock();
    try {
      return complete.isEmpty() ? Optional.empty() : Optional.of(complete.firstKey());
    } finally {
      lock.unlock();
    }
  }

  List<DamagedCheckpoint> damaged() {
    lock.lock();
    try {
      return List.copyOf(damaged);
    } finally {
      lock.unlock();
    }
  }

  /** Gives a directory whose files and manifest are on the disk its name. */
  void install(Path source, CheckpointManifest manifest) throws IOException {
    lock.lock();
    try {
      Path target = directory(manifest.position());
      DurableFiles.sync(source);
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.sync(folder);
      complete.put(manifest.position(), manifest);
    } finally {
      lock.unlock();
    }
  }

  /** Deletes all but the newest ones and those that are pinned. */
  void prune() throws IOException {
    lock.lock();
    try {
      List<LogPosition> oldestFirst = List.copyOf(complete.keySet());
      for (int i = 0; i < oldestFirst.size() - KEPT; i++) {
        LogPosition position = oldestFirst.get(i);
        if (!pins.containsKey(position)) {
          discard(directory(position));
          complete.remove(position);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The newest checkpoint whose every byte is right; those above it are set aside. */
  Optional<CheckpointManifest> newestVerified() throws IOException {
    lock.lock();
    try {
      while (!complete.isEmpty()) {
        CheckpointManifest candidate = complete.lastEntry().getValue();
        Path directory = directory(candidate.position());
        Optional<String> fault = fault(directory, candidate, true);
        if (fault.isEmpty()) {
          return Optional.of(candidate);
        }
        complete.pollLastEntry();
        setAside(directory, fault.get());
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Keeps a checkpoint from being deleted until it is unpinned as often; false when not there. */
  boolean pin(LogPosition position) {
    lock.lock();
    try {
      boolean present = complete.containsKey(position);
      if (present) {
        pins.merge(position, 1, Integer::sum);
      }
      return present;
    } finally {
      lock.unlock();
    }
  }

  void unpin(LogPosition position) throws IOException {
    lock.lock();
    try {
      pins.computeIfPresent(position, (p, count) -> count == 1 ? null : count - 1);
      prune();
    } finally {
      lock.unlock();
    }
  }

  /** What is wrong with a checkpoint's files: sizes, and when {@code deep} their checksums. */
  static Optional<String> fault(Path directory, CheckpointManifest manifest, boolean deep)
      throws IOException {
    for (CheckpointFile file : manifest.files()) {
      Path path = directory.resolve(file.name());
      if (!Files.isRegularFile(path)) {
        return Optional.of(file.name() + " is missing");
      }
      if (Files.size(path) != file.sizeBytes()) {
        return Optional.of(
            file.name() + " has " + Files.size(path) + " bytes, not " + file.sizeBytes());
      }
      if (deep && DurableFiles.crc32c(path) != file.crc32c()) {
        return Optional.of("checksum of " + file.name() + " does not match");
      }
    }
    return Optional.empty();
  }

  private void load(Path directory) throws IOException {
    CheckpointManifest manifest;
    try {
      Path file = directory.resolve(CheckpointManifest.FILE_NAME);
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException("it has no manifest");
      }
      manifest = CheckpointManifest.decode(Files.readAllBytes(file));
      if (!directory.equals(directory(manifest.position()))) {
        throw new IllegalArgumentException("its manifest is of " + manifest.position());
      }
    } catch (IllegalArgumentException e) {
      setAside(directory, String.valueOf(e.getMessage()));
      return;
    }
    Optional<String> fault = fault(directory, manifest, false);
    if (fault.isPresent()) {
      setAside(directory, fault.get());
    } else {
      complete.put(manifest.position(), manifest);
    }
  }

  private void setAside(Path directory, String what) throws IOException {
    Path target = directory.resolveSibling(directory.getFileName() + DAMAGED);
    for (int i = 2; Files.exists(target); i++) {
      target = directory.resolveSibling(directory.getFileName() + "." + i + DAMAGED);
    }
    Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.sync(folder);
    damaged.add(new DamagedCheckpoint(target, what));
  }

  /** Renames first, so that a crash in the middle leaves no half checkpoint of a good name. */
  private void discard(Path directory) throws IOException {
    Path leaving = folder.resolve(TEMPORARY + "deleted-" + directory.getFileName());
    Files.move(directory, leaving, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.sync(folder);
    DurableFiles.deleteTree(leaving);
  }
}
