package io.btrdb.node.replica;

import io.btrdb.api.cluster.FollowerLag;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.consensus.FollowerProgress;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.Members;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.storage.local.LocalSegmentStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What this node tells others of its replicas. Thread-safe. */
public final class GroupStates {
  private final Map<GroupId, FoundingRecord.Group> groups;
  private final Replicas replicas;
  private final LocalSegmentStore segments;
  private final ReplicaFetch fetch;
  private final Map<GroupId, PointRate> rates = new ConcurrentHashMap<>();

  /**
   * @param groups all of the cluster
   */
  public GroupStates(
      Map<GroupId, FoundingRecord.Group> groups,
      Replicas replicas,
      LocalSegmentStore segments,
      ReplicaFetch fetch) {
    this.groups = groups;
    this.replicas = replicas;
    this.segments = segments;
    this.fetch = fetch;
  }

  /** All replicas as they are at the moment, but for those that are being deleted. */
  public List<GroupState> all() {
    List<GroupState> states = new ArrayList<>();
    for (ReplicatedLog log : replicas.logs()) {
      FoundingRecord.Group group = groups.get(log.id());
      if (group != null) {
        replicas.machine(log.id()).ifPresent(machine -> states.add(state(group, log, machine)));
      }
    }
    rates.keySet().removeIf(group -> replicas.log(group).isEmpty());
    return states;
  }

  private GroupState state(FoundingRecord.Group group, ReplicatedLog log, Replicas.Hosted machine) {
    Role role = log.role();
    GroupState.Builder state =
        GroupState.newBuilder()
            .setGroup(group.id().toString())
            .setCatalog(group.catalog())
            .setLeaderPeer(role.leader().map(PeerId::value).orElse(""))
            .setTerm(role.term())
            .setRole(role.kind().name())
            .setReady(role.ready())
            .setAppliedIndex(Math.max(0, log.applied().index()));
    switch (log.health()) {
      case Health.Healthy healthy -> {
        state.setHealthy(true);
        members(state, log.members());
        log.followers().forEach(follower -> state.addFollowers(lag(follower)));
      }
      case Health.Starting starting -> state.setUnhealthyReason("starting");
      case Health.Failed failed -> state.setUnhealthyReason(String.valueOf(failed.reason()));
    }
    group.range().ifPresent(range -> state.setShard(range.shard()));
    if (machine instanceof ShardReplica replica && replica.shard() != null) {
      shard(state, replica);
    }
    fetch
        .progress(group.id())
        .ifPresent(
            progress ->
                state
                    .setTransferDoneBytes(progress.doneBytes())
                    .setTransferTotalBytes(progress.totalBytes()));
    return state.build();
  }

  private static void members(GroupState.Builder state, Members members) {
    Stream.concat(members.voters().stream(), members.listeners().stream())
        .map(GroupStates::peer)
        .forEach(state::addMembers);
  }

  private static PeerState peer(Peer peer) {
    return PeerState.newBuilder()
        .setPeer(peer.id().value())
        .setAddress(peer.address())
        .setListener(peer.listener())
        .build();
  }

  private static FollowerLag lag(FollowerProgress follower) {
    return FollowerLag.newBuilder()
        .setPeer(follower.id().value())
        .setLagEntries(follower.lag())
        .setSilentMillis(follower.silence().toMillis())
        .build();
  }

  private void shard(GroupState.Builder state, ShardReplica replica) {
    state
        .setEpoch(replica.epoch())
        .setBytes(segments.bytes(replica.range().shard()))
        .setBacklogBytes(replica.shard().backlogBytes())
        .setSpareThrough(Math.max(0, replica.spareThrough()))
        .setPointsRate(
            rates
                .computeIfAbsent(replica.group(), group -> new PointRate())
                .sample(System.nanoTime(), replica.shard().counters().pointsLogged()));
  }
}
