package io.btrdb.storage.local;

import io.btrdb.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node's data folder, held exclusively while this is open.
 *
 * <pre>
 * DIR/LOCK      locked by the process that holds the folder; its process id in decimal
 * DIR/FORMAT    "btrdb-data 1\n": the version of the folder's layout
 * </pre>
 *
 * <p>Threads: any. Closing twice is harmless.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "LOCK";

  /** What ext4 puts into the root of a file system: the folder may be a mount point. */
  private static final String LOST_AND_FOUND = "lost+found";

  private static final String FORMAT = "FORMAT";
  private static final String FORMAT_TEXT = "btrdb-data 1\n";
  private static final int PID_BYTES_MAX = 32;

  /**
   * Folders held by this process. Needed because the operating system's lock is the process's:
   * opening and closing the lock file a second time here would silently give it up.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel lock;

  private DataDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Takes a folder, creating it when it is not there.
   *
   * @throws StorageException when another process (which is named) or this one holds it, when it is
   *     of another format or not a data folder, or when the disk fails; the message is for people
   */
  public static DataDirectory open(Path folder) {
    try {
      DurableFiles.createDirectories(folder);
      Path root = folder.toRealPath();
      if (!HELD.add(root)) {
        throw held(root, "this process, pid " + ProcessHandle.current().pid());
      }
      try {
        return lockAndCheck(root);
      } catch (IOException | RuntimeException e) {
        HELD.remove(root);
        throw e;
      }
    } catch (IOException e) {
      throw DurableFiles.failed("opening data folder", folder, e);
    }
  }

  /** The folder's real path. */
  public Path path() {
    return root;
  }

  /** Bytes that this process can still write to the folder's file system. */
  public long freeBytes() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw DurableFiles.failed("asking for the free space of", root, e);
    }
  }

  /** Size of the folder's file system in bytes. */
  public long totalBytes() {
    try {
      return Files.getFileStore(root).getTotalSpace();
    } catch (IOException e) {
      throw DurableFiles.failed("asking for the size of", root, e);
    }
  }

  @Override
  public void close() {
    try {
      if (lock.isOpen()) {
        lock.close();
        HELD.remove(root);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("releasing data folder", root, e);
    }
  }

  private static DataDirectory lockAndCheck(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve(LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw held(root, "another process, pid " + readPid(channel));
      }
      writePid(channel);
      checkFormat(root);
      return new DataDirectory(root, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void checkFormat(Path root) throws IOException {
    Path format = root.resolve(FORMAT);
    if (Files.exists(format)) {
      String found = Files.readString(format);
      if (!found.equals(FORMAT_TEXT)) {
        throw new StorageException(
            root
                + " has the format \""
                + found.strip()
                + "\", this release knows \""
                + FORMAT_TEXT.strip()
                + "\" only");
      }
      return;
    }
    List<String> others =
        DurableFiles.names(root).stream()
            .filter(name -> !name.equals(LOCK) && !name.equals(FORMAT + ".tmp"))
            .filter(name -> !name.equals(LOST_AND_FOUND))
            .toList();
    if (!others.isEmpty()) {
      throw new StorageException(
          root + " is not a BTrDB data folder and not empty (it has " + others.get(0) + ")");
    }
    DurableFiles.replace(format, FORMAT_TEXT.getBytes(StandardCharsets.US_ASCII));
  }

  private static String readPid(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(PID_BYTES_MAX);
    int length = Math.max(0, channel.read(pid, 0));
    return new String(pid.array(), 0, length, StandardCharsets.US_ASCII).strip();
  }

  private static void writePid(FileChannel channel) throws IOException {
    String pid = ProcessHandle.current().pid() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  private static StorageException held(Path root, String holder) {
    return new StorageException("data folder " + root + " is in use by " + holder);
  }
}
