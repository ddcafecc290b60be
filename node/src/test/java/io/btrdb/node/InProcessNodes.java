package io.btrdb.node;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.DropReplicaRequest;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.HostReplicaRequest;
import io.btrdb.api.cluster.HostReplicaResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.TopologyRequest;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.consensus.FreePorts;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import io.btrdb.node.pool.PoolAccess;
import io.btrdb.node.security.ClusterSecret;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;

/** Whole nodes in this process, on loopback, driven by what nodes say to each other. */
final class InProcessNodes implements AutoCloseable {
  private static final String NO_ZOOKEEPER = "127.0.0.1:1";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final int shards;
  private final NodeConfig.Placement placement;
  private final NodeConfig.Security security;
  private final ClientInterceptor credentials;
  private final Map<String, Member> members = new TreeMap<>();
  private final Map<String, List<String>> known = new TreeMap<>();
  private final Map<String, Node> running = new TreeMap<>();
  private final Map<String, ManagedChannel> channels = new TreeMap<>();
  private Optional<MemoryPool> pool = Optional.empty();
  private UnaryOperator<NodeConfig> adjustment = UnaryOperator.identity();

  /** Changes what nodes that are started from now on are told. */
  InProcessNodes configured(UnaryOperator<NodeConfig> how) {
    adjustment = how;
    return this;
  }

  /** Without a ZooKeeper there is no controller, and replicas are where the test puts them. */
  InProcessNodes(Path folder, int shards) {
    this(folder, shards, NO_ZOOKEEPER);
  }

  InProcessNodes(Path folder, int shards, String zooKeeper) {
    this(
        folder,
        shards,
        zooKeeper,
        NodeConfig.Security.DEFAULTS,
        MetadataUtils.newAttachHeadersInterceptor(new Metadata()));
  }

  /**
   * @param clusterSecret by which this test speaks as one of the nodes
   */
  InProcessNodes(Path folder, int shards, NodeConfig.Security security, Path clusterSecret)
      throws IOException {
    this(folder, shards, NO_ZOOKEEPER, security, ClusterSecret.load(clusterSecret).credentials());
  }

  private InProcessNodes(
      Path folder,
      int shards,
      String zooKeeper,
      NodeConfig.Security security,
      ClientInterceptor credentials) {
    this.folder = folder;
    this.credentials = credentials;
    this.shards = shards;
    this.placement =
        new NodeConfig.Placement(
            zooKeeper, Optional.empty(), Optional.empty(), 10_000, 0, 1, 0, false);
    this.security = security;
  }

  /** Nodes that are started from now on have their segments in this pool. */
  InProcessNodes withPool(MemoryPool shared, NodeConfig.Pool settings) {
    return withPool(shared, NodeConfig.Storage.ceph(settings));
  }

  /** The same, with other settings of where segments are to be. */
  InProcessNodes withPool(MemoryPool shared, NodeConfig.Storage settings) {
    pool = Optional.of(shared);
    adjustment = config -> config.withStorage(settings);
    return this;
  }

  /** Starts the nodes that found the cluster, all at once. */
  InProcessNodes found(String... nodes) {
    for (String node : nodes) {
      members.put(node, member(node));
      known.put(node, List.of(nodes));
    }
    // Each waits for the others.
    atOnce(List.of(nodes), this::start);
    awaitReady(nodes);
    return this;
  }

  /** Starts a node whose configuration names itself and one other. */
  void add(String node, String other) {
    members.put(node, member(node));
    known.put(node, List.of(node, other));
    start(node);
    awaitReady(node);
  }

  /** Starts nodes again that were stopped, all at once. */
  void startAgain(String... nodes) {
    atOnce(List.of(nodes), this::start);
    awaitReady(nodes);
  }

  /** The settings of a node. */
  NodeConfig config(String node) {
    NodeConfig config =
        NodeConfig.of(node, dataFolder(node), known.get(node).stream().map(members::get).toList());
    return adjustment.apply(
        new NodeConfig(
            config.node(),
            config.cluster(),
            config.dataDirectory(),
            config.zone(),
            config.capacity(),
            config.members(),
            shards,
            config.replication(),
            true,
            placement,
            config.raft(),
            config.write(),
            new NodeConfig.Read(16, 8),
            config.verify(),
            config.door(),
            config.retention(),
            config.storage(),
            security));
  }

