package io.btrdb.cli.backup;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.CheckpointRequest;
import io.btrdb.api.cluster.FetchFileRequest;
import io.btrdb.api.cluster.FetchSegmentRequest;
import io.btrdb.api.cluster.FileChunk;
import io.btrdb.api.cluster.FoundingGroup;
import io.btrdb.api.cluster.ReadIndexRequest;
import io.btrdb.api.cluster.ReplicaManifestRequest;
import io.btrdb.api.cluster.ReplicaManifestResponse;
import io.btrdb.api.cluster.SegmentInfo;
import io.btrdb.backup.BackupFolder;
import io.btrdb.backup.BackupManifest;
import io.btrdb.backup.BackupManifest.Group;
import io.btrdb.backup.BackupManifest.Range;
import io.btrdb.backup.BackupManifest.Segment;
import io.btrdb.backup.BackupManifest.StateFile;
import io.btrdb.backup.StateUpload;
import io.btrdb.cli.backup.ClusterNodes.Holder;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.node.backup.BackupSource;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.CheckpointManifest;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * Takes one backup of a running cluster.
 *
 * <p>Of each group it asks the leader for an index that covers everything acknowledged so far, lets
 * any replica take a checkpoint at that index or later, and copies it. The shards come first and
 * the catalog last, so that the catalog knows every stream that a shard knows; segments, of which
 * there are most, come after the state that needs them. A node that fails in the middle is replaced
 * by another replica.
 *
 * <p>Used by one thread.
 */
final class Snapshot {
  private static final int ROUNDS = 30;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int WAIT_MILLIS = 20_000;
  private static final long CHECKPOINT_SECONDS = 120;
  private static final long CALL_SECONDS = 30;
  private static final int SEGMENT_BYTES_MAX = 512 << 20;

  private final ClusterNodes nodes;
  private final BackupFolder folder;
  private final CopyMeter meter;
  private final UUID cluster;

  /** Segments of this cluster that earlier backups describe, by shard. */
  private final Map<SegmentId, Segment> known = new HashMap<>();

  private long reused;

  /** A group's state, already copied, and the segments that it may need. */
  private record Taken(
      FoundingGroup group, LogPosition position, List<StateFile> files, List<SegmentInfo> listed) {}

