package io.btrdb.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files that are there as a whole or not at all. A file's bytes are synced before it gets its name;
 * the names themselves are made to last all at once, by {@link #settle}. Thread-safe.
 */
final class DurableWrites {
  static final String UNFINISHED = ".unfinished";

  /** Directories with new names that a crash could still take. */
  private final Set<Path> unsettled = ConcurrentHashMap.newKeySet();

  void write(Path file, byte[] bytes) throws IOException {
    Path draft = draft(file);
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      while (source.hasRemaining()) {
        channel.write(source);
      }
      channel.force(true);
    } catch (IOException e) {
      discard(draft, e);
      throw e;
    }
    name(draft, file);
  }

  /** Where a file's bytes are gathered; its directory is made. */
  Path draft(Path file) throws IOException {
    createDirectories(file.getParent());
    return file.resolveSibling(file.getFileName() + UNFINISHED);
  }

  /** Gives a draft whose bytes are synced its name. */
  void name(Path draft, Path file) throws IOException {
    createDirectories(file.getParent());
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    unsettled.add(file.getParent());
  }

  void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.toAbsolutePath().getParent();
      createDirectories(parent);
      Files.createDirectories(directory);
      unsettled.add(parent);
    }
  }

  /** After this returns, every file named before lasts. */
  void settle() throws IOException {
    for (Path directory : Set.copyOf(unsettled)) {
      sync(directory);
      unsettled.remove(directory);
    }
  }

  /** On a full disk the half of a file is of no use, and in the way. */
  static void discard(Path draft, IOException failure) {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
