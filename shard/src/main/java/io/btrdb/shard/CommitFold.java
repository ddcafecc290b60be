package io.btrdb.shard;

import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.DeadBlock.Extent;
import io.btrdb.tree.Root;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/** One commit in the making: streams are added until a limit is reached. */
final class CommitFold {
  private final Shard shard;
  private final WorkingTrees trees;
  private final MergeLimits limits;
  private final SegmentBuilder out;
  private final List<StreamCommit> commits = new ArrayList<>();
  private final List<SegmentFooter.Stream> footer = new ArrayList<>();
  private final Map<UUID, Double> amplifications = new HashMap<>();
  private long versions;
  private long operations;
  private long points;
  private long operationBytes;

  /** At least the bytes of the Commit command so far. */
  private long commitBytes;

  private boolean full;

  CommitFold(Shard shard, WorkingTrees trees, SegmentId segment, MergeLimits limits) {
    this.shard = shard;
    this.trees = trees;
    this.limits = limits;
    this.out = new SegmentBuilder(segment);
  }

  boolean isFull() {
    return full || commits.size() >= limits.streams();
  }

  boolean isEmpty() {
    return commits.isEmpty();
  }

  /** Bytes written for each byte of operations, by stream. */
  Map<UUID, Double> amplifications() {
    return amplifications;
  }

  List<UUID> streams() {
    return commits.stream().map(StreamCommit::stream).toList();
  }

  /** Folds as many sealed versions of the stream as the limits allow, perhaps none. */
  void add(UUID uuid) {
    trees.with(
        uuid,
        tree -> {
          StreamState stream = shard.stream(uuid);
          if (!StreamVersions.isMissing(stream) && stream.sealedVersions() > 0) {
            try {
              fold(stream, tree);
            } catch (OperationGoneException e) {
              // Dropped or committed by another leader since: not ours to fold any more.
              tree.drop();
            }
          }
          return null;
        });
  }

  private void fold(StreamState stream, WorkingTree tree) {
    int firstOrdinal = out.nextOrdinal();
    int sizeBefore = out.sizeBytes();
    List<Root> roots = new ArrayList<>();
    List<DeadBlock> dead = new ArrayList<>();
    long version = stream.materialised();
    commitBytes += CommitCodec.STREAM_BYTES;
    while (version < stream.major()) {
      // Folded before it is known whether it still fits: the work is kept for the next commit.
      tree.version(stream, version + 1);
      boolean first = commits.isEmpty() && roots.isEmpty();
      if (!first && !hasRoom(tree)) {
        break;
      }
      version++;
      Root before = roots.isEmpty() ? stream.root() : roots.getLast();
      roots.add(tree.write(stream, version, out));
      List<DeadBlock> died = listed(before, tree.takeDead(version));
      dead.addAll(died);
      commitBytes += RootCodec.BYTES_MAX + (long) died.size() * CommitCodec.DEAD_BYTES;
      checkSize(version);
    }
    if (!roots.isEmpty()) {
      add(stream, roots, dead, firstOrdinal, out.sizeBytes() - sizeBefore);
    }
  }

  /** What a version replaced, in a form that has room in the Commit. */
  private List<DeadBlock> listed(Root before, List<DeadBlock> died) {
    if (died.size() <= limits.deadListed()) {
      return died;
    }
    DeadBlock top =
        died.stream()
            .filter(each -> each.address().equals(before.address()))
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("blocks died, the root among them lived on"));
    return List.of(new DeadBlock(top.address(), top.born(), top.died(), Extent.DIFFERENCE));
  }

  private void checkSize(long version) {
    if (limits.throughLog() && out.sizeBytes() > ShardLimits.COMMIT_BLOCK_BYTES) {
      throw new IllegalStateException(
          "version %d brings a commit to %d bytes, more than it can carry"
              .formatted(version, out.sizeBytes()));
    }
  }

  /**
   * Not asked for a commit's first version, or a large one would never be materialised. Its Commit
   * fits all the same: what a version adds to it is bounded, see {@link MergeLimits#deadListed}.
   */
  private boolean hasRoom(WorkingTree tree) {
    full =
        out.sizeBytes() + tree.dirtyBytes() > limits.dirtyBytes()
            || commitBytes > limits.commitBytes();
    return !full;
  }

  private void add(
      StreamState stream, List<Root> roots, List<DeadBlock> dead, int firstOrdinal, int written) {
    long version = stream.materialised() + roots.size();
    int folded = stream.operationsThrough(version);
    long bytes = 0;
    for (int i = 0; i < folded; i++) {
      bytes += stream.backlog().get(i).backlogBytes();
      points += stream.backlog().get(i).points;
    }
    long throughIndex = stream.backlog().get(folded - 1).index;
    StreamCommit commit =
        new StreamCommit(
            stream.uuid(),
            stream.materialised(),
            stream.root(),
            stream.firstIndex(),
            throughIndex,
            List.copyOf(roots),
            List.copyOf(dead));
    commits.add(commit);
    footer.add(SegmentFooter.Stream.of(commit, firstOrdinal, out.nextOrdinal() - firstOrdinal));
    amplifications.put(stream.uuid(), (double) written / bytes);
    versions += roots.size();
    operations += folded;
    operationBytes += bytes;
  }

  PreparedCommit finish() {
    int blocks = out.nextOrdinal();
    byte[] segment = segment(blocks);
    List<byte[]> parts = limits.throughLog() ? parts(out.id(), segment) : List.of();
    CRC32C crc = new CRC32C();
    crc.update(segment, 0, segment.length);
    // One that is there for its footer's sake alone is needed by no version.
    int needed = blocks == 0 ? 0 : segment.length;
    Command.Commit commit =
        new Command.Commit(out.id().number(), parts.size(), needed, (int) crc.getValue(), commits);
    return new PreparedCommit(
        out.id(),
        segment,
        parts,
        encode(commit),
        footer.stream().map(s -> new PreparedCommit.Target(s.uuid(), s.version())).toList(),
        new PreparedCommit.Totals(
            commits.size(), versions, operations, points, operationBytes, blocks, segment.length));
  }

  /**
   * In a shared pool versions that needed no new block have a segment all the same: its footer is
   * what the pool knows of them.
   */
  private byte[] segment(int blocks) {
    if (!limits.throughLog()) {
      return out.finish(SegmentFooter.encodeWhole(shard.logTimeMillis(), footer));
    }
    return blocks == 0 ? new byte[0] : out.finish(SegmentFooter.encodeEnds(footer));
  }

  private byte[] encode(Command.Commit commit) {
    byte[] command = CommandCodec.encode(commit);
    if (command.length > limits.commandBytesMax()) {
      throw new IllegalStateException(
          "a Commit of %d bytes, estimated at %d".formatted(command.length, commitBytes));
    }
    return command;
  }

  private static List<byte[]> parts(SegmentId id, byte[] segment) {
    List<byte[]> parts = new ArrayList<>();
    for (int at = 0; at < segment.length; at += ShardLimits.PART_BYTES) {
      byte[] piece =
          Arrays.copyOfRange(segment, at, Math.min(segment.length, at + ShardLimits.PART_BYTES));
      parts.add(CommandCodec.encode(new Command.SegmentPart(id.number(), parts.size(), piece)));
    }
    return parts;
  }
}
