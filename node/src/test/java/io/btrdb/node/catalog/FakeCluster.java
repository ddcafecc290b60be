package io.btrdb.node.catalog;

import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogCommandCodec;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.catalog.CatalogOutcome;
import io.btrdb.consensus.Leadership;
import io.btrdb.storage.InMemoryStateStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Nodes a, b and c around one log in memory, whose commands are applied at once and to one state.
 * Node c has no replica. Any step of the log or the shards can be made to fail.
 */
final class FakeCluster implements AutoCloseable {
  final Faults faults = new Faults();
  final FakeShards shards = new FakeShards(faults);
  final Catalog catalog;
  private final ExecutorService work = Executors.newFixedThreadPool(2);
  private final Map<String, CatalogService> services = new LinkedHashMap<>();
  private final Map<String, LocalCatalog> replicas = new LinkedHashMap<>();
  private volatile String leader = "";
  private long term;
  private long index;

  FakeCluster() {
    this(CatalogOptions.DEFAULT);
  }

  /** A node that would hold back a new level of the log. */
  volatile Optional<String> laggard = Optional.empty();

  FakeCluster(CatalogOptions options) {
    catalog = Catalog.open(options, new InMemoryStateStore());
    apply(new CatalogCommand.Init("cluster"));
    for (String node : new String[] {"a", "b"}) {
      replicas.put(node, new Replica(node));
    }
    for (String node : new String[] {"a", "b", "c"}) {
      services.put(
          node,
          new CatalogService(
              () -> Optional.ofNullable(replicas.get(node)),
              new Peers(node),
              shards,
              work,
              level -> laggard));
    }
  }

  CatalogService at(String node) {
    return services.get(node);
  }

  synchronized CatalogOutcome apply(CatalogCommand command) {
    byte[] bytes = CatalogCommandCodec.encode(command);
    return catalog.apply(index++, index, bytes, 0, bytes.length);
  }

  /** Empty for nobody. */
  synchronized void lead(String node) {
    String old = leader;
    leader = node;
    if (!old.isEmpty()) {
      services.get(old).leadership(new Leadership.LostLeadership(term));
    }
    term++;
    if (!node.isEmpty()) {
      services.get(node).leadership(new Leadership.BecameLeader(term));
    }
  }

  long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
  }

  /** Waits until the drivers have nothing left to do. */
  void awaitNothingUnfinished() throws InterruptedException {
    long deadline = deadline();
    while (catalog.info().unfinished() > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(catalog.unfinished(Optional.empty(), 10).toString());
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  boolean shardHas(UUID uuid) {
    return shards.streams.getOrDefault(uuid, false);
  }

  @Override
  public void close() {
    services.values().forEach(CatalogService::close);
    work.shutdownNow();
  }

  private final class Replica implements LocalCatalog {
    private final String node;

    Replica(String node) {
      this.node = node;
    }

    @Override
    public Catalog catalog() {
      return catalog;
    }

    @Override
    public boolean leads() {
      return node.equals(leader);
    }

    @Override
    public CompletableFuture<CatalogOutcome> submit(CatalogCommand command) {
      if (!leads()) {
        return CompletableFuture.failedFuture(
            new CatalogLogException("not the leader", false, false, null));
      }
      return faults.around(
          () -> CompletableFuture.completedFuture(apply(command)),
          unknown ->
              CompletableFuture.failedFuture(
                  new CatalogLogException("lost leadership", false, unknown, null)));
    }

    @Override
    public CompletableFuture<Void> linearize() {
      return leads()
          ? CompletableFuture.completedFuture(null)
          : CompletableFuture.failedFuture(
              new CatalogLogException("not the leader", false, false, null));
    }
  }

  private final class Peers implements CatalogPeers {
    private final String node;

    Peers(String node) {
      this.node = node;
    }

    @Override
    public Optional<String> leader() {
      return Optional.of(leader).filter(other -> !other.isEmpty() && !other.equals(node));
    }

    @Override
    public CompletableFuture<CatalogResponse> submit(
        String other, CatalogRequest request, long timeoutMillis) {
      return at(other).handle(request);
    }

    @Override
    public CompletableFuture<CatalogResponse> read(
        String other, CatalogRequest request, long timeoutMillis) {
      return at(other).handle(request);
    }
  }
}
