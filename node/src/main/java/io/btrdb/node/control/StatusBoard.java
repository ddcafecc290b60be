package io.btrdb.node.control;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.MoveStatus;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.placement.ShardRange;
import io.btrdb.placement.coordination.Connection;
import io.btrdb.placement.coordination.PlacementMap;
import io.btrdb.placement.plan.ReplicaStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The whole cluster as this node knows it, for operators. Asks nobody: every node can tell, also
 * while ZooKeeper or other nodes are away. Thread-safe.
 */
final class StatusBoard {
  private final FoundingRecord founding;
  private final String self;
  private final Peers peers;
  private final PlacementSession session;
  private final Supplier<Optional<List<String>>> inOffice;
  private final LastNotes elsewhere;

  /**
   * @param inOffice what the controller has to say; empty unless it is on this node
   * @param elsewhere what is said where it is not
   */
  StatusBoard(
      FoundingRecord founding,
      String self,
      Peers peers,
      PlacementSession session,
      Supplier<Optional<List<String>>> inOffice,
      LastNotes elsewhere) {
    this.founding = founding;
    this.self = self;
    this.peers = peers;
    this.session = session;
    this.inOffice = inOffice;
    this.elsewhere = elsewhere;
  }

  Picture picture() {
    return Picture.of(founding.groups(), peers.nodes());
  }

  ClusterStatus status() {
    Picture picture = picture();
    PlacementMap map = session.remembered().orElse(PlacementMap.EMPTY);
    ClusterStatus.Builder status =
        ClusterStatus.newBuilder()
            .setClusterId(founding.cluster().toString())
            .setClusterName(founding.form().getClusterName())
            .setAnsweredBy(self)
            .setController(session.controller().orElse(""))
            .setZooKeeper(session.connection().name().toLowerCase(Locale.ROOT))
            .setReplication(founding.form().getReplication())
            .addAllNotes(notes(picture, map));
    Set<String> registered = session.registered();
    for (KnownNode node : picture.nodes()) {
      status.addNodes(node(node, picture, map, registered));
    }
    for (FoundingRecord.Group group : founding.groups()) {
      picture.group(group.id().toString()).ifPresent(seen -> status.addGroups(group(seen)));
    }
    map.moves().forEach(move -> status.addMoves(move(move, picture)));
    return status.build();
  }

  private List<String> notes(Picture picture, PlacementMap map) {
    List<String> all = new ArrayList<>();
    Connection connection = session.connection();
    switch (connection) {
      case CONNECTED -> {
        if (session.controller().isEmpty()) {
          all.add("no node is the controller at the moment; nothing is moved until one is");
        }
      }
      case SUSPENDED, LOST ->
          all.add(
              "ZooKeeper cannot be reached from here; nothing is moved meanwhile"
                  + session.trouble().map(trouble -> ": " + trouble).orElse(""));
      case REFUSED -> all.add("ZooKeeper has another cluster of this name; nothing is moved");
    }
    all.addAll(inOffice.get().orElseGet(() -> elsewhere.of(picture, map)));
    return all;
  }

  private static NodeStatus node(
      KnownNode node, Picture picture, PlacementMap map, Set<String> registered) {
    NodeStatus.Builder status =
        NodeStatus.newBuilder()
            .setCard(node.card())
            .setReachable(node.answers())
            .setDraining(map.draining().contains(node.id()))
            .setRegistered(registered.contains(node.id()))
            .setSilentMillis(node.answers() ? 0 : node.silence().toMillis());
    for (Picture.Group group : picture.groups()) {
      if (group.isOn(node.id())) {
        status.setReplicas(status.getReplicas() + 1);
      }
      if (group.leader().filter(leader -> leader.node().equals(node.id())).isPresent()) {
        status.setLeaders(status.getLeaders() + 1);
      }
    }
    if (!node.answers()) {
      return status.setNotReadyReason(node.id() + " does not answer").build();
    }
    HelloResponse hello = node.hello().orElseThrow();
    status
        .setReady(hello.getReady())
        .setNotReadyReason(hello.getNotReadyReason())
        .setDiskFreeBytes(hello.getDiskFreeBytes())
        .setDiskTotalBytes(hello.getDiskTotalBytes());
    for (GroupState group : hello.getGroupsList()) {
      status.setDataBytes(status.getDataBytes() + group.getBytes());
      status.setPointsRate(status.getPointsRate() + group.getPointsRate());
    }
    if (hello.hasVerify()) {
      status.setVerify(hello.getVerify());
    }
    return status.build();
  }

  private static GroupStatus group(Picture.Group seen) {
    Optional<ShardRange> range = seen.founding().range();
    GroupStatus.Builder status =
        GroupStatus.newBuilder()
            .setGroup(seen.id())
            .setCatalog(seen.founding().catalog())
            .setShard(range.map(ShardRange::shard).orElse(0))
            .setFirstSlot(range.map(ShardRange::firstSlot).orElse(0))
            .setSlotCount(range.map(ShardRange::slotCount).orElse(0))
            .setLeader(seen.leader().map(Picture.Member::node).orElse(""))
            .setTerm(seen.term())
            .setEpoch(seen.epoch())
            .setBytes(seen.bytes())
            .setPointsRate(seen.pointsRate());
    for (Picture.Member member : seen.members()) {
      status.addMembers(
          MemberStatus.newBuilder()
              .setNodeId(member.node())
              .setPeer(member.peer())
              .setListener(member.listener())
              .setLagEntries(Math.max(0, member.lag()))
              .setHealthy(member.isAtWork())
              .setReason(member.trouble()));
    }
    return status.build();
  }

  private static MoveStatus move(PlacementMap.Move move, Picture picture) {
    ReplicaStep step = move.step();
    MoveStatus.Builder status =
        MoveStatus.newBuilder()
            .setGroup(step.group())
            .setName(picture.name(step.group()))
            .setFromNode(step.source().orElse(""))
            .setToNode(step.target().orElse(""))
            .setWhy(step.why().sentence())
            .setStartedMillis(move.startedMillis());
    Optional<Picture.Group> group = picture.group(step.group());
    if (group.isEmpty() || step.target().isEmpty()) {
      return status.setStep("leaving").build();
    }
    String target = step.target().get();
    Optional<Picture.Member> learning = group.get().member(target, true);
    picture
        .told(target, step.group())
        .ifPresent(
            told ->
                status
                    .setDoneBytes(told.getTransferDoneBytes())
                    .setTotalBytes(told.getTransferTotalBytes()));
    if (learning.isPresent()) {
      return status
          .setStep(learning.get().isWell() ? "caught up" : "catching up")
          .setLagEntries(Math.max(0, learning.get().lag()))
          .build();
    }
    boolean votes = group.get().member(target, false).isPresent();
    return status.setStep(votes ? "votes" : "waits to be taken in").build();
  }
}
