package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The blocks of one version of a tree that the next one does not reach. Walks both side by side and
 * stops wherever both name the same block, so that it reads what differs and little more. Leaves
 * are named by their parents and not read. Not thread-safe; for one use.
 */
final class TreeDifference {
  private final NodeReader reader;
  private final long died;
  private final List<DeadBlock> lost = new ArrayList<>();

  TreeDifference(NodeReader reader, long died) {
    this.reader = reader;
    this.died = died;
  }

  /** An entry for each lost block; {@code after} is null when that version is empty. */
  List<DeadBlock> of(Node before, Node after) {
    lose(before, after);
    return lost;
  }

  private void lose(Node before, Node after) {
    if (before.address != null) {
      if (after != null && before.address.equals(after.address)) {
        return;
      }
      lost.add(new DeadBlock(before.address, before.version, died, DeadBlock.Extent.BLOCK));
    }
    if (!(before instanceof Core core)) {
      return;
    }
    if (after instanceof Core other && other.height != core.height) {
      // A list of duplicates that grew by a level: what it was is somewhere below what it is.
      Set<BlockAddress> kept = new HashSet<>();
      if (other.address != null) {
        kept.add(other.address);
      }
      reached(other, kept);
      loseBut(core, kept);
      return;
    }
    Core other = after instanceof Core sameSort ? sameSort : null;
    for (int i = 0; i < core.size(); i++) {
      if (core.count(i) > 0) {
        int at = other == null ? -1 : other.find(core.slot(i));
        loseChild(core, i, other, at >= 0 && other.count(at) > 0 ? at : -1);
      }
    }
  }

  private void loseChild(Core core, int i, Core other, int at) {
    BlockAddress address = address(core, i);
    if (address == null) {
      lose(core.node(i), at < 0 ? null : reader.child(other, at));
      return;
    }
    if (at >= 0 && address.equals(address(other, at))) {
      return;
    }
    if (reader.isLeaf(core, i)) {
      lost.add(new DeadBlock(address, core.version(i), died, DeadBlock.Extent.BLOCK));
      return;
    }
    lose(reader.child(core, i), at < 0 ? null : reader.child(other, at));
  }

  /** All blocks below a core but these. */
  private void loseBut(Core core, Set<BlockAddress> kept) {
    for (int i = 0; i < core.size(); i++) {
      BlockAddress address = address(core, i);
      if (core.count(i) == 0 || address != null && kept.contains(address)) {
        continue;
      }
      if (address != null) {
        lost.add(new DeadBlock(address, core.version(i), died, DeadBlock.Extent.BLOCK));
      }
      if (!reader.isLeaf(core, i) && reader.child(core, i) instanceof Core child) {
        loseBut(child, kept);
      }
    }
  }

  private void reached(Core core, Set<BlockAddress> into) {
    for (int i = 0; i < core.size(); i++) {
      if (core.count(i) == 0) {
        continue;
      }
      BlockAddress address = address(core, i);
      if (address != null) {
        into.add(address);
      }
      if (!reader.isLeaf(core, i) && reader.child(core, i) instanceof Core child) {
        reached(child, into);
      }
    }
  }

  /** Null for a child inside its parent's block. */
  private static BlockAddress address(Core core, int i) {
    Node node = core.node(i);
    return node != null ? node.address : new BlockAddress(core.segment(i), core.ordinal(i));
  }
}