  void start(String node) {
    try {
      Node started = Node.start(config(node), pool.map(PoolAccess.Opener.class::cast));
      synchronized (running) {
        running.put(node, started);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void stop(String node) {
    Node stopping;
    synchronized (running) {
      stopping = running.remove(node);
    }
    stopping.close();
  }

  int raftPort(String node) {
    return members.get(node).raftPort();
  }

  /** Where the node's HTTP door is. */
  String http(String node) {
    return members.get(node).http();
  }

  Path dataFolder(String node) {
    return folder.resolve(node);
  }

  /** The node listens on fresh ports from its next start. */
  void relocate(String node) {
    members.put(node, member(node));
    ManagedChannel old = channels.remove(node);
    if (old != null) {
      old.shutdownNow();
    }
  }

  private static Member member(String node) {
    return new Member(
        node,
        "127.0.0.1",
        "127.0.0.1",
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next());
  }

  // ---------------------------------------------------------------------------------- questions

  /** As one of the nodes, where they know one another. */
  Channel channel(String node) {
    return ClientInterceptors.intercept(plainChannel(node), credentials);
  }

  /** As nobody in particular; by TLS where the nodes talk nothing else. */
  ManagedChannel plainChannel(String node) {
    synchronized (channels) {
      return channels.computeIfAbsent(node, this::open);
    }
  }

  private ManagedChannel open(String node) {
    Optional<NodeConfig.Encryption> tls = security.tls().filter(settings -> !settings.plain());
    Member member = members.get(node);
    if (tls.isEmpty()) {
      return NettyChannelBuilder.forAddress("127.0.0.1", member.grpcPort()).usePlaintext().build();
    }
    try {
      return NettyChannelBuilder.forAddress("127.0.0.1", member.tlsPort())
          .sslContext(
              GrpcSslContexts.forClient()
                  .trustManager(tls.get().authorities().orElseThrow().toFile())
                  .build())
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** To the port that talks TLS, by one that does not. */
  ManagedChannel channelWithoutTls(String node) {
    synchronized (channels) {
      return channels.computeIfAbsent(
          node + " without TLS",
          id ->
              NettyChannelBuilder.forAddress("127.0.0.1", members.get(node).tlsPort())
                  .usePlaintext()
                  .build());
    }
  }

  /** Whether an address is that of a node's port for TLS. */
  boolean talksTls(String address) {
    return members.values().stream().anyMatch(member -> member.grpcTls().equals(address));
  }

  PeerGrpc.PeerBlockingStub peer(String node) {
    return PeerGrpc.newBlockingStub(channel(node)).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  BTrDBGrpc.BTrDBBlockingStub client(String node) {
    return BTrDBGrpc.newBlockingStub(channel(node)).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  HelloResponse hello(String node) {
    return peer(node).hello(HelloRequest.getDefaultInstance());
  }

  String peerId(String node) {
    return node + "-" + hello(node).getIncarnation();
  }

  /** Ids of all groups: the shards in order, then the catalog. */
  List<String> groups() {
    return hello(running.keySet().iterator().next()).getFounding().getGroupsList().stream()
        .map(group -> group.getGroup())
        .toList();
  }

  Optional<GroupState> state(String node, String group) {
    return hello(node).getGroupsList().stream().filter(s -> s.getGroup().equals(group)).findFirst();
  }

  /** The node that leads a group and answers. */
  String leader(String group) {
    String[] found = new String[1];
    await(
        "a leader of " + group,
        () -> {
          for (String node : List.copyOf(running.keySet())) {
            if (state(node, group).map(GroupState::getReady).orElse(false)) {
              found[0] = node;
              return true;
            }
          }
          return false;
        });
    return found[0];
  }

  List<String> replicas(String node, int shard) {
    return DataGrpc.newBlockingStub(channel(node))
        .topology(TopologyRequest.getDefaultInstance())
        .getShardsList()
        .stream()
        .filter(route -> route.getShard() == shard)
        .findFirst()
        .orElseThrow()
        .getReplicasList();
  }

  List<String> topologyNodes(String node) {
    return DataGrpc.newBlockingStub(channel(node))
        .topology(TopologyRequest.getDefaultInstance())
        .getNodesList()
        .stream()
        .map(address -> address.getNodeId())
        .toList();
  }

  void awaitReady(String... nodes) {
    for (String node : nodes) {
      await(node + " to be ready", () -> hello(node).getReady());
    }
  }

  // -------------------------------------------------------------------------------------- moves

  /** Moves a replica as a controller does, and returns the answers of the leaders on the way. */
  List<ChangeResponse.State> move(String group, String from, String to, long epoch) {
    HostReplicaResponse hosted =
        peer(to).hostReplica(HostReplicaRequest.newBuilder().setGroup(group).build());
    if (!hosted.getAccepted()) {
      throw new AssertionError(hosted.getReason());
    }
    String leaving = peerId(from);
    List<ChangeResponse.State> answers =
        change(
            ChangeRequest.newBuilder()
                .setGroup(group)
                .setAddPeer(hosted.getPeer())
                .setAddAddress(hosted.getAddress())
                .setRemovePeer(leaving)
                .setEpoch(epoch)
                .build());
    await(
        "the replica on " + from + " to be dropped",
        () ->
            peer(from)
                .dropReplica(
                    DropReplicaRequest.newBuilder().setGroup(group).setPeer(leaving).build())
                .getDone());
    return answers;
  }

  /** Asks the leader of the moment until the change is done. */
  List<ChangeResponse.State> change(ChangeRequest request) {
    List<ChangeResponse.State> answers = new ArrayList<>();
    await(
        "the change of " + request.getGroup() + " to be done",
        () -> {
          ChangeResponse answer = peer(leader(request.getGroup())).change(request);
          if (answers.isEmpty() || answers.get(answers.size() - 1) != answer.getState()) {
            answers.add(answer.getState());
          }
          if (answer.getState() == ChangeResponse.State.REFUSED) {
            throw new AssertionError(answer.getDetail());
          }
          return answer.getState() == ChangeResponse.State.DONE;
        });
    return answers;
  }

  /** Polls a condition; a node that is not there yet makes it false. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        if (condition.getAsBoolean()) {
          return;
        }
      } catch (StatusRuntimeException | CompletionException e) {
        if (System.nanoTime() > end) {
          throw new AssertionError("waited " + PATIENCE + " in vain for " + what, e);
        }
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("waited " + PATIENCE + " in vain for " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    atOnce(List.copyOf(running.keySet()), this::stop);
  }

  private static void atOnce(List<String> nodes, Consumer<String> step) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      nodes.stream()
          .map(node -> CompletableFuture.runAsync(() -> step.accept(node), threads))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }
}
