package io.btrdb.storage.local;

import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Segments in append-only extent files, {@code <directory>/<shard>/extent-00000001.log} and so on,
 * rolled at a size. {@link ExtentRecord} gives the grammar. The index is in memory and is built at
 * open from the records' headers, without reading the segments.
 *
 * <p><b>Crashes.</b> A torn tail is cut off at open. A broken record with sound ones behind it is
 * reported by {@link #damage} and its segment is not in the store; the rest is.
 *
 * <p><b>Failing disks.</b> A write that fails, for want of space too, leaves the extent at its last
 * whole record and throws; the store works again when writes do. After a failed fsync the kernel
 * may have dropped the bytes while later fsyncs succeed, so the store refuses everything from then
 * on and must be opened again.
 *
 * <p><b>Space.</b> An extent is unlinked when all its segments are deleted or have another copy in
 * a later one, as {@link #compact} sees to. Each extent keeps two file descriptors open.
 *
 * <p>Threads: any; reads run beside appends.
 */
public final class LocalSegmentStore implements SegmentStore {
  /** Extents are rolled at this length unless said otherwise. */
  public static final long EXTENT_BYTES_DEFAULT = 256L * 1024 * 1024;

  private static final long EXTENT_BYTES_LIMIT = 1024L * 1024 * 1024;

  private final Path directory;
  private final long extentBytesMax;
  private final AppendFile.Opener opener;
  private final Map<Integer, ShardLog> shards = new ConcurrentHashMap<>();
  private final ReentrantLock createLock = new ReentrantLock();

  /** Why the store refuses everything; null while it works. */
  private volatile Throwable syncFailure;

  private volatile boolean closed;

  /** One call on a shard's log. */
  private interface Call<T> {
    T run() throws IOException;
  }

  LocalSegmentStore(Path directory, long extentBytesMax, AppendFile.Opener opener) {
    if (extentBytesMax < 1 || extentBytesMax > EXTENT_BYTES_LIMIT) {
      throw new IllegalArgumentException(
          "extents must have 1 to " + EXTENT_BYTES_LIMIT + " bytes, not " + extentBytesMax);
    }
    this.directory = directory;
    this.extentBytesMax = extentBytesMax;
    this.opener = opener;
    try {
      DurableFiles.createDirectories(directory);
      for (String name : DurableFiles.names(directory)) {
        if (name.matches("[0-9a-f]{4}")) {
          open(Integer.parseInt(name, 16));
        }
      }
    } catch (IOException e) {
      StorageException failure = DurableFiles.failed("opening segments in", directory, e);
      try {
        closeShards();
      } catch (StorageException closing) {
        failure.addSuppressed(closing);
      }
      throw failure;
    }
  }

  /**
   * Opens the store in a directory, which is created when it is not there.
   *
   * @throws StorageException when the disk fails
   */
  public static LocalSegmentStore open(Path directory) {
    return open(directory, EXTENT_BYTES_DEFAULT);
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param extentBytesMax length at which extents are rolled, up to 1 GiB; a longer segment gets an
   *     extent of its own
   */
  public static LocalSegmentStore open(Path directory, long extentBytesMax) {
    return new LocalSegmentStore(directory, extentBytesMax, AppendFile::open);
  }

  /** What was found broken at open; the segments in it are missing and should be fetched. */
  public List<ExtentDamage> damage() {
    return shards.values().stream().flatMap(log -> log.damage().stream()).toList();
  }

  /** Bytes of torn tails that were cut off at open. */
  public long tornBytes() {
    return shards.values().stream().mapToLong(ShardLog::tornBytes).sum();
  }

  /**
   * Gives back space that replaced and deleted segments of a shard have left in extents: segments
   * in extents that are dead by half or more are moved to the end of the newest one, and extents
   * without a segment are unlinked. Extents that are less empty are left alone, so that at most
   * about twice the bytes of the segments are in use, and some megabytes beside.
   *
   * @param bytesMax stops once so many bytes were moved
   * @return bytes moved
   */
  public long compact(int shard, long bytesMax) {
    ShardLog log = shards.get(shard);
    return log == null
        ? 0
        : call("compacting the segments of shard " + shard + " in", () -> log.compact(bytesMax));
  }

  /** Bytes of the files that a shard's segments are in, dead space included. */
  public long fileBytes(int shard) {
    ShardLog log = shards.get(shard);
    return log == null ? 0 : log.fileBytes();
  }

  /** Bytes of a shard's segments. */
  public long bytes(int shard) {
    ShardLog log = shards.get(shard);
    return log == null ? 0 : log.liveBytes();
  }

  /**
   * Frees all segments of a shard and the files they are in. Reads under way fail with {@link
   * MissingSegmentException}. After a crash some of the segments may be there again: call it again.
   */
  public void deleteShard(int shard) {
    call(
        "deleting the segments of shard " + shard + " from",
        () -> {
          createLock.lock();
          try {
            ShardLog log = shards.get(shard);
            if (log != null) {
              log.deleteAll();
              shards.remove(shard, log);
            }
            return null;
          } finally {
            createLock.unlock();
          }
        });
  }

  @Override
  public void put(SegmentId id, byte[] segment) {
    SegmentVerifier.checkFraming(id, segment);
    call(
        "putting segment " + id + " into",
        () -> {
          shardForPut(id.shard()).put(id.number(), segment);
          return null;
        });
  }

  @Override
  public boolean replace(SegmentId id, byte[] segment) {
    put(id, segment);
    return true;
  }

  @Override
  public void sync() {
    checkUsable();
    for (ShardLog log : shards.values()) {
      try {
        log.sync();
      } catch (IOException e) {
        throw refuseFromNowOn(e);
      }
    }
    // A sync of another thread, or a roll, may have failed on bytes that this one vouches for.
    checkUsable();
  }

  @Override
  public boolean contains(SegmentId id) {
    checkUsable();
    ShardLog log = shards.get(id.shard());
    return log != null && log.contains(id.number());
  }

  @Override
  public long length(SegmentId id) {
    checkUsable();
    return shard(id).length(id.number());
  }

  @Override
  public byte[] read(SegmentId id, long offset, int length) {
    return call(
        "reading segment " + id + " from", () -> shard(id).read(id.number(), offset, length));
  }

  @Override
  public void delete(SegmentId id) {
    call(
        "deleting segment " + id + " from",
        () -> {
          ShardLog log = shards.get(id.shard());
          if (log != null) {
            log.delete(id.number());
          }
          return null;
        });
  }

  @Override
  public List<SegmentId> list(int shard) {
    checkUsable();
    ShardLog log = shards.get(shard);
    return log == null ? List.of() : log.list();
  }

  /** Closes the files, without a sync. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeShards();
    }
  }

  private <T> T call(String what, Call<T> call) {
    checkUsable();
    try {
      return call.run();
    } catch (ShardLog.SyncFailedException e) {
      throw refuseFromNowOn(e);
    } catch (IOException e) {
      throw DurableFiles.failed(what, directory, e);
    }
  }

  private ShardLog shard(SegmentId id) {
    ShardLog log = shards.get(id.shard());
    if (log == null) {
      throw new MissingSegmentException(id);
    }
    return log;
  }

  private ShardLog shardForPut(int shard) throws IOException {
    ShardLog log = shards.get(shard);
    if (log != null) {
      return log;
    }
    createLock.lock();
    try {
      return shards.containsKey(shard) ? shards.get(shard) : open(shard);
    } finally {
      createLock.unlock();
    }
  }

  private ShardLog open(int shard) throws IOException {
    Path folder = directory.resolve(String.format("%04x", shard));
    ShardLog log = new ShardLog(shard, folder, extentBytesMax, opener);
    shards.put(shard, log);
    return log;
  }

  private StorageException refuseFromNowOn(Exception cause) {
    syncFailure = cause;
    return refusal(cause);
  }

  private StorageException refusal(Throwable cause) {
    return new StorageException(
        "segments in "
            + directory
            + " are refused, for an fsync failed and unsynced bytes may be lost: open the store"
            + " again ("
            + cause.getMessage()
            + ")",
        cause);
  }

  private void checkUsable() {
    if (closed) {
      throw new IllegalStateException("segment store in " + directory + " is closed");
    }
    Throwable failure = syncFailure;
    if (failure != null) {
      throw refusal(failure);
    }
  }

  private void closeShards() {
    StorageException failure = null;
    for (ShardLog log : shards.values()) {
      try {
        log.close();
      } catch (IOException e) {
        failure = DurableFiles.failed("closing segments in", directory, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
