/**
 * The deterministic state machine of a range of streams: a log of commands goes in, versions, trees
 * and outcomes come out, the same on every replica.
 *
 * <p>The life of one insert is the tour. {@link io.btrdb.shard.CommandCodec} reads the entry,
 * {@link io.btrdb.shard.Shard} dispatches it, {@code Sessions} says whether it was seen before,
 * {@code StreamVersions} appends it to the stream's {@code Backlog} and seals a version when enough
 * is pending. From then on it can be read: {@link io.btrdb.shard.WorkingTree} folds it on top of
 * the stream's last root. On the leader, {@link io.btrdb.shard.Merger} folds sealed versions into a
 * segment and proposes a Commit; {@code StagedSegment} gathers the segment's parts on every replica
 * and {@code Commits} sets the roots, if its guards find that the fold still fits. {@code
 * StreamLifecycle} opens and drops streams.
 *
 * <p>What is given up goes the other way: {@code Retirements} raises the lowest version that can be
 * read, {@link io.btrdb.shard.ReclaimPlanner} finds on the leader what no version needs any more,
 * {@code Reclaims} marks it as free in the {@code SegmentLedger}, and {@link
 * io.btrdb.shard.SegmentSweep} lets the replica's own store follow.
 *
 * <p>State lives on the heap between checkpoints; {@code StateKeys} is the map of what {@link
 * io.btrdb.shard.Shard#writeState} puts into the {@link io.btrdb.storage.StateStore}. Some things
 * go there at once because nobody needs them on the heap: roots, dead blocks, and operations beyond
 * the heap budget.
 *
 * <p>Nothing here starts a thread, looks at a clock, draws a random number, opens a file or logs:
 * time, ids, stores, tables and locks come in as arguments.
 */
package io.btrdb.shard;
