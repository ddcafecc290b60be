package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The blocks that a stored tree is made of. */
final class Reachable {
  private Reachable() {}

  static Set<BlockAddress> blocks(TreeFixture fixture, Root root) {
    Set<BlockAddress> found = new HashSet<>();
    if (!root.isEmpty()) {
      NodeReader reader =
          new NodeReader(
              fixture.shape,
              TreeFixture.SHARD,
              new BlockReader(fixture.store, TreeFixture.SHARD),
              NodeCache.NONE);
      found.add(root.address());
      collect(reader, reader.root(root), found);
    }
    return found;
  }

  /** One entry for each dead block: subtrees are walked. */
  static List<DeadBlock> expand(TreeFixture fixture, List<DeadBlock> dead) {
    List<DeadBlock> single = new ArrayList<>();
    Deque<DeadBlock> open = new ArrayDeque<>(dead);
    while (!open.isEmpty()) {
      DeadBlock next = open.pop();
      single.add(next);
      if (next.extent() == DeadBlock.Extent.SUBTREE) {
        fixture.tree.below(next).forEach(open::push);
      }
    }
    return single;
  }

  private static void collect(NodeReader reader, Node node, Set<BlockAddress> found) {
    if (node instanceof Core core) {
      for (int i = 0; i < core.size(); i++) {
        if (core.count(i) > 0) {
          if (core.hasAddress(i)) {
            found.add(new BlockAddress(core.segment(i), core.ordinal(i)));
          }
          collect(reader, reader.child(core, i), found);
        }
      }
    }
  }
}
