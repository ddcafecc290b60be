package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks that a fold has replaced. A frozen node can be replaced before it has been written;
 * its block is known only later, or never comes to be. Not thread-safe.
 */
final class DeadBlocks {
  private record Replaced(Node node, BlockAddress address, long born, long died) {
    BlockAddress block() {
      return node == null ? address : node.address;
    }
  }

  private List<Replaced> replaced = new ArrayList<>();

  /** Notes that versions from {@code died} on do not reach a node that older ones may. */
  void add(Node node, long died) {
    if (!node.inline) {
      replaced.add(new Replaced(node, null, node.version, died));
    }
  }

  /** The same for a node that was not read. */
  void add(BlockAddress address, long born, long died) {
    replaced.add(new Replaced(null, address, born, died));
  }

  /**
   * Takes those that died up to {@code version} and have a block.
   *
   * @param written versions up to here are written, or never will be
   */
  List<DeadBlock> take(long version, long written) {
    List<DeadBlock> taken = new ArrayList<>();
    List<Replaced> rest = new ArrayList<>();
    for (Replaced each : replaced) {
      BlockAddress block = each.block();
      if (each.died() <= version && block != null) {
        taken.add(new DeadBlock(block, each.born(), each.died()));
      } else if (block != null || each.died() > written) {
        rest.add(each);
      }
    }
    replaced = rest;
    return taken;
  }
}
