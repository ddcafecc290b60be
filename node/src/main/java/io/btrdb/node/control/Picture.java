package io.btrdb.node.control;

import io.btrdb.api.cluster.FollowerLag;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.placement.coordination.PlacementMap;
import io.btrdb.placement.plan.ClusterState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The cluster as its nodes describe it, at one moment. A group's members are those that its leader
 * tells; while nobody leads, those that the replica in the highest term knows.
 */
final class Picture {
  private static final long CURRENT_LAG_MAX = 512;
  private static final long CURRENT_SILENCE_MILLIS_MAX = 3_500;
  private static final int SENTENCES_MAX = 10;

  private static final String BEHIND = "catching up";

  /**
   * @param lag entries it lacks; −1 while not known
   * @param trouble why it does not count as well; empty when it does
   */
  record Member(
      String node, String peer, String address, boolean listener, long lag, String trouble) {
    boolean isWell() {
      return trouble.isEmpty();
    }

    /** Whether it does what a replica does, current or not. */
    boolean isAtWork() {
      return isWell() || trouble.equals(BEHIND);
    }
  }

  /**
   * A group as seen.
   *
   * @param bytes that one replica keeps
   * @param pointsRate points written a second; like {@code bytes} 0 while no replica is at work
   */
  record Group(
      FoundingRecord.Group founding,
      Optional<Member> leader,
      long term,
      long epoch,
      List<Member> members,
      long bytes,
      long pointsRate) {
    String id() {
      return founding.id().toString();
    }

    /** The member on a node; of two incarnations the one that is asked for. */
    Optional<Member> member(String node, boolean listener) {
      return members.stream()
          .filter(m -> m.node().equals(node) && m.listener() == listener)
          .findFirst();
    }

    boolean isOn(String node) {
      return members.stream().anyMatch(m -> m.node().equals(node));
    }

    List<String> voters() {
      return members.stream().filter(m -> !m.listener()).map(Member::node).sorted().toList();
    }
  }

  private final Map<String, KnownNode> nodes = new TreeMap<>();

  /** By node, then by group. */
  private final Map<String, Map<String, GroupState>> told = new HashMap<>();

  private final Map<String, Group> groups = new TreeMap<>();

  private Picture() {}

  static Picture of(List<FoundingRecord.Group> founding, List<KnownNode> known) {
    Picture picture = new Picture();
    for (KnownNode node : known) {
      picture.nodes.put(node.id(), node);
      if (node.answers()) {
        Map<String, GroupState> states = new HashMap<>();
        node.hello().orElseThrow().getGroupsList().forEach(g -> states.put(g.getGroup(), g));
        picture.told.put(node.id(), states);
      }
    }
    founding.forEach(picture::add);
    return picture;
  }

  Iterable<KnownNode> nodes() {
    return nodes.values();
  }

