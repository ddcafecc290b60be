package io.btrdb.node.backup;

import io.btrdb.backup.BackupException;
import io.btrdb.backup.BackupFolder;
import io.btrdb.backup.BackupManifest;
import io.btrdb.backup.BackupManifest.Group;
import io.btrdb.backup.BackupManifest.Segment;
import io.btrdb.backup.BackupManifest.StateFile;
import io.btrdb.placement.ShardRange;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.local.CheckpointManifest;
import io.btrdb.storage.local.CheckpointReceiver;
import io.btrdb.storage.local.LocalStateVault;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A group of a backup. */
public final class BackupSource implements GroupSource {
  /**
   * Name of the file that holds the {@link CheckpointManifest} among a backup's files of a state.
   */
  public static final String CHECKPOINT = "CHECKPOINT";

  private final BackupFolder folder;
  private final BackupManifest backup;
  private final Group group;
  private final Map<Long, Segment> segments;

  private BackupSource(BackupFolder folder, BackupManifest backup, Group group) {
    this.folder = folder;
    this.backup = backup;
    this.group = group;
    this.segments =
        group.segments().stream().collect(Collectors.toMap(Segment::number, Function.identity()));
  }

  /** The groups of a backup: its shards in order, then the catalog. */
  public static List<GroupSource> of(BackupFolder folder, BackupManifest backup) {
    return backup.groups().stream()
        .<GroupSource>map(group -> new BackupSource(folder, backup, group))
        .toList();
  }

  @Override
  public Optional<ShardRange> range() {
    return group.range().map(r -> new ShardRange(r.shard(), r.firstSlot(), r.slotCount()));
  }

  @Override
  public LogPosition install(LocalStateVault vault) {
    CheckpointManifest checkpoint = checkpoint();
    CheckpointReceiver receiver = vault.receive(checkpoint);
    for (StateFile file : group.files()) {
      if (!file.name().equals(CHECKPOINT)) {
        folder.read(
            file,
            piece -> {
              if (!receiver.write(file.name(), receiver.offset(file.name()), piece)) {
                throw new BackupException(
                    "file " + file.name() + " of " + name() + " is not the checkpoint's");
              }
            });
      }
    }
    return receiver.complete();
  }

  private CheckpointManifest checkpoint() {
    StateFile file =
        group.files().stream()
            .filter(candidate -> candidate.name().equals(CHECKPOINT))
            .findFirst()
            .orElseThrow(
                () -> new BackupException("backup " + backup.id() + " has no state of " + name()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    folder.read(file, bytes::writeBytes);
    try {
      return CheckpointManifest.decode(bytes.toByteArray());
    } catch (IllegalArgumentException e) {
      throw new BackupException(
          "the checkpoint of " + name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public List<SegmentId> segments() {
    return group
        .range()
        .map(
            range ->
                group.segments().stream()
                    .map(segment -> new SegmentId(range.shard(), segment.number()))
                    .toList())
        .orElse(List.of());
  }

  @Override
  public byte[] segment(SegmentId id) {
    return folder.segment(backup.cluster(), id.shard(), segments.get(id.number()));
  }

  @Override
  public long segmentBytes() {
    return group.segmentBytes();
  }
}
