package io.btrdb.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of its own, in a file, mounted over a folder. Needs root and loop devices. */
final class SmallDisk implements AutoCloseable {
  private static final long MEBI = 1 << 20;

  private final Path image;
  private final Path folder;

  /** For a test that ends before it can close. */
  private final Thread lastResort = new Thread(this::unmount);

  private SmallDisk(Path image, Path folder) {
    this.image = image;
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /**
   * Makes an ext4 file system and mounts it over a folder, made when missing.
   *
   * @throws IOException when this machine does not let us
   */
  static SmallDisk mount(Path folder, long mebibytes) throws IOException {
    Files.createDirectories(folder);
    Path image = Files.createTempFile("btrdb-disk-", ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(mebibytes * MEBI);
    }
    try {
      run("mkfs.ext4", "-q", "-m", "0", image.toString());
      run("mount", "-o", "loop", image.toString(), folder.toString());
    } catch (IOException e) {
      Files.delete(image);
      throw e;
    }
    return new SmallDisk(image, folder);
  }

  /** Whether this machine lets us mount. */
  static boolean isPossible() {
    try {
      Path folder = Files.createTempDirectory("btrdb-mount-");
      mount(folder, 8).close();
      Files.delete(folder);
      return true;
    } catch (IOException e) {
      System.out.println("no file system can be mounted here: " + e.getMessage());
      return false;
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + ": " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + command[0], e);
    }
  }

  long freeMebibytes() throws IOException {
    FileStore store = Files.getFileStore(folder);
    return store.getUsableSpace() / MEBI;
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  /** Takes space away until so much is left, 0 for none at all. */
  void fillUpTo(long mebibytesLeft) throws IOException {
    byte[] piece = new byte[64 << 10];
    try (RandomAccessFile file = new RandomAccessFile(ballast().toFile(), "rw")) {
      file.seek(file.length());
      while (mebibytesLeft == 0 || freeMebibytes() > mebibytesLeft) {
        file.write(piece);
      }
    } catch (IOException e) {
      if (mebibytesLeft != 0) {
        throw e;
      }
    }
  }

  /** Gives all the space back. */
  void empty() throws IOException {
    Files.deleteIfExists(ballast());
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(lastResort);
    unmount();
  }

  private void unmount() {
    try {
      run("umount", "-l", folder.toString());
      Files.delete(image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
