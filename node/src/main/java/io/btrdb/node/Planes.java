package io.btrdb.node;

import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.Leadership;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.catalog.CatalogPeers;
import io.btrdb.node.catalog.CatalogService;
import io.btrdb.node.catalog.LocalCatalog;
import io.btrdb.node.catalog.StreamExistence;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.plane.AccessPlane;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.Existence;
import io.btrdb.node.plane.LocalShard;
import io.btrdb.node.plane.RoutedDataPlane;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.node.replica.HostedCatalog;
import io.btrdb.node.replica.Replicas;
import io.btrdb.placement.ShardRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The planes of a node, over its replicas and its channels to the others. */
final class Planes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Planes.class);

  private final NodeConfig config;
  private final FoundingRecord founding;
  private final List<FoundingRecord.Group> shards;
  private final GroupId catalogGroup;
  private final ClusterView view;
  private final NodeDirectory directory;
  private final PeerChannels channels;
  private final RoutedDataPlane data;
  private final Existence existence;
  private final CatalogService catalog;
  private volatile Replicas replicas;

  Planes(
      NodeConfig config,
      FoundingRecord founding,
      ClusterView view,
      NodeDirectory directory,
      PeerChannels channels,
      ScheduledExecutorService timer,
      ExecutorService workers) {
    this.config = config;
    this.founding = founding;
    this.view = view;
    this.directory = directory;
    this.channels = channels;
    this.shards = founding.groups().stream().filter(group -> !group.catalog()).toList();
    this.catalogGroup =
        founding.groups().stream()
            .filter(FoundingRecord.Group::catalog)
            .findFirst()
            .orElseThrow()
            .id();
    List<ShardRange> ranges = shards.stream().map(group -> group.range().orElseThrow()).toList();
    this.data =
        new RoutedDataPlane(
            config.node(), ranges, this::route, view, channels, timer, workers, this::topology);
    this.existence =
        new Existence(
            config.node(),
            stream -> route(data.shardOf(stream)).orElseThrow(),
            view,
            channels,
            timer);
    this.catalog =
        new CatalogService(
            this::localCatalog,
            new Peers(),
            new StreamExistence() {
              @Override
              public CompletableFuture<WriteResult> open(UUID stream, long deadlineNanos) {
                return existence.open(stream, deadlineNanos);
              }

              @Override
              public CompletableFuture<WriteResult> drop(UUID stream, long deadlineNanos) {
                return existence.drop(stream, deadlineNanos);
              }
            },
            workers,
            this::laggard);
  }

  /** A node that has not said that it applies entries of a level of the catalog's log. */
  private Optional<String> laggard(int level) {
    return directory.living().stream()
        .filter(card -> card.getCatalogLevel() < level)
        .map(NodeCard::getNodeId)
        .findFirst();
  }

  /** From here on local replicas are used. */
  void open(Replicas started) {
    replicas = started;
  }

  DataPlane data() {
    return data;
  }

  CatalogPlane catalog() {
    return catalog;
  }

  AccessPlane access() {
    return catalog;
  }

  Existence existence() {
    return existence;
  }

  CompletableFuture<CatalogResponse> handle(CatalogRequest request) {
    return catalog.handle(request);
  }

  /** To be told what happens to the catalog's leadership. */
  Consumer<Leadership> catalogEvents() {
    return event -> {
      if (event instanceof Leadership.BecameLeader) {
        initialiseCatalog();
      }
      catalog.leadership(event);
    };
  }

  /** The first entry of the catalog's log says whose it is; every leader makes sure it is there. */
  private void initialiseCatalog() {
    LocalCatalog local = localCatalog().orElseThrow();
    if (local.catalog().info().clusterId().isEmpty()) {
      local
          .submit(new CatalogCommand.Init(founding.cluster().toString()))
          .whenComplete(
              (outcome, failure) -> {
                if (failure != null) {
                  LOG.warn("the catalog is not initialised yet: {}", failure.toString());
                }
              });
    }
  }

  private Optional<RoutedDataPlane.Route> route(int shard) {
    if (shard < 0 || shard >= shards.size()) {
      return Optional.empty();
    }
    FoundingRecord.Group group = shards.get(shard);
    return Optional.of(
        new RoutedDataPlane.Route(group.id(), group.range().orElseThrow(), localShard(group.id())));
  }

  private Optional<LocalShard> localShard(GroupId group) {
    Replicas current = replicas;
    return current == null
        ? Optional.empty()
        : current.machine(group).map(LocalShard.class::cast).filter(Planes::isOpen);
  }

  /** A failed replica, or one that its group has let go, has closed its state. */
  private static boolean isOpen(LocalShard shard) {
    ReplicatedLog log = shard.log();
    return log != null && log.health() instanceof Health.Healthy;
  }

  private Optional<LocalCatalog> localCatalog() {
    Replicas current = replicas;
    return current == null
        ? Optional.empty()
        : current.machine(catalogGroup).map(machine -> ((HostedCatalog) machine).replica());
  }

  /** What clients are told: the nodes, and who keeps and who leads each range, as far as known. */
  DataPlane.Topology topology() {
    // Before the rest is looked at, so that nothing newer goes by an older number.
    long revision = view.revision() + directory.revision();
    List<DataPlane.NodeAddress> nodes =
        directory.living().stream()
            .map(
                card ->
                    new DataPlane.NodeAddress(
                        card.getNodeId(),
                        card.getGrpc(),
                        card.getGrpcTls(),
                        card.getHttp(),
                        card.getZone()))
            .toList();
    List<DataPlane.ShardRoute> routes = new ArrayList<>(shards.size());
    for (FoundingRecord.Group group : shards) {
      ShardRange range = group.range().orElseThrow();
      Optional<ClusterView.Leader> leader = view.leader(group.id());
      routes.add(
          new DataPlane.ShardRoute(
              range.shard(),
              range.firstSlot(),
              range.slotCount(),
              leader.map(ClusterView.Leader::node).orElse(""),
              leader.map(ClusterView.Leader::term).orElse(0L),
              keepers(group)));
    }
    return new DataPlane.Topology(
        founding.cluster().toString(),
        revision,
        nodes,
        routes,
        view.leader(catalogGroup).map(ClusterView.Leader::node).orElse(""));
  }

  /** Nodes with a vote in a group; its founders while nothing newer is known. */
  private List<String> keepers(FoundingRecord.Group group) {
    List<PeerState> members = view.members(group.id());
    return (members.isEmpty() ? group.founders() : members)
        .stream()
            .filter(member -> !member.getListener())
            .map(member -> Identity.nodeOf(member.getPeer()))
            .toList();
  }

  @Override
  public void close() {
    catalog.close();
  }

  private final class Peers implements CatalogPeers {
    @Override
    public Optional<String> leader() {
      return view.leader(catalogGroup)
          .map(ClusterView.Leader::node)
          .filter(node -> !node.equals(config.node()));
    }

    @Override
    public CompletableFuture<CatalogResponse> submit(
        String node, CatalogRequest request, long timeoutMillis) {
      return channels.call(node, PeerGrpc.getCatalogSubmitMethod(), request, timeoutMillis);
    }

    @Override
    public CompletableFuture<CatalogResponse> read(
        String node, CatalogRequest request, long timeoutMillis) {
      return channels.call(node, PeerGrpc.getCatalogReadMethod(), request, timeoutMillis);
    }
  }
}
