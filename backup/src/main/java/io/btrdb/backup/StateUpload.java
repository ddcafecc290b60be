package io.btrdb.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * One file of a state on its way into a folder, front to back. Close it; without {@link #finish}
 * nothing stays. Used by one thread.
 */
public final class StateUpload implements AutoCloseable {
  private final Path folder;
  private final DurableWrites writes;
  private final Path draft;
  private final FileChannel channel;
  private final MessageDigest digest = Sha256.start();
  private long size;
  private boolean finished;

  StateUpload(Path folder, DurableWrites writes) throws IOException {
    this.folder = folder;
    this.writes = writes;
    this.draft = writes.draft(folder.resolve("incoming-" + ProcessHandle.current().pid()));
    this.channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  public long size() {
    return size;
  }

  public void write(byte[] bytes) {
    try {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      while (source.hasRemaining()) {
        channel.write(source);
      }
    } catch (IOException e) {
      throw BackupException.failed("writing", draft, e);
    }
    digest.update(bytes);
    size += bytes.length;
  }

  /** The file is whole. It is kept once, however often it comes. */
  public BackupManifest.StateFile finish(String name) {
    String sha256 = Sha256.text(digest);
    try {
      channel.force(true);
      channel.close();
      writes.name(draft, folder.resolve(sha256));
    } catch (IOException e) {
      throw BackupException.failed("writing", draft, e);
    }
    finished = true;
    return new BackupManifest.StateFile(name, size, sha256);
  }

  @Override
  public void close() {
    if (!finished) {
      try {
        channel.close();
        Files.deleteIfExists(draft);
      } catch (IOException e) {
        throw BackupException.failed("dropping", draft, e);
      }
    }
  }
}