  Optional<KnownNode> node(String id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /** In the order of their ids. */
  List<Group> groups() {
    return List.copyOf(groups.values());
  }

  Optional<Group> group(String id) {
    return Optional.ofNullable(groups.get(id));
  }

  /** How people call a group. */
  String name(String group) {
    return group(group).map(g -> g.founding().name()).orElse("group " + group);
  }

  /** A planner's sentences, the first few of them, with the names that people use. */
  List<String> named(List<String> sentences) {
    List<String> texts = new ArrayList<>();
    for (String sentence : sentences.subList(0, Math.min(SENTENCES_MAX, sentences.size()))) {
      String text = sentence;
      for (Group group : groups.values()) {
        text = text.replace("group " + group.id(), group.founding().name());
      }
      texts.add(text);
    }
    if (sentences.size() > SENTENCES_MAX) {
      texts.add((sentences.size() - SENTENCES_MAX) + " more of that kind");
    }
    return texts;
  }

  /** What a node says of its replica, while it answers. */
  Optional<GroupState> told(String node, String group) {
    return Optional.ofNullable(told.getOrDefault(node, Map.of()).get(group));
  }

  // ------------------------------------------------------------------------------------- drawing

  private void add(FoundingRecord.Group founding) {
    String id = founding.id().toString();
    List<GroupState> words =
        nodes.keySet().stream().flatMap(node -> told(node, id).stream()).toList();
    long term = words.stream().mapToLong(GroupState::getTerm).max().orElse(0);
    Optional<GroupState> leading =
        words.stream()
            .filter(s -> s.getRole().equals("LEADER") && s.getReady() && s.getTerm() == term)
            .findFirst();
    Optional<GroupState> best =
        leading.isPresent()
            ? leading
            : words.stream()
                .filter(state -> state.getMembersCount() > 0)
                .max(Comparator.comparingLong(GroupState::getTerm));
    List<PeerState> peers =
        best.map(GroupState::getMembersList).orElseGet(() -> founding.founders());
    List<Member> members = new ArrayList<>();
    for (PeerState peer : peers) {
      members.add(member(id, peer, leading));
    }
    Optional<String> leaderPeer = leading.map(GroupState::getLeaderPeer);
    groups.put(
        id,
        new Group(
            founding,
            members.stream().filter(m -> leaderPeer.equals(Optional.of(m.peer()))).findFirst(),
            term,
            words.stream().mapToLong(GroupState::getEpoch).max().orElse(0),
            List.copyOf(members),
            typical(id, members, GroupState::getBytes),
            typical(id, members, GroupState::getPointsRate)));
  }

  /**
   * The middle one of what voters at work say, which all apply the same: one that is behind, or has
   * just read its log again, does not count.
   */
  private long typical(String group, List<Member> members, ToLongFunction<GroupState> figure) {
    long[] figures =
        members.stream()
            .filter(member -> !member.listener() && member.isAtWork())
            .flatMap(member -> told(member.node(), group).stream())
            .mapToLong(figure)
            .sorted()
            .toArray();
    return figures.length == 0 ? 0 : figures[(figures.length - 1) / 2];
  }

  private Member member(String group, PeerState peer, Optional<GroupState> leading) {
    String node = Identity.nodeOf(peer.getPeer());
    boolean leads = leading.filter(l -> l.getLeaderPeer().equals(peer.getPeer())).isPresent();
    Optional<FollowerLag> progress =
        leading.stream()
            .flatMap(state -> state.getFollowersList().stream())
            .filter(lag -> lag.getPeer().equals(peer.getPeer()))
            .findFirst();
    long lag = leads ? 0 : progress.map(FollowerLag::getLagEntries).orElse(-1L);
    return new Member(
        node,
        peer.getPeer(),
        peer.getAddress(),
        peer.getListener(),
        lag,
        trouble(group, peer.getPeer(), node, leads, progress));
  }

  private String trouble(
      String group, String peer, String node, boolean leads, Optional<FollowerLag> progress) {
    Optional<KnownNode> known = node(node);
    if (known.isEmpty()) {
      return node + " does not belong to the cluster";
    }
    if (!known.get().answers()) {
      return node + " does not answer";
    }
    if (!known.get().peer().equals(peer)) {
      return node + " has lost this replica's data";
    }
    Optional<GroupState> told = told(node, group);
    if (told.isEmpty()) {
      return node + " does not have this replica open";
    }
    if (!told.get().getHealthy()) {
      return told.get().getUnhealthyReason().isEmpty()
          ? "not healthy"
          : told.get().getUnhealthyReason();
    }
    if (leads) {
      return "";
    }
    if (progress.isEmpty()) {
      return "no leader says how far it is";
    }
    if (progress.get().getSilentMillis() > CURRENT_SILENCE_MILLIS_MAX) {
      return "does not answer its leader";
    }
    return progress.get().getLagEntries() > CURRENT_LAG_MAX ? BEHIND : "";
  }

  // ------------------------------------------------------------------------------------ planning

  /** What the planner needs to know. */
  ClusterState state(PlacementMap map, int replication) {
    return new ClusterState(
        nodes.values().stream().map(node -> state(node, map)).toList(),
        groups.values().stream().map(Picture::state).toList(),
        replication,
        map.moves().stream().map(PlacementMap.Move::step).toList());
  }

  private static ClusterState.Node state(KnownNode node, PlacementMap map) {
    NodeCard card = node.card();
    return new ClusterState.Node(
        node.id(),
        card.getZone(),
        card.getCapacity() < 1 ? 100 : card.getCapacity(),
        node.answers() ? 0 : Math.max(1, node.silence().toMillis()),
        map.draining().contains(node.id()));
  }

  private static ClusterState.Group state(Group group) {
    return new ClusterState.Group(
        group.id(),
        group.members().stream()
            .map(m -> new ClusterState.Replica(m.node(), m.listener(), m.isWell()))
            .toList(),
        group.leader().map(Member::node),
        group.bytes(),
        group.pointsRate());
  }
}
