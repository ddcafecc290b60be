package io.btrdb.shard;

import io.btrdb.storage.SegmentId;
import java.util.List;
import java.util.UUID;

/**
 * A fold that waits to become true: propose the parts in their order, then the commit, in the term
 * it was prepared in, and tell the {@link Merger} what came of it.
 */
public final class PreparedCommit {
  /**
   * What went in and what came out.
   *
   * @param streams streams in the commit
   * @param versions versions it gives roots to
   * @param operations inserts and deletes folded
   * @param points points folded, before merge policies
   * @param operationBytes backlog that it frees
   * @param blocks blocks in the segment
   * @param segmentBytes bytes of the segment
   */
  public record Totals(
      int streams,
      long versions,
      long operations,
      long points,
      long operationBytes,
      int blocks,
      int segmentBytes) {}

  /** The version each stream will be at. */
  record Target(UUID stream, long version) {}

  private final SegmentId segment;
  private final byte[] segmentBytes;
  private final List<byte[]> partCommands;
  private final byte[] commitCommand;
  private final List<Target> targets;
  private final Totals totals;

  PreparedCommit(
      SegmentId segment,
      byte[] segmentBytes,
      List<byte[]> partCommands,
      byte[] commitCommand,
      List<Target> targets,
      Totals totals) {
    this.segment = segment;
    this.segmentBytes = segmentBytes;
    this.partCommands = List.copyOf(partCommands);
    this.commitCommand = commitCommand;
    this.targets = List.copyOf(targets);
    this.totals = totals;
  }

  /** The segment's name, never to be used again whatever becomes of the commit. */
  public SegmentId segment() {
    return segment;
  }

  /**
   * The segment, for a store that all replicas share: put and sync it before the commit is
   * proposed. Empty only when it travels through the log and the versions needed no new block. Not
   * a copy.
   */
  public byte[] segmentBytes() {
    return segmentBytes;
  }

  /** SegmentPart commands, at most {@link ShardLimits#PART_COMMAND_BYTES} each; not copies. */
  public List<byte[]> partCommands() {
    return partCommands;
  }

  /** The Commit, to be proposed after all parts; not a copy. */
  public byte[] commitCommand() {
    return commitCommand;
  }

  public Totals totals() {
    return totals;
  }

  List<Target> targets() {
    return targets;
  }
}
