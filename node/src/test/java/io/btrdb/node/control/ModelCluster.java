package io.btrdb.node.control;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.DropReplicaResponse;
import io.btrdb.api.cluster.FollowerLag;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.HostReplicaResponse;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.api.cluster.TransferResponse;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.placement.GroupIds;
import io.btrdb.placement.ShardRange;
import io.btrdb.placement.coordination.Coordination.Versioned;
import io.btrdb.placement.coordination.LeaderHint;
import io.btrdb.placement.coordination.PlacementMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Nodes, Raft configurations and ZooKeeper in memory, one thread, with a clock of its own. Any call
 * of the controller can be its last: it is cut off before the call has an effect, or after.
 */
final class ModelCluster implements Peers, MapStore {
  private static final UUID CLUSTER = UUID.fromString("00000000-0000-4000-8000-000000000007");
  private static final int CATCHING_UP_CALLS = 2;

  /** The controller's process has ended in the middle of a call. */
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static final class Node {
    boolean alive = true;
    long silentSince;
    final Set<String> hosted = new TreeSet<>();
  }

  static final class Group {
    final FoundingRecord.Group founding;
    final Set<String> voters = new TreeSet<>();
    final Map<String, Integer> listeners = new TreeMap<>();
    String leader;
    long term = 1;
    long epoch;
    long bytes;
    long pointsRate;

    /** The node whose replica alone tells that rate, the others none; null: all tell it. */
    String misreadBy;

    Group(FoundingRecord.Group founding) {
      this.founding = founding;
    }
  }

  final Map<String, Node> nodes = new TreeMap<>();
  final Map<String, Group> groups = new TreeMap<>();
  final Set<String> removed = new TreeSet<>();
  long millis = 1_000_000;
  int calls;
  int changes;
  int transfers;

  /** The call that is the last; −1: none. */
  int lastCall = -1;

  boolean diesBefore;
  Optional<PlacementMap> kept = Optional.empty();
  int version;
  Optional<PlacementMap> remembered = Optional.empty();

  void addNode(String id) {
    nodes.put(id, new Node());
  }

  void found(int shards, int replication) {
    List<String> ids = List.copyOf(nodes.keySet());
    for (int shard = 0; shard < shards; shard++) {
      FoundingRecord.Group founding =
          new FoundingRecord.Group(
              new GroupId(GroupIds.shard(CLUSTER, shard)),
              Optional.of(new ShardRange(shard, shard, 1)),
              List.of());
      Group group = new Group(founding);
      for (int i = 0; i < Math.min(replication, ids.size()); i++) {
        String node = ids.get((shard + i) % ids.size());
        group.voters.add(peer(node));
        nodes.get(node).hosted.add(founding.id().toString());
      }
      group.leader = peer(ids.get(shard % ids.size()));
      groups.put(founding.id().toString(), group);
    }
  }

  List<FoundingRecord.Group> founding() {
    return groups.values().stream().map(group -> group.founding).toList();
  }

  static String peer(String node) {
    return node + "-i";
  }

  void kill(String node) {
    nodes.get(node).alive = false;
    nodes.get(node).silentSince = millis;
    for (Group group : groups.values()) {
      if (group.leader.equals(peer(node))) {
        group.leader = group.voters.stream().filter(this::alive).findFirst().orElse(group.leader);
        group.term++;
      }
    }
  }

  private boolean alive(String peer) {
    return nodes.get(Identity.nodeOf(peer)).alive;
  }

  int held(String node) {
    return (int) groups.values().stream().filter(g -> g.voters.contains(peer(node))).count();
  }

  int led(String node) {
    return (int) groups.values().stream().filter(g -> g.leader.equals(peer(node))).count();
  }

  Group shard(int shard) {
    return groups.values().stream()
        .filter(group -> group.founding.range().orElseThrow().shard() == shard)
        .findFirst()
        .orElseThrow();
  }

  String leader(int shard) {
    return Identity.nodeOf(shard(shard).leader);
  }

  /** One call of the controller, which may not survive it. */
  private <T> CompletableFuture<T> call(Supplier<T> effect) {
    calls++;
    if (calls == lastCall && diesBefore) {
      throw new Died();
    }
    T result = effect.get();
    if (calls == lastCall) {
      throw new Died();
    }
    return CompletableFuture.completedFuture(result);
  }

  // --------------------------------------------------------------------------------------- peers

  @Override
  public List<KnownNode> nodes() {
    List<KnownNode> known = new ArrayList<>();
    nodes.forEach(
        (id, node) -> {
          if (!removed.contains(id)) {
            NodeCard card =
                NodeCard.newBuilder().setNodeId(id).setIncarnation("i").setCapacity(100).build();
            Duration silence =
                node.alive ? Duration.ZERO : Duration.ofMillis(millis - node.silentSince + 4_000);
            known.add(new KnownNode(card, silence, Optional.of(hello(id, node))));
          }
        });
    return known;
  }

