package io.btrdb.node.pool;

import io.btrdb.node.config.NodeConfig;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.ceph.CephPool;
import io.btrdb.storage.ceph.CephSettings;
import io.btrdb.storage.ceph.PoolListener;
import java.time.Duration;
import java.util.Optional;

/** A RADOS pool as the settings of a node name it. */
public final class RadosAccess implements PoolAccess {
  private final CephPool pool;
  private final String cluster;

  private RadosAccess(CephPool pool, String cluster) {
    this.pool = pool;
    this.cluster = cluster;
  }

  /**
   * Connects to the pool that settings name.
   *
   * @param listener hears of every call
   */
  public record Opener(NodeConfig.Pool settings, PoolListener listener)
      implements PoolAccess.Opener {
    public Opener(NodeConfig.Pool settings) {
      this(settings, PoolListener.NONE);
    }

    @Override
    public PoolAccess open(String cluster) {
      return new RadosAccess(CephPool.open(ceph(settings), listener), cluster);
    }
  }

  private static CephSettings ceph(NodeConfig.Pool settings) {
    CephSettings.Timeouts defaults = CephSettings.Timeouts.DEFAULT;
    return new CephSettings(
        settings.conf(),
        Optional.of(settings.monitors()).filter(text -> !text.isEmpty()),
        settings.user(),
        settings.keyring(),
        settings.pool(),
        settings.objectPool(),
        settings.namespace(),
        settings.secure(),
        new CephSettings.Timeouts(
            Duration.ofMillis(settings.readTimeoutMillis()),
            defaults.monitor(),
            defaults.connect()),
        CephSettings.Budget.DEFAULT,
        Optional.empty());
  }

  @Override
  public ObjectPool objects() {
    return pool.objects(cluster);
  }

  @Override
  public SegmentStore segments(String prefix) {
    return pool.segments(cluster + "/" + prefix);
  }

  @Override
  public void close() {
    pool.close();
  }
}
