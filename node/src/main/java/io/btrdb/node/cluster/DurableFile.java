package io.btrdb.node.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced as a whole and survives a crash as the old or the new one.
 *
 * <pre>
 * file := crc32c:int32be bytes
 * </pre>
 */
public final class DurableFile {
  private final Path path;

  public DurableFile(Path path) {
    this.path = path;
  }

  /** The bytes last written; empty when the file is not there. */
  public Optional<byte[]> read() {
    try {
      if (!Files.exists(path)) {
        return Optional.empty();
      }
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path));
      if (all.remaining() < Integer.BYTES) {
        throw new IllegalStateException(path + " is damaged: it is cut short");
      }
      int expected = all.getInt();
      byte[] bytes = new byte[all.remaining()];
      all.get(bytes);
      if (checksum(bytes) != expected) {
        throw new IllegalStateException(path + " is damaged: its checksum does not match");
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  public void write(byte[] bytes) {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    ByteBuffer all = ByteBuffer.allocate(Integer.BYTES + bytes.length);
    all.putInt(checksum(bytes)).put(bytes).flip();
    try {
      Files.createDirectories(path.getParent());
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        while (all.hasRemaining()) {
          channel.write(all);
        }
        channel.force(true);
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
