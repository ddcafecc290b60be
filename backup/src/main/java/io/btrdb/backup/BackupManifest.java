package io.btrdb.backup;

import io.btrdb.storage.LogPosition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one backup consists of: for each group of the cluster the state at one position of its log,
 * and for a shard all segments that this state may point to. {@link ManifestText} gives the grammar
 * of the file.
 *
 * @param id names the backup in its folder: the UTC time of its start, so that names sort by time
 * @param cluster id of the cluster it was taken of
 * @param clusterName that cluster's name, for people
 * @param startedMillis everything acknowledged before this moment is in the backup
 * @param finishedMillis nothing acknowledged after this moment is
 * @param release of the program that took it
 * @param groups the shards in order, then the catalog
 */
public record BackupManifest(
    String id,
    UUID cluster,
    String clusterName,
    long startedMillis,
    long finishedMillis,
    String release,
    List<Group> groups) {
  public BackupManifest {
    groups = List.copyOf(groups);
    if (groups.isEmpty() || groups.getLast().range().isPresent()) {
      throw new IllegalArgumentException("a backup ends with its catalog");
    }
    for (int i = 0; i < groups.size() - 1; i++) {
      Optional<Range> range = groups.get(i).range();
      if (range.isEmpty() || range.get().shard() != i) {
        throw new IllegalArgumentException("shard " + i + " is not where it should be");
      }
    }
  }

  /** One Raft group; {@code range} is empty for the catalog, which has no segments. */
  public record Group(
      Optional<Range> range, LogPosition position, List<StateFile> files, List<Segment> segments) {
    public Group {
      files = List.copyOf(files);
      segments = List.copyOf(segments);
    }

    /** For people. */
    public String name() {
      return range.map(r -> "shard " + r.shard()).orElse("the catalog");
    }

    public long stateBytes() {
      return files.stream().mapToLong(StateFile::size).sum();
    }

    public long segmentBytes() {
      return segments.stream().mapToLong(Segment::size).sum();
    }
  }

  /** The slots of a shard: [firstSlot, firstSlot + slotCount). */
  public record Range(int shard, int firstSlot, int slotCount) {}

  /** A file of the state, stored under its digest. */
  public record StateFile(String name, long size, String sha256) {
    public StateFile {
      if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}") || size < 0) {
        throw new IllegalArgumentException("not a file of a state: " + name);
      }
      Sha256.checked(sha256);
    }
  }

  /** A segment, stored under cluster, shard and number. */
  public record Segment(long number, long size, String sha256) {
    public Segment {
      if (number < 0 || size < 0) {
        throw new IllegalArgumentException("no segment " + number + " of " + size + " bytes");
      }
      Sha256.checked(sha256);
    }
  }

  /** Number of shards. */
  public int shards() {
    return groups.size() - 1;
  }

  /** Bytes of everything the backup refers to, shared with others or not. */
  public long sizeBytes() {
    return groups.stream().mapToLong(group -> group.stateBytes() + group.segmentBytes()).sum();
  }
}
