package io.btrdb.storage.ceph;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StorageException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A connection to Ceph: the front door of this room. Segments and objects of any number of clusters
 * are views of it; closing a view ends that view only.
 *
 * <p>Threads: any. A pool that fails, slow or gone, fails the call at hand with a {@link
 * StorageException} that names the error and what to do; the connection itself never has to be
 * opened again, it recovers when the pool does. Only a pool that was removed and made again is
 * refused until the next start.
 */
public final class CephPool implements AutoCloseable {
  private static final long BUFFERS_KEPT_BYTES = 64L << 20;

  private final Pointer cluster;
  private final CephSettings settings;
  private final NativeBuffers buffers = new NativeBuffers(BUFFERS_KEPT_BYTES);
  private final Map<String, PoolIo> pools = new LinkedHashMap<>();
  private Optional<DiskCache> diskCache = Optional.empty();
  private boolean closed;

  private CephPool(Pointer cluster, CephSettings settings) {
    this.cluster = cluster;
    this.settings = settings;
  }

  /**
   * Connects.
   *
   * @throws StorageException when librados is not installed, the monitors do not answer in time or
   *     refuse the user, or a pool does not exist
   */
  public static CephPool open(CephSettings settings, PoolListener listener) {
    Objects.requireNonNull(listener, "listener");
    Librados.load();
    PointerByReference created = new PointerByReference();
    check(settings, "starting", Librados.rados_create2(created, "ceph", settings.user(), 0));
    CephPool pool = new CephPool(created.getValue(), settings);
    try {
      pool.configure();
      pool.connect();
      for (String name : new String[] {settings.pool(), settings.objectPool()}) {
        if (!pool.pools.containsKey(name)) {
          pool.pools.put(name, new PoolIo(pool.cluster, name, settings, listener, pool.buffers));
        }
      }
      return pool;
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /**
   * The version of librados that is installed; needs no cluster.
   *
   * @throws StorageException when there is none
   */
  public static String libraryVersion() {
    return Librados.version();
  }

  /**
   * The segments of a cluster.
   *
   * @param cluster its name, which begins the name of each object, as in {@link ObjectPool}
   */
  public SegmentStore segments(String cluster) {
    return new CephSegmentStore(
        pools.get(settings.pool()), cluster, settings.budget().readCacheBytes(), diskCache);
  }

  /** The same with parts of another size, so that tests have many. */
  SegmentStore segments(String cluster, long readCacheBytes, int partBytes) {
    return new CephSegmentStore(
        pools.get(settings.pool()), cluster, readCacheBytes, diskCache, partBytes);
  }

  /** The manifests, pins and other small objects of a cluster. */
  public ObjectPool objects(String cluster) {
    return new CephObjectPool(pools.get(settings.objectPool()), cluster);
  }

  /** Waits for the calls that are on their way, at most the timeout of an operation. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      pools.values().forEach(PoolIo::close);
      Librados.rados_shutdown(cluster);
      buffers.close();
      diskCache.ifPresent(DiskCache::close);
    }
  }

  private void configure() {
    settings
        .configuration()
        .ifPresent(
            file ->
                check(
                    settings,
                    "reading " + file,
                    Librados.rados_conf_read_file(cluster, file.toString())));
    settings.monitors().ifPresent(monitors -> set("mon_host", monitors));
    settings.keyring().ifPresent(file -> set("keyring", file.toString()));
    CephSettings.Timeouts timeouts = settings.timeouts();
    set("rados_osd_op_timeout", seconds(timeouts.operation()));
    // A call that hangs asks the monitors where its OSD is now, but only once it is this old: by
    // default after 10 s, when ours have given up.
    set("objecter_timeout", seconds(timeouts.operation().dividedBy(2).plusMillis(500)));
    set("objecter_tick_interval", "1");
    set("rados_mon_op_timeout", seconds(timeouts.monitor()));
    set("client_mount_timeout", seconds(timeouts.connect()));
    if (settings.secure()) {
      set("ms_client_mode", "secure");
      set("ms_mon_client_mode", "secure");
    }
  }

  private void set(String option, String value) {
    check(
        settings,
        "setting " + option + " to " + value,
        Librados.rados_conf_set(cluster, option, value));
  }

  /** librados takes whole ones. */
  private static String seconds(Duration time) {
    return Long.toString(time.toSeconds());
  }

  private void connect() {
    int answer = Librados.rados_connect(cluster);
    String where = settings.monitors().orElseGet(() -> "of " + settings.configuration().get());
    if (RadosCode.ENOENT.is(answer)) {
      throw new StorageException(
          "ceph: connecting as "
              + settings.user()
              + ": ENOENT: no key of that user was found in "
              + settings.keyring().map(Object::toString).orElse("the keyrings of ceph.conf"));
    }
    check(settings, "connecting to the monitors " + where, answer);
  }

  private static void check(CephSettings settings, String what, int answer) {
    if (answer < 0) {
      throw new StorageException(
          "ceph: " + what + " as " + settings.user() + ": " + RadosCode.describe(answer));
    }
  }
}
