/**
 * Segments and small objects in a RADOS pool. {@link io.btrdb.storage.ceph.CephPool} is the front
 * door: it connects as {@link io.btrdb.storage.ceph.CephSettings} say, and gives a {@link
 * io.btrdb.storage.SegmentStore} and an {@link io.btrdb.storage.ObjectPool} for each cluster.
 *
 * <p>From top to bottom: {@code CephSegmentStore} and {@code CephObjectPool} name objects; {@code
 * ReadAhead} turns reads of blocks into fewer and larger ones, which {@code DiskCache} may keep on
 * a local disk; {@code PoolIo} has calls on their way, as many as the budget allows, and owns what
 * librados may touch meanwhile; {@code PoolHealth} lets calls to a pool that does not answer fail
 * at once; {@code RadosCode} says what an error means and what to do; {@code Librados} is the
 * library, loaded when it is first needed. {@link io.btrdb.storage.ceph.PoolListener} hears of
 * every call.
 */
package io.btrdb.storage.ceph;
