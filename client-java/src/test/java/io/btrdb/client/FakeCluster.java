package io.btrdb.client;

import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.cluster.NodeAddress;
import io.btrdb.api.cluster.ShardRoute;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.v5.StreamDescriptor;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.codec.PointsCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * What all fake nodes share: two shards, one leader, sessions that apply each number once, and
 * points in memory. A script may decide the fate of each write.
 */
final class FakeCluster implements AutoCloseable {
  /** What a node does with a write. */
  enum Fate {
    APPLY,
    APPLY_AND_BREAK,
    BREAK,
    IGNORE,
    LOSE_SESSION
  }

  /** Said instead of applying, unless code is 0. */
  record Verdict(Fate fate, int code, boolean unknown, int retryAfterMillis) {
    static final Verdict APPLY = new Verdict(Fate.APPLY, 0, false, 0);

    static Verdict of(Fate fate) {
      return new Verdict(fate, 0, false, 0);
    }

    static Verdict refuse(int code) {
      return new Verdict(Fate.APPLY, code, false, 0);
    }
  }

  final List<FakeNode> nodes = new ArrayList<>();
  final Set<UUID> sessions = new HashSet<>();
  final List<WriteRequest> received = new ArrayList<>();
  final List<Integer> frames = new ArrayList<>();
  final Map<String, Version> applied = new HashMap<>();
  final Map<UUID, TreeMap<Long, List<Double>>> points = new HashMap<>();
  final Map<UUID, Version> versions = new HashMap<>();
  final Map<UUID, StreamDescriptor> catalog = new ConcurrentHashMap<>();
  BiFunction<FakeNode, WriteRequest, Verdict> script = (node, request) -> Verdict.APPLY;

  /** Nodes that no topology names any more. */
  final Set<FakeNode> removed = ConcurrentHashMap.newKeySet();

  private int leader;
  private long term = 1;

  static FakeCluster of(int size) throws Exception {
    FakeCluster cluster = new FakeCluster();
    for (int i = 0; i < size; i++) {
      cluster.nodes.add(new FakeNode(cluster, i));
    }
    return cluster;
  }

  FakeNode node(int i) {
    return nodes.get(i);
  }

  String[] endpoints() {
    return nodes.stream().map(FakeNode::address).toArray(String[]::new);
  }

  synchronized FakeNode add() throws Exception {
    FakeNode node = new FakeNode(this, nodes.size());
    nodes.add(node);
    return node;
  }

  synchronized void lead(int node) {
    leader = node;
    term++;
  }

  synchronized boolean leads(FakeNode node) {
    return node.index == leader;
  }

  synchronized void create(UUID uuid) {
    versions.put(uuid, new Version(10, 0));
    points.put(uuid, new TreeMap<>());
  }

  synchronized ClusterTopology topology() {
    ClusterTopology.Builder topology =
        ClusterTopology.newBuilder().setClusterId("c").setRevision(term);
    List<FakeNode> members = nodes.stream().filter(node -> !removed.contains(node)).toList();
    for (FakeNode node : members) {
      topology.addNodes(
          NodeAddress.newBuilder()
              .setNodeId("n" + node.index)
              .setGrpc(node.address())
              .setZone("zone" + node.index));
    }
    for (int shard = 0; shard < 2; shard++) {
      topology.addShards(
          ShardRoute.newBuilder()
              .setShard(shard)
              .setFirstSlot(shard * 2048)
              .setSlotCount(2048)
              .setLeader("n" + leader)
              .setLeaderTerm(term)
              .addAllReplicas(members.stream().map(node -> "n" + node.index).toList()));
    }
    return topology.setCatalogLeader("n" + leader).build();
  }

  /** Applies a write once per session and sequence, as a shard does. */
  synchronized WriteOutcome.Builder apply(WriteRequest request) {
    WriteOutcome.Builder outcome = WriteOutcome.newBuilder().setId(request.getId());
    UUID session = new UUID(request.getSessionHigh(), request.getSessionLow());
    if (!sessions.contains(session)) {
      return outcome.setCode(419).setMessage("no such session").setSessionLost(true);
    }
    UUID uuid = UuidBytes.parse(request.getUuid()).orElseThrow();
    if (!versions.containsKey(uuid)) {
      return outcome.setCode(404).setMessage("stream does not exist");
    }
    Version version =
        applied.computeIfAbsent(
            session + "/" + request.getSequence(), key -> perform(uuid, request));
    return outcome.setVersionMajor(version.major()).setVersionMinor(version.minor());
  }

  private Version perform(UUID uuid, WriteRequest request) {
    Version version = versions.get(uuid);
    if (request.hasInsert()) {
      int count = request.getInsert().getCount();
      long[] times = new long[count];
      double[] values = new double[count];
      byte[] block = request.getInsert().getPoints().toByteArray();
      PointsCodec.decode(block, 0, block.length, times, values, 0);
      for (int i = 0; i < count; i++) {
        points.get(uuid).computeIfAbsent(times[i], t -> new ArrayList<>()).add(values[i]);
      }
      version = new Version(version.major(), version.minor() + count);
    } else if (request.hasDelete()) {
      points.get(uuid).subMap(request.getDelete().getStart(), request.getDelete().getEnd()).clear();
      version = new Version(version.major() + 1, 0);
    } else {
      version = new Version(version.major() + 1, 0);
    }
    versions.put(uuid, version);
    return version;
  }

  synchronized int count(UUID uuid) {
    return points.get(uuid).values().stream().mapToInt(List::size).sum();
  }

  synchronized List<WriteRequest> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    nodes.forEach(FakeNode::stop);
  }
}
