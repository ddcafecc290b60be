package io.btrdb.storage.local;

import io.btrdb.storage.LogPosition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A checkpoint that stays on the disk until this is closed, for sending it to another replica.
 * Holds no file open. Any thread may use it; closing twice is harmless.
 */
public final class PinnedCheckpoint implements AutoCloseable {
  private final CheckpointFolder folder;
  private final CheckpointManifest manifest;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** The checkpoint must have been pinned for this handle. */
  PinnedCheckpoint(CheckpointFolder folder, CheckpointManifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  public CheckpointManifest manifest() {
    return manifest;
  }

  public LogPosition position() {
    return manifest.position();
  }

  /**
   * Bytes [offset, offset + length) of a file, fewer at its end, none behind it.
   *
   * @param name one of the manifest's; any other is an {@link IllegalArgumentException}
   */
  public byte[] read(String name, long offset, int length) {
    Path path = path(name);
    long rest = manifest.file(name).sizeBytes() - offset;
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("no bytes " + offset + " + " + length + " of " + name);
    }
    ByteBuffer target = ByteBuffer.allocate((int) Math.max(0, Math.min(length, rest)));
    try (FileChannel source = FileChannel.open(path, StandardOpenOption.READ)) {
      while (target.hasRemaining()) {
        if (source.read(target, offset + target.position()) < 0) {
          throw new IOException("the file ends early");
        }
      }
    } catch (IOException e) {
      throw DurableFiles.failed("reading", path, e);
    }
    return target.array();
  }

  /** A file's bytes from {@code offset} on; the stream is the caller's to close. */
  public InputStream open(String name, long offset) {
    Path path = path(name);
    try {
      FileChannel source = FileChannel.open(path, StandardOpenOption.READ);
      source.position(offset);
      return Channels.newInputStream(source);
    } catch (IOException e) {
      throw DurableFiles.failed("reading", path, e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        folder.unpin(manifest.position());
      } catch (IOException e) {
        throw DurableFiles.failed("releasing", folder.directory(manifest.position()), e);
      }
    }
  }

  private Path path(String name) {
    if (closed.get()) {
      throw new IllegalStateException("checkpoint at " + position() + " is no longer pinned");
    }
    return folder.directory(position()).resolve(manifest.file(name).name());
  }
}
