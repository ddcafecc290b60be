package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;
import io.btrdb.tree.DeadBlock.Extent;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks that a fold has replaced. A frozen node can be replaced before it has been written;
 * its block is known only later, or never comes to be. Not thread-safe.
 */
final class DeadBlocks {
  private record Replaced(Node node, boolean withAllBelow, long died) {}

  private final NodeReader reader;
  private List<Replaced> replaced = new ArrayList<>();
  private List<DeadBlock> known = new ArrayList<>();

  DeadBlocks(NodeReader reader) {
    this.reader = reader;
  }

  /** Notes that versions from {@code died} on do not reach a node that older ones may. */
  void add(Node node, long died) {
    if (!node.inline) {
      replaced.add(new Replaced(node, false, died));
    }
  }

  /** The same for a frozen node and all below it. */
  void addTree(Node node, long died) {
    replaced.add(new Replaced(node, true, died));
  }

  /** The same for the child of a row that is not in memory, and all below it. */
  void addTree(Core core, int i, long died) {
    known.add(tree(core, i, died));
  }

  /**
   * Takes those that died up to {@code version} and have a block.
   *
   * @param written versions up to here are written: their nodes have a block by now or never get
   *     one
   */
  List<DeadBlock> take(long version, long written) {
    List<DeadBlock> taken = new ArrayList<>();
    List<DeadBlock> unasked = new ArrayList<>();
    for (DeadBlock each : known) {
      (each.died() <= version ? taken : unasked).add(each);
    }
    known = unasked;
    List<Replaced> rest = new ArrayList<>();
    for (Replaced each : replaced) {
      if (each.died() > Math.min(version, written)) {
        rest.add(each);
      } else if (each.withAllBelow()) {
        collect(each.node(), each.died(), taken);
      } else if (each.node().address != null) {
        taken.add(block(each.node(), each.died(), Extent.BLOCK));
      }
    }
    replaced = rest;
    return taken;
  }

  /** The entries of all blocks that a core's rows name, each with all below it. */
  void collectBelow(Core core, long died, List<DeadBlock> into) {
    for (int i = 0; i < core.size(); i++) {
      if (core.count(i) == 0) {
        continue;
      }
      if (core.node(i) == null) {
        into.add(tree(core, i, died));
      } else {
        collect(core.node(i), died, into);
      }
    }
  }

  /** A node that has no block, inside its parent's or never written, is no way to those below. */
  private void collect(Node node, long died, List<DeadBlock> into) {
    if (node.address != null) {
      into.add(block(node, died, node instanceof Core ? Extent.SUBTREE : Extent.BLOCK));
    } else if (node instanceof Core core) {
      collectBelow(core, died, into);
    }
  }

  private static DeadBlock block(Node node, long died, Extent extent) {
    return new DeadBlock(node.address, node.version, died, extent);
  }

  private DeadBlock tree(Core core, int i, long died) {
    BlockAddress address = new BlockAddress(core.segment(i), core.ordinal(i));
    Extent extent = reader.isLeaf(core, i) ? Extent.BLOCK : Extent.SUBTREE;
    return new DeadBlock(address, core.version(i), died, extent);
  }
}
