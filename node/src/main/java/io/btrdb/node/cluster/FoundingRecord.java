package io.btrdb.node.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.cluster.FormRequest;
import io.btrdb.api.cluster.FoundingGroup;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.placement.Founding;
import io.btrdb.placement.GroupIds;
import io.btrdb.placement.ShardRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How the cluster was founded: its id, its groups and the incarnations that were its first members.
 * The same on all nodes, kept in each data folder.
 */
public final class FoundingRecord {
  private final FormRequest form;

  private FoundingRecord(FormRequest form) {
    this.form = form;
  }

  public static FoundingRecord of(FormRequest form) {
    return new FoundingRecord(form);
  }

  /** Draws up the record of a new cluster. */
  static FoundingRecord draw(NodeConfig config, UUID cluster, List<PeerState> members) {
    return draw(config, cluster, Founding.ranges(config.shards()), members);
  }

  /** Draws up the record of a new cluster whose ranges are given, whatever the settings say. */
  public static FoundingRecord draw(
      NodeConfig config, UUID cluster, List<ShardRange> ranges, List<PeerState> members) {
    FormRequest.Builder form =
        FormRequest.newBuilder()
            .setClusterId(cluster.toString())
            .setClusterName(config.cluster())
            .setReplication(config.replication())
            .addAllMembers(members);
    for (ShardRange range : ranges) {
      form.addGroups(
          FoundingGroup.newBuilder()
              .setGroup(GroupIds.shard(cluster, range.shard()).toString())
              .setShard(range.shard())
              .setFirstSlot(range.firstSlot())
              .setSlotCount(range.slotCount()));
    }
    form.addGroups(
        FoundingGroup.newBuilder().setGroup(GroupIds.catalog(cluster).toString()).setCatalog(true));
    return new FoundingRecord(form.build());
  }

  /** The record in a data folder; empty when its node belongs to no cluster yet. */
  public static Optional<FoundingRecord> load(Path dataDirectory) {
    return file(dataDirectory)
        .read()
        .map(
            bytes -> {
              try {
                return new FoundingRecord(FormRequest.parseFrom(bytes));
              } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the founding record cannot be read", e);
              }
            });
  }

  /** Writes the record into a data folder, which from then on belongs to the cluster. */
  public void store(Path dataDirectory) {
    file(dataDirectory).write(form.toByteArray());
  }

  private static DurableFile file(Path dataDirectory) {
    return new DurableFile(dataDirectory.resolve("founding"));
  }

  public FormRequest form() {
    return form;
  }

  public UUID cluster() {
    return UUID.fromString(form.getClusterId());
  }

  /** One Raft group of the cluster; {@code range} is empty for the catalog. */
  public record Group(GroupId id, Optional<ShardRange> range, List<PeerState> founders) {
    public boolean catalog() {
      return range.isEmpty();
    }

    /** For people: {@code shard 5} or {@code the catalog}. */
    public String name() {
      return range.map(r -> "shard " + r.shard()).orElse("the catalog");
    }

    public List<Peer> voters() {
      return founders.stream()
          .map(m -> Peer.voter(new PeerId(m.getPeer()), m.getAddress()))
          .toList();
    }

    /** Whether a node is among the first to keep this group. */
    public boolean isOn(String node) {
      return founders.stream().anyMatch(m -> Identity.nodeOf(m.getPeer()).equals(node));
    }
  }

  /** All groups: the shards in order, then the catalog. */
  public List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < form.getGroupsCount(); i++) {
      FoundingGroup group = form.getGroups(i);
      Optional<ShardRange> range =
          group.getCatalog()
              ? Optional.empty()
              : Optional.of(
                  new ShardRange(group.getShard(), group.getFirstSlot(), group.getSlotCount()));
      groups.add(
          new Group(
              new GroupId(UUID.fromString(group.getGroup())),
              range,
              Founding.replicas(i, form.getMembersList(), form.getReplication())));
    }
    return groups;
  }

  /** Whether this very incarnation was among the founders. */
  public boolean isFounder(Identity self) {
    return form.getMembersList().stream().anyMatch(m -> m.getPeer().equals(self.peer().value()));
  }
}
