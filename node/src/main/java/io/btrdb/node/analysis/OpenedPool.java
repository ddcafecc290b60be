package io.btrdb.node.analysis;

import com.codahale.metrics.MetricRegistry;
import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.node.backup.PooledGroup;
import io.btrdb.node.catalog.ReadOnlyCatalog;
import io.btrdb.node.door.DoorEvents;
import io.btrdb.node.door.GrpcDoor;
import io.btrdb.node.door.GrpcDoorOptions;
import io.btrdb.node.plane.ReadOnlyDataPlane;
import io.btrdb.node.pool.Pool;
import io.btrdb.node.pool.PoolAccess;
import io.btrdb.node.pool.PoolContents;
import io.btrdb.node.pool.PoolPin;
import io.btrdb.node.replica.ArchivedShard;
import io.btrdb.node.replica.SharedNodeCache;
import io.btrdb.node.security.Guard;
import io.btrdb.node.tls.Dial;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.storage.local.RocksResources;
import io.btrdb.storage.local.RocksSettings;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What a pool has of a cluster, at one moment, answered on a port of loopback as a node would: the
 * archived state of each group and what was committed after it. The cluster may be running or gone;
 * nothing of it is asked or changed. A pin in the pool keeps what is read from being deleted for as
 * long as this is open.
 *
 * <p>Thread-safe once it is open.
 */
public final class OpenedPool implements AutoCloseable {
  private static final long MEBI = 1 << 20;
  private static final String HOST = "127.0.0.1";
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /** A state may be replaced in the pool while it is read. */
  private static final int TRIES = 5;

  /**
   * How it is opened.
   *
   * @param cluster name of the cluster
   * @param work an empty folder of this process's, for the states: about as large as their copies
   *     in the pool
   * @param port on loopback; 0 takes a free one
   * @param cacheBytes of heap for tree nodes
   * @param build of this program, shown by Info
   */
  public record Options(String cluster, Path work, int port, long cacheBytes, String build) {}

  /** Told which group is read next. */
  @FunctionalInterface
  public interface Watcher {
    void group(String name);
  }

  /** Closed in the order in which they are here. */
  private final List<AutoCloseable> parts = new ArrayList<>();

  private final List<PooledGroup> groups;
  private final PoolPin pin;
  private volatile GrpcDoor door;

  private OpenedPool(PoolContents contents, PoolPin pin) {
    this.groups = PooledGroup.of(contents);
    this.pin = pin;
    parts.add(pin);
    parts.add(contents);
  }

  /**
   * Opens it.
   *
   * @throws IllegalStateException when the pool has no such cluster, or it is being recovered
   * @throws io.btrdb.storage.StorageException when the pool fails, or the user may not write a pin
   * @throws IOException when the port cannot be had
   */
  public static OpenedPool open(
      PoolAccess.Opener opener, Pool.Patience patience, Options options, Watcher watcher)
      throws IOException {
    PoolContents contents = PoolContents.open(opener, patience, options.cluster());
    OpenedPool opened;
    try {
      opened = new OpenedPool(contents, contents.pin(owner()));
    } catch (RuntimeException e) {
      contents.close();
      throw e;
    }
    try {
      opened.serve(contents, options, watcher);
      return opened;
    } catch (RuntimeException | IOException e) {
      opened.close();
      throw e;
    }
  }

  private static String owner() {
    String host = System.getenv().getOrDefault("HOSTNAME", "somewhere").replaceAll("\\s", "-");
    return System.getProperty("user.name", "somebody").replaceAll("\\s", "-")
        + "@"
        + host
        + ":"
        + ProcessHandle.current().pid();
  }

  private void serve(PoolContents contents, Options options, Watcher watcher) throws IOException {
    long before = Math.max(8 * MEBI, options.cacheBytes() / 8);
    RocksResources rocks =
        parts(RocksResources.open(new RocksSettings(before * 2, before, before / 2)));
    SharedNodeCache cache = new SharedNodeCache(options.cacheBytes());
    List<Long> pinned = new ArrayList<>();
    List<ArchivedShard> shards = new ArrayList<>();
    for (PooledGroup group : groups.subList(0, groups.size() - 1)) {
      watcher.group(group.name());
      pinned.add(contents.archived(group.range()).map(at -> at.position().index()).orElse(-1L));
      LocalStateVault vault = install(group, options.work(), rocks);
      shards.add(
          new ArchivedShard(
              group.range().orElseThrow(),
              vault.restore(),
              contents.segments(),
              cache,
              options.cacheBytes() / 8));
    }
    PooledGroup ofCatalog = groups.getLast();
    watcher.group(ofCatalog.name());
    Catalog catalog =
        Catalog.open(CatalogOptions.DEFAULT, install(ofCatalog, options.work(), rocks).restore());
    contents.pinned(pin, pinned);
    ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    parts.add(0, work::shutdownNow);
    ReadOnlyDataPlane data =
        new ReadOnlyDataPlane(
            contents.cluster().toString(), contents.ranges(), shards, this::address, pin::lost);
    door =
        GrpcDoor.open(
            GrpcDoorOptions.of(HOST, options.port(), options.build()),
            new GrpcDoor.Planes(data, new ReadOnlyCatalog(catalog, work)),
            // Whoever may read the pool has read it; no call is passed on.
            new GrpcDoor.Access(
                Guard.open(),
                Dial.plain(MetadataUtils.newAttachHeadersInterceptor(new Metadata()))),
            List.of(),
            DoorEvents.NONE,
            new MetricRegistry());
    parts.add(0, () -> door.stop(DRAIN));
  }

  /** What is opened later is closed earlier. */
  private <T extends AutoCloseable> T parts(T part) {
    parts.add(0, part);
    return part;
  }

  private LocalStateVault install(PooledGroup group, Path work, RocksResources rocks) {
    for (int i = 1; ; i++) {
      Path folder = work.resolve(group.name().replace(' ', '-') + "-" + i);
      LocalStateVault vault = LocalStateVault.open(folder, rocks);
      try {
        group.install(vault);
        return parts(vault);
      } catch (IllegalStateException e) {
        vault.close();
        if (i == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Host and port of the door. */
  public String address() {
    return HOST + ":" + door.port();
  }

  /** What was found of each group: the shards in order, then the catalog. */
  public List<PooledGroup> groups() {
    return groups;
  }

  /** Why nothing can be read any more; empty while all can. */
  public Optional<String> lost() {
    return pin.lost();
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("closing failed", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    parts.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
