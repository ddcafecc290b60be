package io.btrdb.storage.local;

import io.btrdb.storage.LogPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Receives another replica's checkpoint file by file, in any order, each file front to back. What
 * has arrived survives a restart: a receiver for the same manifest goes on where the last one
 * stopped.
 *
 * <p>Used by one thread.
 */
public final class CheckpointReceiver {
  private final Path incoming;
  private final CheckpointManifest manifest;
  private final CheckpointFolder target;

  /** Files known to be whole and right. */
  private final Set<String> arrived = new HashSet<>();

  private boolean completed;

  CheckpointReceiver(Path incomingFolder, CheckpointManifest manifest, CheckpointFolder target)
      throws IOException {
    this.incoming = incomingFolder.resolve(CheckpointFolder.name(manifest.position()));
    this.manifest = manifest;
    this.target = target;
    DurableFiles.createDirectories(incomingFolder);
    for (String name : DurableFiles.names(incomingFolder)) {
      if (!name.equals(incoming.getFileName().toString())) {
        DurableFiles.deleteTree(incomingFolder.resolve(name));
      }
    }
    if (!isSameManifest()) {
      DurableFiles.deleteTree(incoming);
      DurableFiles.createDirectories(incoming);
      DurableFiles.replace(manifestFile(), manifest.encode());
    }
    for (CheckpointFile file : manifest.files()) {
      settle(file);
    }
  }

  public CheckpointManifest manifest() {
    return manifest;
  }

  /** Files that are still to be sent, whole or from their {@link #offset} on. */
  public List<CheckpointFile> missing() {
    return manifest.files().stream().filter(file -> !arrived.contains(file.name())).toList();
  }

  /** How many bytes of a file are here; its next bytes start there. */
  public long offset(String name) {
    return onDisk("reading", path(manifest.file(name)), path -> size(path));
  }

  /**
   * Takes the next bytes of a file.
   *
   * @param offset must be the file's {@link #offset}
   * @throws IllegalArgumentException when the bytes do not follow, exceed the file or are of none
   * @return false when the file became complete but does not verify: it was dropped, send it again
   */
  public boolean write(String name, long offset, byte[] bytes) {
    CheckpointFile file = manifest.file(name);
    checkReceiving();
    if (offset != offset(name) || bytes.length > file.sizeBytes() - offset) {
      throw new IllegalArgumentException(
          String.format(
              "%s has %d of %d bytes, %d bytes at %d do not follow",
              name, offset(name), file.sizeBytes(), bytes.length, offset));
    }
    return onDisk(
        "receiving",
        path(file),
        path -> {
          append(path, bytes);
          return offset + bytes.length < file.sizeBytes() || settle(file);
        });
  }

  /**
   * Verifies all of it and makes it the vault's newest checkpoint, in one step. Restore the vault
   * next: its live state is older.
   *
   * @throws IllegalStateException when files are missing, or the vault has a newer checkpoint by
   *     now
   */
  public LogPosition complete() {
    checkReceiving();
    List<CheckpointFile> missing = missing();
    if (!missing.isEmpty()) {
      throw new IllegalStateException("the checkpoint still lacks " + missing.get(0).name());
    }
    checkNewer(target, manifest);
    return onDisk(
        "completing",
        incoming,
        path -> {
          Optional<String> fault = CheckpointFolder.fault(path, manifest, true);
          if (fault.isPresent()) {
            arrived.clear();
            for (CheckpointFile file : manifest.files()) {
              settle(file);
            }
            throw new IOException(fault.get());
          }
          for (CheckpointFile file : manifest.files()) {
            DurableFiles.sync(path(file));
          }
          target.install(path, manifest);
          completed = true;
          target.prune();
          return manifest.position();
        });
  }

  /** Refuses a checkpoint that would not be the newest. */
  static void checkNewer(CheckpointFolder folder, CheckpointManifest manifest) {
    folder
        .newest()
        .filter(own -> own.position().compareTo(manifest.position()) >= 0)
        .ifPresent(
            own -> {
              throw new IllegalStateException(
                  "own checkpoint at "
                      + own.position()
                      + " is not older than "
                      + manifest.position());
            });
  }

  private interface DiskCall<T> {
    T run(Path path) throws IOException;
  }

  private static <T> T onDisk(String what, Path path, DiskCall<T> call) {
    try {
      return call.run(path);
    } catch (IOException e) {
      throw DurableFiles.failed(what, path, e);
    }
  }

  private Path path(CheckpointFile file) {
    return incoming.resolve(file.name());
  }

  private Path manifestFile() {
    return incoming.resolve(CheckpointManifest.FILE_NAME);
  }

  private boolean isSameManifest() throws IOException {
    if (!Files.isRegularFile(manifestFile())) {
      return false;
    }
    return Arrays.equals(Files.readAllBytes(manifestFile()), manifest.encode());
  }

  private static long size(Path path) throws IOException {
    return Files.exists(path) ? Files.size(path) : 0;
  }

  private static void append(Path path, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      while (source.hasRemaining()) {
        channel.write(source);
      }
    }
  }

  /** Accepts a file that has its full length and checksum, drops one that has the length only. */
  private boolean settle(CheckpointFile file) throws IOException {
    Path path = path(file);
    if (file.sizeBytes() == 0 && !Files.exists(path)) {
      Files.createFile(path);
    }
    long size = size(path);
    if (size < file.sizeBytes()) {
      return true;
    }
    if (size == file.sizeBytes() && DurableFiles.crc32c(path) == file.crc32c()) {
      arrived.add(file.name());
      return true;
    }
    Files.delete(path);
    return false;
  }

  private void checkReceiving() {
    if (completed) {
      throw new IllegalStateException("checkpoint at " + manifest.position() + " is complete");
    }
  }
}
