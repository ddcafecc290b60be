package io.btrdb.storage.local;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One extent file.
 *
 * <p>Threads: {@link #read} from any; everything else under the lock of the shard's log, except
 * {@link #sync}, which runs beside appends.
 */
final class Extent {
  private final int sequence;
  private final Path path;
  private final AppendFile file;
  private final ReentrantLock channelLock = new ReentrantLock();

  /** Opened again when an interrupted reader has closed it. Guarded by {@link #channelLock}. */
  private volatile FileChannel channel;

  private volatile boolean closed;

  /** End of the last whole record. */
  private long end;

  /** Below this offset all is on the disk. */
  private volatile long synced;

  /** Puts in this extent that are the current copy of their segment. */
  private int live;

  /** Bytes of their segments. */
  private long liveBytes;

  /** Whether the current copy of a segment that was here is in another extent. */
  private boolean superseded;

  Extent(int sequence, Path path, AppendFile.Opener opener) throws IOException {
    this.sequence = sequence;
    this.path = path;
    this.file = opener.open(path);
    try {
      this.channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  int sequence() {
    return sequence;
  }

  Path path() {
    return path;
  }

  long end() {
    return end;
  }

  long synced() {
    return synced;
  }

  boolean isDirty() {
    return synced < end;
  }

  boolean isClosed() {
    return closed;
  }

  int live() {
    return live;
  }

  long liveBytes() {
    return liveBytes;
  }

  boolean isSuperseded() {
    return superseded;
  }

  void supersede() {
    superseded = true;
  }

  /** One more segment, or with {@code sign} -1 one less. */
  void addLive(int sign, int segmentBytes) {
    live += sign;
    liveBytes += (long) sign * segmentBytes;
    if (live < 0) {
      throw new IllegalStateException(path + " counts " + live + " live segments");
    }
  }

  /** Sets what was found at open. Bytes from {@code foundSynced} on have yet to be synced. */
  void opened(long foundEnd, long foundSynced) {
    end = foundEnd;
    synced = foundSynced;
  }

  void truncate(long length) throws IOException {
    file.truncate(length);
  }

  /**
   * Appends a record and returns its offset. When it fails, the extent ends where it did before;
   * what may lie beyond is no whole record, and is overwritten by the next.
   */
  long append(ExtentRecord record, byte[] payload) throws IOException {
    long offset = end;
    try {
      file.write(offset, record.header());
      if (payload.length > 0) {
        file.write(offset + ExtentRecord.HEADER_BYTES, payload);
      }
    } catch (IOException e) {
      try {
        file.truncate(offset);
      } catch (IOException truncation) {
        e.addSuppressed(truncation);
      }
      throw e;
    }
    end = offset + record.sizeBytes();
    return offset;
  }

  /** Makes everything before {@code upTo} survive a crash. */
  void sync(long upTo) throws IOException {
    file.sync();
    synced = Math.max(synced, upTo);
  }

  /** Reads exactly {@code length} bytes. */
  byte[] read(long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    while (target.hasRemaining()) {
      FileChannel source = channel;
      try {
        if (source.read(target, offset + target.position()) < 0) {
          throw new EOFException(path + " ends before " + (offset + length));
        }
      } catch (ClosedByInterruptException e) {
        // This thread's interrupt closed the channel for all; the others open it again.
        throw e;
      } catch (ClosedChannelException e) {
        reopen(source, e);
      }
    }
    return target.array();
  }

  long length() throws IOException {
    return Files.size(path);
  }

  void close() throws IOException {
    channelLock.lock();
    try {
      closed = true;
      try {
        channel.close();
      } finally {
        file.close();
      }
    } finally {
      channelLock.unlock();
    }
  }

  private void reopen(FileChannel seen, ClosedChannelException reason) throws IOException {
    channelLock.lock();
    try {
      if (closed) {
        throw reason;
      }
      if (channel == seen) {
        channel = FileChannel.open(path, StandardOpenOption.READ);
      }
    } finally {
      channelLock.unlock();
    }
  }
}