  /** An attempt that another replica may do better. */
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }

  /**
   * @param nodes just refreshed
   */
  Snapshot(ClusterNodes nodes, BackupFolder folder, CopyMeter meter) {
    this.nodes = nodes;
    this.folder = folder;
    this.meter = meter;
    this.cluster = UUID.fromString(nodes.founding().getClusterId());
    for (String id : folder.ids()) {
      BackupManifest earlier = folder.read(id);
      if (earlier.cluster().equals(cluster)) {
        earlier.groups().forEach(this::remember);
      }
    }
  }

  private void remember(Group group) {
    group
        .range()
        .ifPresent(
            range ->
                group
                    .segments()
                    .forEach(s -> known.put(new SegmentId(range.shard(), s.number()), s)));
  }

  /** Bytes of segments that were in the folder already. */
  long reusedBytes() {
    return reused;
  }

  BackupManifest take(String release) {
    long started = System.currentTimeMillis();
    String id = folder.newId(started);
    List<Taken> taken = new ArrayList<>();
    for (FoundingGroup group : nodes.founding().getGroupsList()) {
      taken.add(state(group));
    }
    long finished = System.currentTimeMillis();
    meter.expect(taken.stream().mapToLong(this::missingBytes).sum());
    List<Group> groups = new ArrayList<>();
    for (Taken one : taken) {
      groups.add(segments(one));
    }
    BackupManifest manifest =
        new BackupManifest(
            id, cluster, nodes.founding().getClusterName(), started, finished, release, groups);
    folder.publish(manifest);
    return manifest;
  }

  private static String name(FoundingGroup group) {
    return group.getCatalog() ? "the catalog" : "shard " + group.getShard();
  }

  // ---------------------------------------------------------------------------------- the state

  private Taken state(FoundingGroup group) {
    String problem = "no replica of it answers";
    for (int round = 0; round < ROUNDS; round++) {
      meter.now(name(group));
      try {
        return state(group, readIndex(group));
      } catch (Broken | StatusRuntimeException e) {
        problem = e.getMessage();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      nodes.refresh();
    }
    throw new CommandFailed(
        ExitCode.UNREACHABLE, name(group) + " cannot be backed up: " + problem + ".");
  }

  /** An index of the group's log that covers everything acknowledged before the call. */
  private long readIndex(FoundingGroup group) {
    String problem = "it has no leader";
    List<Holder> holders = nodes.holders(group.getGroup());
    for (Holder holder : holders.reversed()) {
      try {
        return nodes
            .peer(holder.address(), CALL_SECONDS)
            .readIndex(ReadIndexRequest.newBuilder().setGroup(group.getGroup()).build())
            .getIndex();
      } catch (StatusRuntimeException e) {
        problem = e.getMessage();
      }
    }
    throw new Broken(problem);
  }

  private Taken state(FoundingGroup group, long index) {
    String problem = "no replica of it answers";
    for (Holder holder : nodes.holders(group.getGroup())) {
      try {
        return state(group, index, holder);
      } catch (Broken | StatusRuntimeException e) {
        problem = holder.node() + ": " + e.getMessage();
      }
    }
    throw new Broken(problem);
  }

  private Taken state(FoundingGroup group, long index, Holder holder) {
    ReplicaManifestResponse answer =
        nodes
            .backup(holder.address(), CHECKPOINT_SECONDS)
            .checkpoint(
                CheckpointRequest.newBuilder()
                    .setGroup(group.getGroup())
                    .setIndex(index)
                    .setWaitMillis(WAIT_MILLIS)
                    .build());
    if (answer.getCode() != 0) {
      throw new Broken(answer.getMessage());
    }
    CheckpointManifest checkpoint = CheckpointManifest.decode(answer.getManifest().toByteArray());
    meter.expect(checkpoint.sizeBytes());
    List<StateFile> files = new ArrayList<>();
    for (CheckpointFile file : checkpoint.files()) {
      files.add(fetch(group, holder, checkpoint.position(), file));
    }
    try (StateUpload upload = folder.upload()) {
      upload.write(answer.getManifest().toByteArray());
      files.add(upload.finish(BackupSource.CHECKPOINT));
    }
    return new Taken(
        group, checkpoint.position(), files, listed(group, checkpoint.position(), holder, answer));
  }

  private StateFile fetch(FoundingGroup group, Holder holder, LogPosition at, CheckpointFile file) {
    CRC32C crc = new CRC32C();
    try (StateUpload upload = folder.upload()) {
      while (upload.size() < file.sizeBytes()) {
        FileChunk piece =
            nodes
                .peer(holder.address(), CALL_SECONDS)
                .fetchFile(
                    FetchFileRequest.newBuilder()
                        .setGroup(group.getGroup())
                        .setTerm(at.term())
                        .setIndex(at.index())
                        .setName(file.name())
                        .setOffset(upload.size())
                        .build());
        byte[] bytes = checked(piece);
        crc.update(bytes);
        upload.write(bytes);
        meter.copied(bytes.length);
      }
      if ((int) crc.getValue() != file.crc32c()) {
        throw new Broken(file.name() + " arrived damaged");
      }
      return upload.finish(file.name());
    }
  }

  private static byte[] checked(FileChunk piece) {
    if (piece.getCode() != 0) {
      throw new Broken(piece.getMessage());
    }
    ByteString data = piece.getData();
    if (data.isEmpty()) {
      throw new Broken("a file ended early");
    }
    return data.toByteArray();
  }

  /**
   * Segments that any replica has: one may lack some that it found damaged. Those of later terms
   * were written after the checkpoint.
   */
  private List<SegmentInfo> listed(
      FoundingGroup group, LogPosition at, Holder taken, ReplicaManifestResponse answer) {
    TreeMap<Long, SegmentInfo> all = new TreeMap<>();
    answer.getSegmentsList().forEach(info -> all.put(info.getNumber(), info));
    if (!group.getCatalog()) {
      for (Holder other : nodes.holders(group.getGroup())) {
        if (!other.equals(taken)) {
          manifest(group, other)
              .ifPresent(
                  more ->
                      more.getSegmentsList()
                          .forEach(info -> all.putIfAbsent(info.getNumber(), info)));
        }
      }
    }
    return all.values().stream().filter(info -> info.getNumber() >>> 32 <= at.term()).toList();
  }

  private Optional<ReplicaManifestResponse> manifest(FoundingGroup group, Holder holder) {
    try {
      return Optional.of(
          nodes
              .peer(holder.address(), CALL_SECONDS)
              .replicaManifest(
                  ReplicaManifestRequest.newBuilder().setGroup(group.getGroup()).build()));
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    }
  }

  // ------------------------------------------------------------------------------- the segments

  private long missingBytes(Taken taken) {
    return taken.listed().stream()
        .filter(info -> held(id(taken, info), info.getSize()).isEmpty())
        .mapToLong(SegmentInfo::getSize)
        .sum();
  }

  private static SegmentId id(Taken taken, SegmentInfo info) {
    return new SegmentId(taken.group().getShard(), info.getNumber());
  }

  private Group segments(Taken taken) {
    FoundingGroup group = taken.group();
    meter.now(name(group));
    List<Segment> segments = new ArrayList<>();
    for (SegmentInfo info : taken.listed()) {
      segments.add(segment(group, id(taken, info), info));
    }
    Optional<Range> range =
        group.getCatalog()
            ? Optional.empty()
            : Optional.of(new Range(group.getShard(), group.getFirstSlot(), group.getSlotCount()));
    return new Group(range, taken.position(), taken.files(), segments);
  }

  /**
   * The bytes of a segment that are in the folder: of an earlier backup, whatever was left out of
   * the segment since, for earlier backups need them as they are; or of an interrupted one.
   */
  private OptionalLong held(SegmentId id, long size) {
    Segment earlier = known.get(id);
    if (earlier != null && folder.holds(cluster, id, earlier.size())) {
      return OptionalLong.of(earlier.size());
    }
    return folder.holds(cluster, id, size) ? OptionalLong.of(size) : OptionalLong.empty();
  }

  private Segment segment(FoundingGroup group, SegmentId id, SegmentInfo info) {
    OptionalLong held = held(id, info.getSize());
    if (held.isPresent()) {
      Segment earlier = known.get(id);
      // Of an interrupted run there is no description: it was not finished.
      Optional<Segment> here =
          earlier != null && earlier.size() == held.getAsLong()
              ? Optional.of(earlier)
              : folder.describe(cluster, id);
      if (here.isPresent()) {
        reused += held.getAsLong();
        return here.get();
      }
    }
    String problem = "no replica answers";
    for (int round = 0; round < ROUNDS; round++) {
      for (Holder holder : nodes.holders(group.getGroup())) {
        try {
          return folder.put(cluster, id, fetch(group, holder, id));
        } catch (Broken | StatusRuntimeException | CorruptBlockException e) {
          problem = holder.node() + ": " + e.getMessage();
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      nodes.refresh();
    }
    throw new CommandFailed(
        ExitCode.FAILED,
        "segment " + id + " of " + name(group) + " cannot be had from any node: " + problem + ".");
  }

  private byte[] fetch(FoundingGroup group, Holder holder, SegmentId id) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int piece = 0;
    do {
      FileChunk chunk =
          nodes
              .peer(holder.address(), CALL_SECONDS)
              .fetchSegment(
                  FetchSegmentRequest.newBuilder()
                      .setGroup(group.getGroup())
                      .setNumber(id.number())
                      .setOffset(bytes.size())
                      .build());
      if (chunk.getCode() != 0) {
        throw new Broken(chunk.getMessage());
      }
      piece = chunk.getData().size();
      bytes.writeBytes(chunk.getData().toByteArray());
      meter.copied(piece);
      if (bytes.size() > SEGMENT_BYTES_MAX) {
        throw new Broken("segment " + id + " does not end");
      }
    } while (piece == CHUNK_BYTES);
    return bytes.toByteArray();
  }

  /** A piece that is shorter is the last: see ReplicaSource. */
  private static final int CHUNK_BYTES = 1 << 20;
}
