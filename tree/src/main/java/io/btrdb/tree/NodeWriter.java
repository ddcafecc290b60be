package io.btrdb.tree;

import io.btrdb.codec.ByteWriter;
import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.SegmentBuilder;

/**
 * Gives every fresh node of a frozen tree its place: a block of its own, or inside its parent's
 * block when it is small. Children come before parents.
 *
 * <p>A node inside its parent's block is written again whenever a sibling changes, but saves a
 * block's frame and its row of statistics, about 85 bytes. At {@link #INLINE_BYTES} the two meet
 * for a stream that is appended to (measured for 4 to 120 Hz). A child's place never changes
 * without the child: only fresh children are moved out when the block would grow too large. Not
 * thread-safe.
 */
final class NodeWriter {
  /** A fresh leaf up to this size goes inside its parent's block, */
  static final int INLINE_LEAF_BYTES = 640;

  /** while all leaves inside stay below this. */
  static final int INLINE_LEAVES_BYTES = 32 * 1024;

  /**
   * Fresh cores go inside while all of them stay below this: enough for the single children of a
   * narrow tree's upper levels, too little to carry full ones along with each commit.
   */
  static final int INLINE_CORES_BYTES = 768;

  private final NodeEncoder encoder;
  private final NodeCache cache;
  private final ByteWriter scratch = new ByteWriter(16 * 1024);
  private SegmentBuilder out;

  NodeWriter(TreeShape shape, NodeCache cache) {
    this.encoder = new NodeEncoder(shape);
    this.cache = cache;
  }

  /** Writes what is fresh of a tree and returns the address of its root. */
  BlockAddress write(Node root, SegmentBuilder segment) {
    if (root.address != null) {
      return root.address;
    }
    out = segment;
    try {
      if (root instanceof Core core) {
        placeChildren(core);
      }
      encode(root);
      append(root);
      offerLastLeaf(root);
      return root.address;
    } finally {
      out = null;
    }
  }

  private void placeChildren(Core core) {
    int leavesInside = 0;
    int coresInside = 0;
    for (int i = 0; i < core.size(); i++) {
      if (core.node(i) instanceof Leaf leaf && leaf.inline) {
        leavesInside += leaf.inlineBytes;
      } else if (core.node(i) instanceof Core inner && inner.inline) {
        coresInside += inner.inlineBytes;
      }
    }
    for (int i = 0; i < core.size(); i++) {
      Node node = core.node(i);
      if (node != null && !node.isPlaced()) {
        switch (node) {
          case Leaf leaf -> leavesInside += place(leaf, core.height == 0, leavesInside);
          case Core inner -> coresInside += place(inner, core.height == 0, coresInside);
        }
      }
      core.noteAddress(i);
    }
  }

  /** Places a fresh leaf and returns how many bytes it takes inside its parent's block. */
  private int place(Leaf leaf, boolean mayBeInside, int inside) {
    int bytes = encode(leaf);
    if (mayBeInside && bytes <= INLINE_LEAF_BYTES && inside + bytes <= INLINE_LEAVES_BYTES) {
      leaf.inline = true;
      leaf.inlineBytes = bytes;
      return bytes;
    }
    append(leaf);
    return 0;
  }

  private int place(Core core, boolean mayBeInside, int inside) {
    placeChildren(core);
    if (mayBeInside) {
      scratch.truncate(0);
      encoder.encodeBody(core, scratch);
      if (inside + scratch.size() <= INLINE_CORES_BYTES) {
        core.inline = true;
        core.body = scratch.toByteArray();
        core.inlineBytes = core.body.length;
        return core.inlineBytes;
      }
    }
    encode(core);
    append(core);
    return 0;
  }

  /** Encodes a block into the scratch and returns its size. */
  private int encode(Node node) {
    scratch.truncate(0);
    encoder.encodeBlock(node, scratch);
    return scratch.size();
  }

  /** Appends the block in the scratch. */
  private void append(Node node) {
    int kind = node instanceof Leaf ? NodeEncoder.LEAF : NodeEncoder.CORE;
    int ordinal = out.append(kind, scratch.array(), 0, scratch.size());
    node.address = new BlockAddress(out.id().number(), ordinal);
    if (node instanceof Core core) {
      cache.put(core.address, core.stored());
    }
  }

  /** The leaf that the next append will need. */
  private void offerLastLeaf(Node root) {
    Node node = root;
    while (node instanceof Core core) {
      node = core.node(core.size() - 1);
    }
    if (node instanceof Leaf leaf && leaf.address != null) {
      cache.put(leaf.address, leaf.trimmed());
    }
  }
}
