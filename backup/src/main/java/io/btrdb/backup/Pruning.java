package io.btrdb.backup;

import io.btrdb.backup.BackupManifest.Group;
import io.btrdb.storage.SegmentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Deletes old backups. Manifests go first and durably, so that a crash leaves files that nobody
 * needs and never a backup that lacks some. A manifest that cannot be read stops it: what that
 * backup needs is unknown.
 */
final class Pruning {
  private final BackupFolder folder;
  private final Path root;
  private long files;
  private long bytes;

  Pruning(BackupFolder folder, Path root) {
    this.folder = folder;
    this.root = root;
  }

  BackupFolder.Pruned run(int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("at least one backup is kept, not " + keep);
    }
    List<String> ids = folder.ids();
    List<String> leaving = ids.subList(0, Math.max(0, ids.size() - keep));
    Set<Path> needed = new HashSet<>();
    for (String id : ids.subList(leaving.size(), ids.size())) {
      collect(folder.read(id), needed);
    }
    try {
      for (String id : leaving) {
        Files.delete(folder.manifestFile(id));
      }
      if (!leaving.isEmpty()) {
        DurableWrites.sync(root.resolve("backups"));
      }
      deleteOthers(root.resolve("state"), needed);
      deleteOthers(root.resolve("segments"), needed);
    } catch (IOException e) {
      throw BackupException.failed("pruning", root, e);
    }
    return new BackupFolder.Pruned(List.copyOf(leaving), files, bytes);
  }

  private void collect(BackupManifest manifest, Set<Path> needed) {
    for (Group group : manifest.groups()) {
      group.files().forEach(file -> needed.add(root.resolve("state").resolve(file.sha256())));
      group
          .range()
          .ifPresent(
              range ->
                  group
                      .segments()
                      .forEach(
                          segment ->
                              needed.add(
                                  folder.segmentFile(
                                      manifest.cluster(),
                                      new SegmentId(range.shard(), segment.number())))));
    }
  }

  private void deleteOthers(Path directory, Set<Path> needed) throws IOException {
    if (Files.notExists(directory)) {
      return;
    }
    List<Path> there;
    try (Stream<Path> walked = Files.walk(directory)) {
      there = new ArrayList<>(walked.filter(Files::isRegularFile).toList());
    }
    for (Path file : there) {
      if (!needed.contains(file)) {
        bytes += Files.size(file);
        files++;
        Files.delete(file);
      }
    }
  }
}
