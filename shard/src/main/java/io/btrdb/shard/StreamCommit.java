package io.btrdb.shard;

import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.Root;
import java.util.List;
import java.util.UUID;

/**
 * One stream's part in a Commit. Applied only if base version and base root are the stream's
 * materialised ones and its operations start at {@code fromIndex}; otherwise a no-op.
 *
 * @param baseVersion the version that was materialised last when the fold began
 * @param baseRoot its root
 * @param fromIndex log index of the first operation folded
 * @param throughIndex log index of the last operation folded
 * @param roots one root for each version baseVersion+1, baseVersion+2, ...
 * @param dead blocks that these versions replaced: dropped subtrees as one entry each, and one
 *     {@link DeadBlock.Extent#DIFFERENCE} for a version that replaced too many to list
 */
public record StreamCommit(
    UUID stream,
    long baseVersion,
    Root baseRoot,
    long fromIndex,
    long throughIndex,
    List<Root> roots,
    List<DeadBlock> dead) {}
