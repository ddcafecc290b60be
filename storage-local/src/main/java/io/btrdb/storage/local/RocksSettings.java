package io.btrdb.storage.local;

/**
 * How much memory RocksDB may take in a process.
 *
 * @param cacheBytes bound for cached blocks and memtables together, of all replicas
 * @param memtablesBytes bound for all replicas' memtables, within the cache's bound
 * @param memtableBytes when one replica's memtable is flushed
 */
public record RocksSettings(long cacheBytes, long memtablesBytes, long memtableBytes) {
  private static final long MIB = 1024 * 1024;

  public RocksSettings {
    if (memtableBytes < MIB || memtablesBytes < memtableBytes || cacheBytes < memtablesBytes) {
      throw new IllegalArgumentException(
          "must be 1 MiB <= memtableBytes <= memtablesBytes <= cacheBytes, are "
              + (memtableBytes + ", " + memtablesBytes + " and " + cacheBytes));
    }
  }

  /** For a node with a few dozen replicas: 256 MiB in all, memtables of 16 MiB. */
  public static RocksSettings defaults() {
    return new RocksSettings(256 * MIB, 128 * MIB, 16 * MIB);
  }
}
