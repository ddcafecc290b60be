package io.btrdb.storage.ceph;

import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.contract.SegmentStoreContract;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A namespace of its own as the contract kit sees it. What was put is durable, synced or not. */
final class CephSegments implements SegmentStoreContract.Fixture {
  private final CephSettings settings;
  private final Function<CephPool, SegmentStore> view;
  private final List<CephPool> open = new ArrayList<>();
  private SegmentStore store;

  /**
   * @param view how the store is made of a connection
   */
  CephSegments(CephSettings settings, Function<CephPool, SegmentStore> view) {
    this.settings = settings;
    this.view = view;
    this.store = crashAndReopen();
  }

  CephSegments(CephSettings settings) {
    this(settings, pool -> pool.segments("c1"));
  }

  @Override
  public SegmentStore store() {
    return store;
  }

  @Override
  public SegmentStore reopen() {
    store.close();
    return crashAndReopen();
  }

  /** Leaves the old connection as it is, as a process does that dies. */
  @Override
  public SegmentStore crashAndReopen() {
    CephPool pool = CephPool.open(settings, PoolListener.NONE);
    open.add(pool);
    store = view.apply(pool);
    return store;
  }

  @Override
  public void close() {
    open.forEach(CephPool::close);
  }
}