  private HelloResponse hello(String id, Node node) {
    HelloResponse.Builder hello = HelloResponse.newBuilder().setNodeId(id).setIncarnation("i");
    for (String hosted : node.hosted) {
      Group group = groups.get(hosted);
      boolean leads = group.leader.equals(peer(id)) && node.alive;
      GroupState.Builder state =
          GroupState.newBuilder()
              .setGroup(hosted)
              .setHealthy(true)
              .setTerm(group.term)
              .setEpoch(group.epoch)
              .setBytes(group.bytes)
              .setPointsRate(
                  group.misreadBy == null || group.misreadBy.equals(id) ? group.pointsRate : 0)
              .setLeaderPeer(group.leader)
              .setReady(leads)
              .setRole(leads ? "LEADER" : "FOLLOWER");
      group.voters.forEach(
          p -> state.addMembers(PeerState.newBuilder().setPeer(p).setAddress("h:1")));
      group.listeners.forEach(
          (p, lag) ->
              state.addMembers(
                  PeerState.newBuilder().setPeer(p).setAddress("h:1").setListener(true)));
      if (leads) {
        group.voters.stream()
            .filter(p -> !p.equals(group.leader))
            .forEach(p -> state.addFollowers(lag(p, alive(p) ? 0 : 100_000)));
        group.listeners.forEach((p, lag) -> state.addFollowers(lag(p, lag * 1_000L)));
      }
      hello.addGroups(state);
    }
    return hello.build();
  }

  private static FollowerLag lag(String peer, long entries) {
    return FollowerLag.newBuilder().setPeer(peer).setLagEntries(entries).build();
  }

  @Override
  public CompletableFuture<HostReplicaResponse> host(String node, String group) {
    return call(
        () -> {
          require(nodes.get(node).alive, "a replica hosted on a dead node");
          nodes.get(node).hosted.add(group);
          return HostReplicaResponse.newBuilder()
              .setAccepted(true)
              .setPeer(peer(node))
              .setAddress("h:1")
              .build();
        });
  }

  @Override
  public CompletableFuture<ChangeResponse> change(String node, ChangeRequest request) {
    return call(
        () -> {
          Group group = groups.get(request.getGroup());
          if (!group.leader.equals(peer(node)) || !nodes.get(node).alive) {
            return answer(ChangeResponse.State.NOT_LEADER);
          }
          if (request.getEpoch() < group.epoch) {
            return answer(ChangeResponse.State.REFUSED);
          }
          group.epoch = request.getEpoch();
          return advance(group, request.getAddPeer(), request.getRemovePeer());
        });
  }

  private ChangeResponse advance(Group group, String add, String remove) {
    if (!add.isEmpty() && !group.voters.contains(add)) {
      if (!group.listeners.containsKey(add)) {
        require(
            nodes.get(Identity.nodeOf(add)).hosted.contains(group.founding.id().toString()),
            "taken in before it was hosted");
        group.listeners.put(add, CATCHING_UP_CALLS);
        return answer(ChangeResponse.State.CATCHING_UP);
      }
      int left = group.listeners.get(add);
      if (left > 0) {
        group.listeners.put(add, left - 1);
        return answer(ChangeResponse.State.CATCHING_UP);
      }
    }
    if (remove.equals(group.leader) && group.voters.size() > 1) {
      group.leader =
          group.voters.stream()
              .filter(p -> alive(p) && !p.equals(remove))
              .findFirst()
              .orElseThrow();
      group.term++;
      return answer(ChangeResponse.State.NOT_LEADER);
    }
    boolean voterLeaves = group.voters.remove(remove);
    boolean voterComes = !add.isEmpty() && group.voters.add(add);
    group.listeners.remove(add);
    group.listeners.remove(remove);
    changes += voterLeaves || voterComes ? 1 : 0;
    long live = group.voters.stream().filter(this::alive).count();
    require(2 * live > group.voters.size(), "a group lost its majority");
    return answer(ChangeResponse.State.DONE);
  }

  private static ChangeResponse answer(ChangeResponse.State state) {
    return ChangeResponse.newBuilder().setState(state).build();
  }

  @Override
  public CompletableFuture<DropReplicaResponse> drop(String node, String group, String peer) {
    return call(
        () -> {
          Group it = groups.get(group);
          require(
              !it.voters.contains(peer) && !it.listeners.containsKey(peer), "a member was dropped");
          nodes.get(node).hosted.remove(group);
          return DropReplicaResponse.newBuilder().setDone(true).build();
        });
  }

  @Override
  public CompletableFuture<TransferResponse> transfer(String node, String group, String toPeer) {
    return call(
        () -> {
          Group it = groups.get(group);
          require(it.voters.contains(toPeer) && alive(toPeer), "handed to nobody");
          it.leader = toPeer;
          it.term++;
          transfers++;
          return TransferResponse.newBuilder().setDone(true).build();
        });
  }

  @Override
  public void remove(String node) {
    removed.add(node);
  }

  // --------------------------------------------------------------------------------------- store

  @Override
  public boolean isController() {
    return true;
  }

  @Override
  public CompletableFuture<Optional<Versioned>> read() {
    return call(() -> kept.map(map -> new Versioned(map, version)));
  }

  @Override
  public CompletableFuture<Integer> write(PlacementMap map, OptionalInt from) {
    return call(
        () -> {
          require(from.isPresent() == kept.isPresent(), "written from nowhere");
          require(from.isEmpty() || from.getAsInt() == version, "written over another's map");
          for (PlacementMap.Group group : map.groups()) {
            long before =
                kept.flatMap(k -> k.group(group.id())).map(PlacementMap.Group::epoch).orElse(0L);
            require(group.epoch() >= before, "an epoch was lowered");
          }
          kept = Optional.of(map);
          remembered = kept;
          version++;
          return version;
        });
  }

  @Override
  public CompletableFuture<Void> hint(List<LeaderHint> leaders) {
    return call(() -> null);
  }

  @Override
  public Optional<PlacementMap> remembered() {
    return remembered;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
