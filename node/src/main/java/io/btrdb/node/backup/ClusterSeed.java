package io.btrdb.node.backup;

import io.btrdb.api.cluster.PeerState;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import io.btrdb.placement.ShardRange;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.storage.local.RocksResources;
import io.btrdb.storage.local.RocksSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Makes the data folders of a new cluster's first members from the groups of another.
 *
 * <p>The new cluster has an id, Raft groups and incarnations of its own, so that nothing of the old
 * one can ever talk to it. All voters of a group begin alike: with the same checkpoint, an empty
 * log behind it and no vote cast in the checkpoint's term. To Raft that is a group whose members
 * have all just installed one snapshot, which is why nothing has to be agreed on, or waited for,
 * when the nodes start.
 *
 * <p>Shards and catalog of one source may be of different moments. They are made to agree here,
 * while nothing runs: see {@link SeededShard#agree}.
 *
 * <p>Used by one thread.
 */
public final class ClusterSeed {
  private static final long MEBI = 1 << 20;

  /** Told how far it is. */
  public interface Watcher {
    /** The group that is being made. */
    void group(String name);

    /** Bytes copied since the last call. */
    void copied(long bytes);
  }

  /**
   * What became of one group.
   *
   * @param streams live streams; for a shard 0
   * @param opened and those that follow: see {@link SeededShard.Agreement}
   * @param missingSegments segments that versions need and the source does not have
   */
  public record Grown(
      String name,
      LogPosition position,
      long logTimeMillis,
      long streams,
      long opened,
      long dropped,
      long buried,
      List<UUID> found,
      Set<Long> missingSegments) {}

  private final UUID cluster;
  private final List<NodeConfig> nodes;
  private final boolean tolerant;
  private final Watcher watcher;
  private final FoundingRecord founding;

  /**
   * @param cluster id of the new cluster; with the same one the folders of its members may be made
   *     on different machines, once each
   * @param nodes the members whose folders are made here, with the same list of members each
   * @param ranges the source's
   * @param tolerant whether to go on when segments are missing
   */
  public ClusterSeed(
      UUID cluster,
      List<NodeConfig> nodes,
      List<ShardRange> ranges,
      boolean tolerant,
      Watcher watcher) {
    this.cluster = cluster;
    this.nodes = List.copyOf(nodes);
    this.tolerant = tolerant;
    this.watcher = watcher;
    NodeConfig first = nodes.getFirst();
    for (NodeConfig node : nodes) {
      if (!node.members().equals(first.members())
          || !node.cluster().equals(first.cluster())
          || node.replication() != first.replication()) {
        throw new SeedException(
            "the settings of "
                + node.node()
                + " and "
                + first.node()
                + " differ in 'cluster', 'members' or 'replication'");
      }
    }
    List<PeerState> members = new ArrayList<>();
    for (Member member : first.members()) {
      String peer = new Identity(member.node(), incarnation(member.node())).peer().value();
      members.add(PeerState.newBuilder().setPeer(peer).setAddress(member.raft()).build());
    }
    this.founding = FoundingRecord.draw(first, cluster, ranges, members);
  }

  /** The same on every machine, and never used again: the cluster's id is drawn at random. */
  private String incarnation(String node) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((cluster + "/" + node).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Makes the folders. Either all of them are in their places afterwards, or (unless the machine
   * dies while they are moved there) none.
   *
   * @param sources the shards in order, then the catalog
   * @throws SeedException when a folder is in use or the source lacks something
   * @throws StorageException when a disk fails or is full
   */
  public List<Grown> plant(List<GroupSource> sources) {
    Path place = nodes.getFirst().dataDirectory().toAbsolutePath().normalize();
    Path work = place.resolveSibling(place.getFileName() + ".seed-work");
    List<MemberSeed> members = new ArrayList<>();
    try (RocksResources rocks =
        RocksResources.open(new RocksSettings(64 * MEBI, 32 * MEBI, 16 * MEBI))) {
      try {
        Trees.delete(work);
        for (NodeConfig node : nodes) {
          members.add(new MemberSeed(node.node(), node.dataDirectory(), rocks));
        }
        List<Grown> grown = grow(sources, members, work, rocks);
        for (int i = 0; i < members.size(); i++) {
          members.get(i).sign(founding, incarnation(nodes.get(i).node()));
        }
        for (MemberSeed member : members) {
          member.settle();
        }
        return grown;
      } catch (IOException e) {
        throw new StorageException("making the folders of the new cluster failed: " + e, e);
      } finally {
        clean(members, work);
      }
    }
  }

  /** After success there is nothing left of the members' drafts. */
  private static void clean(List<MemberSeed> members, Path work) {
    try {
      for (MemberSeed member : members) {
        member.drop();
      }
      Trees.delete(work);
    } catch (IOException e) {
      throw new StorageException("cleaning up failed: " + e, e);
    }
  }

  private List<Grown> grow(
      List<GroupSource> sources, List<MemberSeed> members, Path work, RocksResources rocks)
      throws IOException {
    List<FoundingRecord.Group> groups = founding.groups();
    List<Grown> grown = new ArrayList<>();
    GroupSource ofCatalog = sources.getLast();
    watcher.group(ofCatalog.name());
    LocalStateVault catalogVault = LocalStateVault.open(work.resolve("catalog"), rocks);
    try (SeededCatalog catalog =
        SeededCatalog.open(catalogVault, ofCatalog.install(catalogVault), cluster)) {
      for (int i = 0; i < sources.size() - 1; i++) {
        watcher.group(sources.get(i).name());
        Path folder = work.resolve("shard-" + i);
        try (LocalStateVault vault = LocalStateVault.open(folder, rocks)) {
          grown.add(growShard(sources.get(i), groups.get(i), vault, catalog, members));
        }
        Trees.delete(folder);
      }
      LogPosition at = catalog.checkpoint();
      plant(groups.getLast(), catalog.vault(), members);
      grown.add(
          new Grown(ofCatalog.name(), at, 0, catalog.streams(), 0, 0, 0, List.of(), Set.of()));
    }
    return grown;
  }

  private Grown growShard(
      GroupSource source,
      FoundingRecord.Group group,
      LocalStateVault vault,
      SeededCatalog catalog,
      List<MemberSeed> members)
      throws IOException {
    LogPosition at = source.install(vault);
    SeededShard shard = SeededShard.open(group.range().orElseThrow(), vault, at, cluster);
    Set<Long> missing = new TreeSet<>(shard.segments());
    source.segments().forEach(segment -> missing.remove(segment.number()));
    if (!missing.isEmpty() && !tolerant) {
      throw new SeedException(
          source.name() + " needs " + missing.size() + " segments that are not there");
    }
    SeededShard.Agreement agreement = shard.agree(catalog);
    LogPosition checkpoint = shard.checkpoint();
    if (!source.staysInPlace()) {
      copySegments(source, group, checkpoint, members, missing);
    }
    plant(group, vault, members);
    return new Grown(
        source.name(),
        at,
        shard.logTimeMillis(),
        0,
        agreement.opened(),
        agreement.dropped(),
        agreement.buried(),
        agreement.found(),
        missing);
  }

  /**
   * Segments of later terms are not the state's; left in, one could be in the way of a segment that
   * the new cluster gives the same number.
   */
  private void copySegments(
      GroupSource source,
      FoundingRecord.Group group,
      LogPosition checkpoint,
      List<MemberSeed> members,
      Set<Long> missing) {
    List<MemberSeed> holders = members.stream().filter(member -> member.holds(group)).toList();
    for (SegmentId id : source.segments()) {
      if (id.term() > checkpoint.term() || holders.isEmpty()) {
        continue;
      }
      Optional<byte[]> segment = read(source, id, missing);
      if (segment.isPresent()) {
        holders.forEach(member -> member.put(id, segment.get()));
        watcher.copied(segment.get().length);
      }
    }
  }

  private Optional<byte[]> read(GroupSource source, SegmentId id, Set<Long> missing) {
    try {
      return Optional.of(source.segment(id));
    } catch (RuntimeException e) {
      if (!tolerant) {
        throw e;
      }
      missing.add(id.number());
      return Optional.empty();
    }
  }

  private static void plant(
      FoundingRecord.Group group, LocalStateVault vault, List<MemberSeed> members)
      throws IOException {
    for (MemberSeed member : members) {
      if (member.holds(group)) {
        member.plant(group, vault);
      }
    }
  }
}
