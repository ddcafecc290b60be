package io.btrdb.storage.local;

import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StorageException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/**
 * A {@link StateStore} in one RocksDB database without a write-ahead log. Owns the database and
 * every cursor on it.
 *
 * <p>Threads: one writer; any thread may read. {@link #close} may come from any thread at any time:
 * it waits for calls in native code, because closing below them would crash the process.
 */
final class RocksStateStore implements StateStore, AutoCloseable {
  private final Path directory;
  private final RocksResources resources;
  private final RocksDB database;

  /** Shared by calls into native code, exclusive for closing. */
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

  private final Set<Cursor> cursors = ConcurrentHashMap.newKeySet();

  /** Guarded by {@link #gate}. */
  private boolean closed;

  private interface Call<T> {
    T run() throws RocksDBException;
  }

  RocksStateStore(Path directory, RocksResources resources) {
    this.directory = directory;
    this.resources = resources;
    try {
      this.database = resources.openDatabase(directory);
    } catch (RocksDBException e) {
      throw failed("opening", e);
    }
  }

  @Override
  public byte[] get(byte[] key) {
    return call("reading from", () -> database.get(key));
  }

  @Override
  public StateCursor scan(byte[] from, byte[] to) {
    Objects.requireNonNull(from, "from");
    return call("scanning", () -> new Cursor(from, to));
  }

  @Override
  public void write(StateBatch batch) {
    call(
        "writing to",
        () -> {
          try (WriteBatch target = new WriteBatch()) {
            for (StateBatch.Change change : batch.changes()) {
              if (change.value() == null) {
                target.delete(change.key());
              } else {
                target.put(change.key(), change.value());
              }
            }
            database.write(resources.withoutLog(), target);
          }
          return null;
        });
  }

  /** Moves everything written from memory to files. */
  void flush() {
    call(
        "flushing",
        () -> {
          try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            database.flush(options);
          }
          return null;
        });
  }

  /** Makes {@code target}, which must not exist, a database of the flushed state, by hard links. */
  void linkTo(Path target) {
    call(
        "linking",
        () -> {
          try (Checkpoint checkpoint = Checkpoint.create(database)) {
            checkpoint.createCheckpoint(target.toString());
          }
          return null;
        });
  }

  @Override
  public void close() {
    gate.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        cursors.forEach(Cursor::release);
        cursors.clear();
        database.close();
      }
    } finally {
      gate.writeLock().unlock();
    }
  }

  private <T> T call(String what, Call<T> call) {
    gate.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(
            "state in " + directory + " was discarded, its vault was restored or closed");
      }
      return call.run();
    } catch (RocksDBException e) {
      throw failed(what, e);
    } finally {
      gate.readLock().unlock();
    }
  }

  private StorageException failed(String what, RocksDBException cause) {
    return new StorageException(
        what + " state in " + directory + " failed: " + cause.getMessage(), cause);
  }

  /** Used by one thread, but released by whoever closes the store. */
  private final class Cursor implements StateCursor {
    private final Slice end;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private final byte[] from;
    private boolean started;
    private boolean released;

    /** A RocksDB iterator shows the state of the moment it was made. */
    private Cursor(byte[] from, byte[] to) {
      this.from = from.clone();
      this.end = to == null ? null : new Slice(to);
      this.options = new ReadOptions();
      if (end != null) {
        options.setIterateUpperBound(end);
      }
      this.iterator = database.newIterator(options);
      cursors.add(this);
    }

    @Override
    public boolean next() {
      return onCursor(
          () -> {
            if (!started) {
              started = true;
              iterator.seek(from);
            } else if (iterator.isValid()) {
              iterator.next();
            }
            if (!iterator.isValid()) {
              // At the end, or because a block could not be read.
              iterator.status();
              return false;
            }
            return true;
          });
    }

    @Override
    public byte[] key() {
      return onEntry(iterator::key);
    }

    @Override
    public byte[] value() {
      return onEntry(iterator::value);
    }

    @Override
    public void close() {
      gate.readLock().lock();
      try {
        if (cursors.remove(this)) {
          release();
        }
      } finally {
        gate.readLock().unlock();
      }
    }

    private byte[] onEntry(Call<byte[]> part) {
      return onCursor(
          () -> {
            if (!started || !iterator.isValid()) {
              throw new IllegalStateException("cursor is not on an entry");
            }
            return part.run();
          });
    }

    private <T> T onCursor(Call<T> step) {
      return call(
          "scanning",
          () -> {
            if (released) {
              throw new IllegalStateException("cursor is closed");
            }
            return step.run();
          });
    }

    private void release() {
      released = true;
      iterator.close();
      options.close();
      if (end != null) {
        end.close();
      }
    }
  }
}
