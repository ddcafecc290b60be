package io.btrdb.tree;

import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.Block;
import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.SegmentId;
import java.util.function.Function;

/**
 * Finds nodes: in memory, in the cache, in the store. A node that was read is compared with what
 * its parent says of it, so that a block in the wrong place never passes for the right one.
 * Thread-safe.
 */
final class NodeReader {
  private final TreeShape shape;
  private final int shard;
  private final BlockReader blocks;
  private final NodeCache cache;
  private final NodeDecoder decoder;
  private final Runnable watch;
  private final Function<BlockAddress, Node> loader = this::read;

  NodeReader(TreeShape shape, int shard, BlockReader blocks, NodeCache cache) {
    this(shape, shard, blocks, cache, new NodeDecoder(shape), () -> {});
  }

  private NodeReader(
      TreeShape shape,
      int shard,
      BlockReader blocks,
      NodeCache cache,
      NodeDecoder decoder,
      Runnable watch) {
    this.shape = shape;
    this.shard = shard;
    this.blocks = blocks;
    this.cache = cache;
    this.decoder = decoder;
    this.watch = watch;
  }

  /** The same, for one reader who wants to be asked before each node whether to go on. */
  NodeReader watched(Runnable beforeEachNode) {
    return new NodeReader(shape, shard, blocks, cache, decoder, beforeEachNode);
  }

  TreeShape shape() {
    return shape;
  }

  NodeCache cache() {
    return cache;
  }

  /** The child of a row that holds points. */
  Node child(Core core, int i) {
    watch.run();
    Node node = core.node(i);
    if (node != null) {
      return node;
    }
    BlockAddress address = new BlockAddress(core.segment(i), core.ordinal(i));
    Node read = cache.get(address, loader);
    int childWidth = shape.childWidth(core.width);
    if (read.width != childWidth
        || read.start != core.childStart(i, childWidth)
        || read.version != core.version(i)
        || read.count() != core.count(i)) {
      throw corrupt(address, "is " + name(read) + ", not the child its parent names");
    }
    return read;
  }

  /** The root's node; null when it is empty. */
  Node root(Root root) {
    if (root.isEmpty()) {
      return null;
    }
    if (root.node() != null) {
      return root.node();
    }
    Node read = cache.get(root.address(), loader);
    if (read.width != TreeShape.ROOT_WIDTH || read.count() != root.statistics().count()) {
      throw corrupt(root.address(), "is " + name(read) + ", not the root that is wanted");
    }
    return read;
  }

  /** The node of a dead block, which no row may name any more. */
  Node dead(BlockAddress address, long born) {
    Node read = cache.get(address, loader);
    if (read.version != born) {
      throw corrupt(address, "is " + name(read) + ", not the one born in version " + born);
    }
    return read;
  }

  /** Whether the child of a row is a leaf or a chunk of duplicates; needs no reading. */
  boolean isLeaf(Core core, int i) {
    return core.height > 0 ? core.height == 1 : core.count(i) <= shape.leafCapacity();
  }

  private Node read(BlockAddress address) {
    Block block = blocks.read(address);
    try {
      Node node = decoder.decodeBlock(block.kind(), block.bytes(), block.offset(), block.length());
      node.address = address;
      return node;
    } catch (MalformedBytesException e) {
      CorruptBlockException corrupt = corrupt(address, e.getMessage());
      corrupt.initCause(e);
      throw corrupt;
    }
  }

  private CorruptBlockException corrupt(BlockAddress address, String what) {
    SegmentId id = new SegmentId(shard, address.segment());
    return new CorruptBlockException(id, address.ordinal(), what);
  }

  private static String name(Node node) {
    return "a node of width 2^"
        + node.width
        + " at "
        + node.start
        + " of version "
        + node.version
        + " with "
        + node.count()
        + " points";
  }
}
