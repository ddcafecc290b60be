package io.btrdb.storage.local;

import io.btrdb.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * What the RocksDB stores of one process share, and owns all of it: cache, memtable budget, filter
 * and options. Close it after every store that uses it; closing twice is harmless.
 *
 * <p>Threads: any.
 */
public final class RocksResources implements AutoCloseable {
  private static final double BLOOM_BITS_PER_KEY = 10;
  private static final int OPEN_FILES_MAX = 256;
  private static final int INFO_LOGS_KEPT = 2;

  private final Cache cache;
  private final WriteBufferManager memtables;
  private final BloomFilter filter;
  private final Options options;
  private final WriteOptions withoutLog;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RocksResources(RocksSettings settings) {
    cache = new LRUCache(settings.cacheBytes());
    memtables = new WriteBufferManager(settings.memtablesBytes(), cache);
    filter = new BloomFilter(BLOOM_BITS_PER_KEY);
    withoutLog = new WriteOptions().setDisableWAL(true);
    options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferManager(memtables)
            .setWriteBufferSize(settings.memtableBytes())
            .setCompactionStyle(CompactionStyle.LEVEL)
            .setLevelCompactionDynamicLevelBytes(true)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setMaxOpenFiles(OPEN_FILES_MAX)
            .setKeepLogFileNum(INFO_LOGS_KEPT)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            // The live state is thrown away at start, so what is not checkpointed need not be kept.
            .setAvoidFlushDuringShutdown(true)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setCacheIndexAndFilterBlocks(true)
                    .setPinL0FilterAndIndexBlocksInCache(true)
                    .setFilterPolicy(filter));
  }

  /**
   * Loads RocksDB and makes what its stores share.
   *
   * @param libraryFolder where the native library is unpacked, over the copy of the run before: in
   *     the folder for temporary files, every killed process would leave one behind
   * @throws StorageException when RocksDB's native library cannot be loaded
   */
  public static RocksResources open(RocksSettings settings, Path libraryFolder) {
    try {
      Files.createDirectories(libraryFolder);
      NativeLibraryLoader.getInstance().loadLibrary(libraryFolder.toString());
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw notLoaded(libraryFolder.toString(), e);
    }
    return open(settings);
  }

  /**
   * The same with the library unpacked in the folder for temporary files, if it is not loaded yet.
   *
   * @throws StorageException when RocksDB's native library cannot be loaded
   */
  public static RocksResources open(RocksSettings settings) {
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      throw notLoaded(System.getProperty("java.io.tmpdir"), e);
    }
    return new RocksResources(settings);
  }

  private static StorageException notLoaded(String folder, Throwable cause) {
    return new StorageException(
        "RocksDB's native library does not load on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + " (its copy goes to "
            + folder
            + ", which must be writable and not mounted noexec): "
            + cause.getMessage(),
        cause);
  }

  /** Opens a database in this directory, created when it is not there. */
  RocksDB openDatabase(Path directory) throws RocksDBException {
    checkOpen();
    return RocksDB.open(options, directory.toString());
  }

  WriteOptions withoutLog() {
    return withoutLog;
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the RocksDB resources are closed");
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      withoutLog.close();
      options.close();
      filter.close();
      memtables.close();
      cache.close();
    }
  }
}
