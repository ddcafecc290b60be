package io.btrdb.node;

import com.codahale.metrics.MetricRegistry;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.api.cluster.VerifyStatus;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.Leadership;
import io.btrdb.consensus.RaftOptions;
import io.btrdb.node.backup.BackupEndpoint;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.cluster.Formation;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Gossip;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.node.cluster.Progress;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import io.btrdb.node.control.Control;
import io.btrdb.node.door.DoorEvents;
import io.btrdb.node.door.GrpcDoor;
import io.btrdb.node.door.GrpcDoorOptions;
import io.btrdb.node.door.Patience;
import io.btrdb.node.http.HttpDoor;
import io.btrdb.node.http.Readiness;
import io.btrdb.node.pool.PoolAccess;
import io.btrdb.node.pool.RadosAccess;
import io.btrdb.node.replica.DiskWatch;
import io.btrdb.node.replica.GroupStates;
import io.btrdb.node.replica.HeldGroups;
import io.btrdb.node.replica.HostedCatalog;
import io.btrdb.node.replica.Hosting;
import io.btrdb.node.replica.LagWatch;
import io.btrdb.node.replica.MergeLoop;
import io.btrdb.node.replica.Rejoining;
import io.btrdb.node.replica.ReplicaFetch;
import io.btrdb.node.replica.ReplicaGuard;
import io.btrdb.node.replica.Replicas;
import io.btrdb.node.replica.SegmentRepair;
import io.btrdb.node.replica.ShardReplica;
import io.btrdb.node.replica.SharedNodeCache;
import io.btrdb.node.replica.SpaceReclaim;
import io.btrdb.node.rest.RestSection;
import io.btrdb.node.scrub.ScrubEndpoint;
import io.btrdb.node.scrub.ScrubbedShard;
import io.btrdb.node.scrub.Scrubber;
import io.btrdb.node.security.AuditLog;
import io.btrdb.node.security.Keyring;
import io.btrdb.node.security.StreamPlaces;
import io.btrdb.node.tls.Dial;
import io.btrdb.shard.MergeLimits;
import io.btrdb.shard.ShardLimits;
import io.btrdb.shard.ShardOptions;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.ceph.PoolCounters;
import io.btrdb.storage.local.DataDirectory;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.storage.local.RocksResources;
import io.btrdb.storage.local.RocksSettings;
import io.grpc.BindableService;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server process: puts the rooms together and keeps them alive. Nothing in it is static, so
 * several nodes may live in one JVM.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final Duration LAST_CHECKPOINTS = Duration.ofSeconds(10);
  private static final Duration LEADER_SILENCE_MAX = Duration.ofSeconds(3);
  private static final long MEBI = 1 << 20;
  private static final int PRESERVED_ENTRIES_MAX = 1024;
  private static final long REBIRTH_FREE_BYTES = 1024 * MEBI;

  /** Why a node came to its end. */
  public enum End {
    /** It was told to. */
    STOPPED,
    /**
     * Its replicas are damaged and set aside: start it again, and it joins as a new incarnation.
     */
    REBORN
  }

  private final NodeConfig config;
  private final Optional<PoolAccess.Opener> poolOpener;
  private final DataDirectory data;
  private final Identity self;
  private final MetricRegistry metrics = new MetricRegistry();
  private final ClusterView view = new ClusterView();
  private final Progress progress = new Progress();
  private final NodeDirectory directory;
  private final NodeSecurity security;
  private final Dial dial;
  private final PeerChannels channels;
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("btrdb-work-", 0).factory());
  private final Formation formation;
  private final PeerEndpoint peerEndpoint;
  private final RestSection rest;
  private final HttpDoor httpDoor;
  private final CountDownLatch ended = new CountDownLatch(1);

  private volatile End end = End.STOPPED;
  private volatile Services services;

  private Node(NodeConfig config, Optional<PoolAccess.Opener> poolOpener, DataDirectory data)
      throws IOException {
    this.config = config;
    this.poolOpener = poolOpener;
    this.data = data;
    DamagedReplicas.setAsideIfMarked(config.dataDirectory());
    this.self = Identity.load(config.dataDirectory(), config.node());
    this.directory = NodeDirectory.open(config, self, Version.TEXT);
    this.security = NodeSecurity.load(config.security());
    this.dial = security.dial(directory);
    this.channels = new PeerChannels(directory, dial);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("btrdb-timer").daemon(true).factory());
    timer.setRemoveOnCancelPolicy(true);
    security.follow(timer);
    this.formation = new Formation(config, self, channels, progress);
    this.peerEndpoint =
        new PeerEndpoint(config, self, directory, formation, new PeerParts(), workers);
    new NodeMetrics(metrics).process(config, data);
    this.rest = new RestSection(this::service, security.restCallers(), Version.TEXT);
    this.httpDoor =
        HttpDoor.open(
            config.self().host(),
            config.self().httpPort(),
            metrics,
            new Readiness() {
              @Override
              public List<String> missing() {
                return Node.this.missing();
              }

              @Override
              public List<String> warnings() {
                return Node.this.warnings();
              }
            },
            this::status,
            rest);
  }

  /**
   * Starts a node and returns once it takes requests, which may be before it can answer them: see
   * /health/ready. Blocks while the cluster's other nodes have to be waited for.
   *
   * @throws IOException when a port is taken or the data folder cannot be used
   */
  public static Node start(NodeConfig config) throws IOException, InterruptedException {
    return start(config, Optional.empty());
  }

  /**
   * As {@link #start(NodeConfig)}, with another pool than the one that the settings name.
   *
   * @param poolOpener used if the settings say that there is a pool
   */
  static Node start(NodeConfig config, Optional<PoolAccess.Opener> poolOpener)
      throws IOException, InterruptedException {
    DataDirectory data = DataDirectory.open(config.dataDirectory());
    Node node;
    try {
      node = new Node(config, poolOpener, data);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
    try {
      FoundingRecord founding = node.awaitCluster();
      node.services = node.new Services(founding);
      if (node.services.forgetful()) {
        node.services.reborn();
      } else {
        node.services.open();
      }
      return node;
    } catch (IOException | RuntimeException | InterruptedException e) {
      node.close();
      throw e;
    }
  }

  /** With a cluster to belong to, no door is needed yet; without one the others must reach us. */
  private FoundingRecord awaitCluster() throws IOException, InterruptedException {
    Optional<FoundingRecord> known = formation.founding();
    if (known.isPresent()) {
      return known.get();
    }
    try (FormationDoor door =
        FormationDoor.open(
            config.self(), security.forming(), security.encrypted(config.self()), peerEndpoint)) {
      return formation.await();
    }
  }

  /** Blocks until the node has ended. */
  public End awaitEnd() throws InterruptedException {
    ended.await();
    return end;
  }

  /** Sentences about what keeps this node from being ready. */
  private List<String> missing() {
    Services current = services;
    if (current != null) {
      return current.missing();
    }
    String waitingFor = progress.waitingFor();
    return List.of(waitingFor.isEmpty() ? "the node is stopping" : waitingFor);
  }

  /** Sentences about what is wrong although the node is ready. */
  private List<String> warnings() {
    Services current = services;
    return current == null ? List.of() : current.warnings();
  }

  /** The v5 contract, once this node serves it. */
  private Optional<Channel> service() {
    Services current = services;
    GrpcDoor door = current == null ? null : current.door;
    return Optional.ofNullable(door).map(GrpcDoor::inside);
  }

  /** The whole cluster as this node knows it; of itself alone while it serves nothing yet. */
  private ClusterStatus status() {
    Services current = services;
    Control control = current == null ? null : current.control;
    return control == null ? new FormingStatus(config, self, data).of(missing()) : control.status();
  }

  /** Hands leadership over, lets requests under way end, and stops. */
  public void stop() throws InterruptedException {
    Services current = services;
    if (current != null) {
      current.resign();
    }
    close();
  }

  @Override
  public void close() {
    Services current = services;
    services = null;
    if (current != null) {
      current.close();
    }
    httpDoor.close();
    rest.close();
    timer.shutdownNow();
    channels.close();
    workers.shutdownNow();
    data.close();
    ended.countDown();
  }

  /** Everything that needs a cluster to belong to. */
  private final class Services implements ShardReplica.Events, DoorEvents, AutoCloseable {
    private final FoundingRecord founding;
    private final Map<GroupId, FoundingRecord.Group> groups;
    private final RocksResources rocks;
    private final PoolCounters traffic = new PoolCounters();
    private final NodeStorage storage;
    private final SharedNodeCache cache;
    private final ReplicaFetch fetch;
    private final SegmentRepair repair;
    private final HeldGroups held;
    private final Planes planes;
    private final Replicas replicas;
    private final DiskWatch disk;
    private final LagWatch lag;
    private final ReplicaGuard guard;
    private final GroupStates states;
    private final Hosting hosting;
    private final Rejoining rejoining;

    /** This incarnation has not been in the cluster before, but an older one may have. */
    private final boolean newcomer;

    private final Gossip gossip;
    private final Scrubber scrubber;
    private final SpaceReclaim reclaim;
    private volatile Control control;
    private volatile GrpcDoor door;
    private AuditLog audit = AuditLog.NONE;

    Services(FoundingRecord founding) throws IOException, InterruptedException {
      this.founding = founding;
      this.groups =
          founding.groups().stream()
              .collect(Collectors.toUnmodifiableMap(FoundingRecord.Group::id, Function.identity()));
      long blockCache = config.read().blockCacheMegabytes() * MEBI;
      this.rocks =
          RocksResources.open(
              new RocksSettings(blockCache * 2, blockCache, Math.max(MEBI, blockCache / 4)),
              path("native"));
      this.storage = NodeStorage.open(config, founding, this::openPool);
      this.cache = new SharedNodeCache(config.read().nodeCacheMegabytes() * MEBI);
      this.held = HeldGroups.load(config.dataDirectory(), self);
      this.newcomer = held.isFresh() && !founding.isFounder(self);
      Hosting.Folders folders = new Hosting.Folders(path("raft"), path("state"));
      Hosting.finishDeletions(held, groups, folders, storage.disk());
      this.fetch =
          new ReplicaFetch(
              channels, workers, config.placement().transferMegabytesPerSecond() * MEBI);
      this.repair =
          new SegmentRepair(
              storage.disk(), fetch, this::groupOfShard, directory::others, this::keeps, workers);
      this.planes = new Planes(config, founding, view, directory, channels, timer, workers);
      progress.waitingFor("the logs are being replayed");
      this.replicas =
          Replicas.start(
              security.raft(raftOptions()),
              self,
              config.self().host() + ":" + config.self().raftPort(),
              path("raft"),
              this::machine);
      this.disk =
          new DiskWatch(data::freeBytes, data.totalBytes(), replicas::leads, replicas::resignAll);
      this.lag = new LagWatch(this::leaderApplied);
      this.guard =
          new ReplicaGuard(
              replicas,
              this::dispensable,
              () -> disk.level() == DiskWatch.Level.FULL,
              timer,
              workers,
              this::reborn);
      this.states = new GroupStates(groups, replicas, storage.disk(), fetch);
      this.hosting =
          new Hosting(
              self,
              config.self().raft(),
              groups,
              held,
              replicas,
              folders,
              new Hosting.Stores(data, storage.disk(), cache, fetch, repair),
              view,
              channels,
              workers);
      this.gossip = new Gossip(self, founding, directory, view, channels, states::all);
      this.rejoining =
          new Rejoining(self, directory, hosting, channels, workers, gossip::hasGoneRound);
      this.reclaim =
          new SpaceReclaim(
              config.retention(),
              this::openShards,
              new ReclaimingGroup(directory, self, () -> states.all()),
              storage.disk());
      this.scrubber =
          new Scrubber(
              config, this::scrubbed, storage.segments(), repair, channels, directory::others);
    }

    /** Asked only when the settings name a pool. */
    private PoolAccess openPool(String cluster) {
      progress.waitingFor("the shared pool does not answer yet");
      return poolOpener
          .orElseGet(() -> new RadosAccess.Opener(config.storage().pool().orElseThrow(), traffic))
          .open(cluster);
    }

    /**
     * Whether a log this node had is gone.
     *
     * @throws IllegalStateException when there is no other node that could still have it
     */
    boolean forgetful() {
      if (!hosting.forgotten()) {
        return false;
      }
      if (directory.others().isEmpty()) {
        throw new IllegalStateException(
            "a log under "
                + path("raft")
                + " is gone, and no other node has it: restore the folder from a backup");
      }
      LOG.error("a log under {} is gone: this node joins the cluster anew", path("raft"));
      return true;
    }

    void open() throws IOException {
      planes.open(replicas);
      hosting.complete(founding.isFounder(self));
      gossip.start(timer);
      guard.start();
      scrubber.start(timer);
      reclaim.start();
      disk.start(timer, workers);
      hosting.start(timer);
      rejoining.start(timer);
      storage.start(replicas);
      NodeMetrics figures = new NodeMetrics(metrics);
      storage.figures(figures, cache, repair, traffic);
      figures.reclaim(reclaim);
      figures.disk(disk);
      figures.replicas(new ReplicaMetrics(groups, replicas, lag, storage::toMove));
      control = Control.open(config, founding, directory, channels, peerEndpoint::hello);
      figures.placement(new PlacementMetrics(control::standing));
      StreamPlaces places = NodeSecurity.places(planes.catalog());
      Optional<Keyring> keyring = security.keyring(planes, places, timer);
      audit = security.audit(config.dataDirectory());
      Member member = config.self();
      door =
          GrpcDoor.open(
              doorOptions(member),
              new GrpcDoor.Planes(planes.data(), planes.catalog()),
              new GrpcDoor.Access(security.guard(keyring, places, audit), dial),
              endpoints(keyring),
              this,
              metrics);
      progress.done();
      LOG.info(
          "node {} ({}) of cluster {} takes requests on {}",
          self.node(),
          self.incarnation(),
          founding.cluster(),
          member.grpc());
    }

    private GrpcDoorOptions doorOptions(Member member) throws IOException {
      GrpcDoorOptions options =
          GrpcDoorOptions.of(member.host(), member.grpcPort(), Version.TEXT)
              .withProxies(config.door().proxyEndpoints())
              .withPatience(
                  new Patience(
                      Duration.ofSeconds(config.door().callSeconds()),
                      Duration.ofSeconds(config.door().receiverSeconds())));
      if (config.door().allowFaultInjection()) {
        options = options.withFaults(new InjectedFaults(timer, cache::clear));
      }
      Optional<GrpcDoorOptions.Encrypted> encrypted = security.encrypted(member);
      return encrypted.isPresent() ? options.with(encrypted.get()) : options;
    }

    private List<BindableService> endpoints(Optional<Keyring> keyring) {
      List<BindableService> endpoints = new ArrayList<>();
      endpoints.add(peerEndpoint);
      endpoints.add(new AdminEndpoint(control, scrubber::ask, workers));
      endpoints.add(new ScrubEndpoint(scrubber, storage.disk(), workers));
      endpoints.add(new BackupEndpoint(() -> Optional.of(replicas), workers));
      keyring.ifPresent(keys -> endpoints.add(new KeysEndpoint(planes.access(), keys)));
      return endpoints;
    }

    private Replicas.Hosted machine(GroupId id) {
      FoundingRecord.Group group =
          Optional.ofNullable(groups.get(id))
              .orElseThrow(
                  () -> new IllegalStateException("group " + id + " is not one of this cluster's"));
      LocalStateVault vault = LocalStateVault.open(path("state").resolve(id.toString()), rocks);
      return group.range().isEmpty()
          ? new HostedCatalog(
              id,
              CatalogOptions.DEFAULT,
              vault,
              fetch,
              planes.catalogEvents(),
              storage.journal(),
              this)
          : new ShardReplica(
              id,
              group.range().get(),
              founding.cluster(),
              shardOptions(),
              config.write().backlogMegabytes() * MEBI,
              merging(),
              vault,
              storage.segments(),
              cache,
              fetch,
              this);
    }

    private ShardOptions shardOptions() {
      // A node may come to have a replica of every shard, and of none twice.
      long shards = groups.values().stream().filter(group -> group.range().isPresent()).count();
      return new ShardOptions(
          config.write().operationHeapMegabytes() * MEBI / shards,
          ShardOptions.DEFAULTS.sessionsMax());
    }

    private MergeLoop.Settings merging() {
      MergeLimits defaults = MergeLimits.DEFAULTS;
      return new MergeLoop.Settings(
          new MergeLimits(
              config.write().commitMegabytes() * MEBI,
              defaults.streams(),
              defaults.commitBytes(),
              config.write().backlogMegabytes() * MEBI / 8,
              storage.segments().destination().isEmpty()),
          TimeUnit.SECONDS.toMillis(config.write().sealAgeSeconds()),
          config.write().backlogMegabytes() * MEBI / 4);
    }

    private RaftOptions raftOptions() {
      NodeConfig.Raft raft = config.raft();
      RaftOptions defaults = RaftOptions.DEFAULTS;
      if (defaults.batching().commandBytesMax() < ShardLimits.COMMIT_COMMAND_BYTES) {
        throw new IllegalStateException("a Commit may not fit into an entry of the log");
      }
      return defaults
          .withElections(
              new RaftOptions.Elections(
                  Duration.ofMillis(raft.electionTimeoutMinMillis()),
                  Duration.ofMillis(raft.electionTimeoutMaxMillis())))
          .withReads(new RaftOptions.Reads(raft.leaderLease(), defaults.reads().leaseRatio()))
          .withBatching(defaults.batching().withEntriesInFlight(raft.entriesInFlight()))
          .withLog(
              new RaftOptions.LogFiles(
                  defaults.log().segmentBytes(),
                  raft.checkpointLogMegabytes() * MEBI,
                  preservedEntries(raft)))
          .withRequestTimeout(Duration.ofMillis(raft.requestTimeoutMillis()));
    }

    private List<ScrubbedShard> scrubbed() {
      List<ScrubbedShard> shards = new ArrayList<>();
      for (FoundingRecord.Group group : founding.groups()) {
        group
            .range()
            .flatMap(range -> replicas.log(group.id()))
            .ifPresent(
                log ->
                    shards.add(
                        new ScrubbedShard(
                            group.id(),
                            group.range().get().shard(),
                            () -> log.applied().index(),
                            () -> log.role().ready(),
                            segment -> needs(group.id(), segment))));
      }
      return shards;
    }

    /** A replica that is not open yet cannot say, so nothing is taken for spare. */
    private boolean needs(GroupId group, long segment) {
      return replicas
          .machine(group)
          .map(ShardReplica.class::cast)
          .map(ShardReplica::shard)
          .map(shard -> shard.needs(segment))
          .orElse(true);
    }

    /** Replicas of shards whose state is there. */
    private List<ShardReplica> openShards() {
      return replicas.logs().stream()
          .filter(log -> log.health() instanceof Health.Healthy && hosting.keeps(log.id()))
          .map(log -> replicas.machine(log.id()))
          .flatMap(Optional::stream)
          .filter(ShardReplica.class::isInstance)
          .map(ShardReplica.class::cast)
          .toList();
    }

    /** A node that was away for a short time catches up by log rather than by transfer. */
    private static int preservedEntries(NodeConfig.Raft raft) {
      return Math.max(
          RaftOptions.LogFiles.DEFAULTS.preservedEntries(),
          Math.min(PRESERVED_ENTRIES_MAX, raft.checkpointLogMegabytes() * 32));
    }

    private GroupId groupOfShard(int shard) {
      return founding.groups().get(shard).id();
    }

    private boolean keeps(int shard) {
      return hosting.keeps(groupOfShard(shard));
    }

    private Path path(String name) {
      return config.dataDirectory().resolve(name);
    }

    List<String> missing() {
      List<String> missing = new ArrayList<>();
      if (!progress.waitingFor().isEmpty()) {
        missing.add(progress.waitingFor());
      }
      if (directory.own().getGone()) {
        missing.add("this node was removed from the cluster: stop it");
      }
      if (newcomer && !rejoining.hasLooked()) {
        missing.add("the other nodes are asked what replicas this one had");
      }
      Set<GroupId> comingBack = rejoining.wanted();
      for (FoundingRecord.Group group : founding.groups()) {
        boolean comesBack = comingBack.contains(group.id());
        if (comesBack || hosting.keeps(group.id())) {
          replicas.notServing(group, comesBack).ifPresent(missing::add);
        }
        if (replicas.log(group.id()).filter(lag::isStuck).isPresent()) {
          missing.add(group.name() + " falls behind its leader");
        }
      }
      disk.reason().ifPresent(missing::add);
      storage.missing().ifPresent(missing::add);
      return missing;
    }

    /** A pool that is away for a while is no reason to send nobody here: writes go on. */
    List<String> warnings() {
      return storage.warning().stream().toList();
    }

    /** As far as known the group goes on without this node, whose replica is about to go. */
    private boolean movedAway(GroupId group) {
      List<PeerState> members = view.members(group);
      return !members.isEmpty()
          && members.stream().noneMatch(member -> member.getPeer().equals(self.peer().value()));
    }

    // ------------------------------------------------------------------------ what replicas tell

    @Override
    public void leadership(GroupId group, Leadership event) {
      switch (event) {
        case Leadership.BecameLeader leader -> {
          view.observe(group, self.node(), leader.term());
          LOG.info("{}: this node leads, in term {}", groups.get(group).name(), leader.term());
        }
        case Leadership.LostLeadership lost ->
            LOG.info("{}: this node leads no more", groups.get(group).name());
        case Leadership.LeaderChanged changed ->
            changed
                .leader()
                .ifPresent(peer -> view.observe(group, Identity.nodeOf(peer), changed.term()));
      }
    }

    @Override
    public void failed(GroupId group, Throwable why) {
      if (movedAway(group)) {
        LOG.info("the replica of group {} has moved away: {}", group, why.getMessage());
      } else {
        LOG.error("the replica of group {} has failed", group, why);
      }
      guard.failed(group);
    }

    @Override
    public void quarantined(GroupId group, UUID stream, Throwable why) {
      LOG.error("stream {} of group {} is set aside", stream, group, why);
    }

    @Override
    public void damaged(SegmentId segment) {
      repair.request(segment);
    }

    // ---------------------------------------------------------------------------- what doors tell

    @Override
    public boolean movedAway(RuntimeException cause) {
      return SegmentRepair.segmentOf(cause).filter(id -> !keeps(id.shard())).isPresent();
    }

    @Override
    public void unreadable(UUID stream, RuntimeException cause) {
      LOG.error("stream {} cannot be read here: {}", stream, cause.getMessage());
      SegmentRepair.segmentOf(cause).ifPresent(repair::request);
    }

    @Override
    public void failed(String incident, String method, Throwable cause) {
      // The door has logged it under the incident's id.
    }

    /** Others serve the group, and there is room to fetch it all again. */
    private boolean dispensable(GroupId group) {
      return countsOnThisNode(group) && data.freeBytes() > REBIRTH_FREE_BYTES;
    }

    /** The group is led elsewhere, by a leader that would take this node in again. */
    private boolean countsOnThisNode(GroupId group) {
      return directory.heardWithin(LEADER_SILENCE_MAX).stream()
          .flatMap(hello -> hello.getGroupsList().stream())
          .filter(state -> state.getGroup().equals(group.toString()) && state.getReady())
          .anyMatch(
              leader ->
                  leader.getMembersList().stream()
                      .anyMatch(member -> Identity.nodeOf(member.getPeer()).equals(self.node())));
    }

    private OptionalLong leaderApplied(GroupId group) {
      return directory.heardWithin(LEADER_SILENCE_MAX).stream()
          .flatMap(hello -> hello.getGroupsList().stream())
          .filter(state -> state.getGroup().equals(group.toString()) && state.getReady())
          .mapToLong(GroupState::getAppliedIndex)
          .max();
    }

    /** The guard gave a damaged replica up, and the others can do without it. */
    private void reborn() {
      DamagedReplicas.mark(config.dataDirectory());
      end = End.REBORN;
      Thread.ofPlatform().name("btrdb-reborn").start(Node.this::close);
    }

    void resign() throws InterruptedException {
      if (control != null) {
        control.close();
      }
      replicas.resignAll();
      if (door != null) {
        door.stop(DRAIN);
      }
      replicas.checkpointAll(LAST_CHECKPOINTS);
    }

    @Override
    public void close() {
      if (control != null) {
        control.close();
      }
      guard.close();
      scrubber.close();
      reclaim.close();
      disk.close();
      storage.stop();
      if (door != null) {
        door.close();
      }
      audit.close();
      planes.close();
      replicas.close();
      storage.close();
      rocks.close();
    }
  }

  private final class PeerParts implements PeerEndpoint.Parts {
    @Override
    public Optional<Replicas> replicas() {
      return Optional.ofNullable(services).map(current -> current.replicas);
    }

    @Override
    public Optional<GroupStates> states() {
      return Optional.ofNullable(services).map(current -> current.states);
    }

    @Override
    public DataDirectory data() {
      return data;
    }

    @Override
    public Optional<VerifyStatus> verification() {
      return Optional.ofNullable(services).flatMap(current -> current.scrubber.status());
    }

    @Override
    public Optional<Hosting> hosting() {
      return Optional.ofNullable(services).map(current -> current.hosting);
    }

    @Override
    public Optional<Planes> planes() {
      return Optional.ofNullable(services).map(current -> current.planes);
    }

    @Override
    public Optional<String> notReady() {
      List<String> missing = missing();
      return missing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", missing));
    }
  }
}
