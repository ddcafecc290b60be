/**
 * Segments and state on a node's own disk.
 *
 * <p>{@link io.btrdb.storage.local.DataDirectory} locks a node's data folder. {@link
 * io.btrdb.storage.local.LocalSegmentStore} appends segments to extent files ({@link
 * io.btrdb.storage.local.ExtentRecord} has the grammar). {@link
 * io.btrdb.storage.local.LocalStateVault} keeps a replica's state in RocksDB without a write-ahead
 * log, makes checkpoints of hard links ({@link io.btrdb.storage.local.CheckpointManifest} has the
 * grammar), and transfers them to other replicas.
 *
 * <p>RocksDB is used in {@link io.btrdb.storage.local.RocksResources} and {@link
 * io.btrdb.storage.local.RocksStateStore} only, which own every native object. There are no threads
 * here, save those of RocksDB.
 */
package io.btrdb.storage.local;
