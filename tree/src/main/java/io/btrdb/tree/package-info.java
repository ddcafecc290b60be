/**
 * The copy-on-write statistical tree: every version of a stream, with min, max, mean, count and
 * standard deviation of any span at a cost that follows the answer, not the data.
 *
 * <p>A tour. {@link io.btrdb.tree.Tree} is the door: it answers queries over a {@link
 * io.btrdb.tree.Root}, one version of one stream, and opens a {@link io.btrdb.tree.TreeEditor} on
 * it to fold the next one. {@link io.btrdb.tree.TreeShape} is the geometry.
 *
 * <ul>
 *   <li><b>Nodes.</b> A {@code Leaf} holds points, a {@code Core} one row of statistics a child. A
 *       leaf hangs at the highest level where its slot holds no more points than fit, so a small
 *       stream is a single leaf. A nanosecond with more points than a leaf holds is a list of
 *       chunks. {@code Summary} is the arithmetic.
 *   <li><b>Editing.</b> {@code TreeEditor} drives {@code Inserter} and {@code Deleter}; {@code
 *       Fold} knows which nodes may be changed in place and which must be copied. {@code Batch},
 *       {@code PointSort} and {@code LeafMerge} bring points in order and apply the {@link
 *       io.btrdb.tree.MergePolicy}. {@code DeadBlocks} keeps the books on what was replaced, {@link
 *       io.btrdb.tree.DeadBlock} says how it may be reclaimed.
 *   <li><b>Blocks.</b> {@code NodeWriter} decides which node gets a block and which lies in its
 *       parent's; {@code NodeEncoder} has the grammar, {@code NodeDecoder} reads it back, {@code
 *       NodeReader} finds nodes in memory, {@link io.btrdb.tree.NodeCache} or store and refuses the
 *       wrong ones.
 *   <li><b>Queries.</b> {@code PointsCursor}, {@code WindowsCursor}, {@code ChangesCursor} walk
 *       with a {@code TreePath} in place of recursion; {@code Nearest} goes down one path.
 * </ul>
 *
 * <p>Threads: roots and nodes are immutable once frozen and shared freely; an editor belongs to one
 * thread at a time. Nothing here starts a thread, takes a lock, or reads a clock.
 */
package io.btrdb.tree;
