package io.btrdb.node;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.replica.SpaceReclaim;
import io.btrdb.shard.CommandCodec;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the members of a group have said of themselves, for giving space back. Thread-safe. */
final class ReclaimingGroup implements SpaceReclaim.Group {
  private final NodeDirectory directory;
  private final Identity self;
  private final Supplier<Collection<GroupState>> own;

  /**
   * @param own what this node's replicas are at the moment
   */
  ReclaimingGroup(NodeDirectory directory, Identity self, Supplier<Collection<GroupState>> own) {
    this.directory = directory;
    this.self = self;
    this.own = own;
  }

  private static List<PeerId> members(ReplicatedLog log) {
    return Stream.concat(log.members().voters().stream(), log.members().listeners().stream())
        .map(Peer::id)
        .toList();
  }

  @Override
  public boolean allApply(ReplicatedLog log) {
    return directory.allApply(
        CommandCodec.RECLAIM_LEVEL, members(log).stream().map(Identity::nodeOf).toList());
  }

  /**
   * What a replica has said holds for as long as it is that peer, so one that is silent holds up
   * what was freed since, and nothing else.
   */
  @Override
  public long spareThrough(ReplicatedLog log) {
    return members(log).stream()
        .mapToLong(peer -> spareThrough(log.id().toString(), peer))
        .min()
        .orElse(-1);
  }

  private long spareThrough(String group, PeerId peer) {
    Collection<GroupState> told =
        peer.equals(self.peer())
            ? own.get()
            : directory
                .lastHello(Identity.nodeOf(peer))
                .filter(hello -> isOf(hello, peer))
                .map(HelloResponse::getGroupsList)
                .orElse(List.of());
    return told.stream()
        .filter(state -> state.getGroup().equals(group) && state.getSpareThrough() > 0)
        .mapToLong(GroupState::getSpareThrough)
        .findFirst()
        .orElse(-1);
  }

  /** A node that lost its folder comes back as another peer. */
  private static boolean isOf(HelloResponse hello, PeerId peer) {
    return new Identity(hello.getNodeId(), hello.getIncarnation()).peer().equals(peer);
  }
}
