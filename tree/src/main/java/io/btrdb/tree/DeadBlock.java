package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;

/**
 * Stored blocks that version {@code died} and later ones do not reach: of one block, or of many by
 * naming only the one above them, so that dropping a large subtree costs one entry and reads
 * nothing of it.
 *
 * <p>A block belongs to the versions of one span [born, died): it comes with the version that wrote
 * it, and once a version does without it no later one takes it back. It may be freed when no
 * readable version lies in its span. Each dead block is covered by exactly one entry of its stream.
 *
 * <p>All that an entry covers died in {@link #died}; each block was born in its own version, which
 * is the one that the row naming it gives as its last change. A block below is never younger than
 * the one that names it. So what lies above may be freed first, and a reclaimer goes down:
 *
 * <ul>
 *   <li>{@link Extent#SUBTREE}: when no readable version lies in [{@link #born}, {@link #died}),
 *       replace the entry by those of {@link Tree#below}, durably, and only then free the block at
 *       {@link #address}: it is the only way to those below, which older readable versions may
 *       still hold. While a readable version lies in the span, it holds everything below as well
 *       and nothing need be read.
 *   <li>{@link Extent#DIFFERENCE}: take every block reachable from {@link #address}, that block
 *       among them, that the tree of version {@link #died} does not reach; replace the entry by one
 *       of {@link Extent#BLOCK} for each, durably. Do it while both trees are whole: before any
 *       block of version {@code died - 1} or {@code died} is freed and before either's root is
 *       forgotten. A walk of both trees side by side that stops where both name the same address
 *       reads no more than what differs. A stream that was dropped needs no such walk, since all of
 *       its blocks go.
 * </ul>
 *
 * @param address the block, or the topmost of the blocks
 * @param born the version that wrote the block at {@code address}
 * @param died the first version that does not reach it
 * @param extent which blocks it stands for
 */
public record DeadBlock(BlockAddress address, long born, long died, Extent extent) {
  /** Which blocks an entry stands for. Nodes inside their parent's block have no address. */
  public enum Extent {
    /** The block at the address alone. */
    BLOCK,

    /** It and every block reachable from it. */
    SUBTREE,

    /**
     * It and every block reachable from it that the tree of version {@code died} does not reach;
     * the address is the root of version {@code died - 1}. Stands for all that died in one version
     * when that is too much to list.
     */
    DIFFERENCE
  }
}
