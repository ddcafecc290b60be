package io.btrdb.tree;

/**
 * The geometry of a tree, fixed for the life of a store.
 *
 * <p>A node's <i>width</i> is log2 of the nanoseconds its slot covers: 62 for the root, less by
 * {@code fanoutBits} at each level, 0 at the bottom. In the standard shape: 62, 56, 50 ... 8, 2, 0;
 * so a node of width 2 has four children of one nanosecond each.
 *
 * @param fanoutBits log2 of children a core node, 1 to 6 (standard 6)
 * @param leafCapacity most points in a leaf before it splits, 2 to 4,096 (standard 1,024), so that
 *     no leaf outgrows a block
 */
public record TreeShape(int fanoutBits, int leafCapacity) {
  /** Fan-out 64; root 2^62 ns wide from -2^60; slots of 2^56, 2^50 ... 2^2, 2^0 ns. */
  public static final TreeShape STANDARD = new TreeShape(6, 1024);

  static final int ROOT_WIDTH = 62;

  public TreeShape {
    if (fanoutBits < 1 || fanoutBits > 6) {
      throw new IllegalArgumentException("fanoutBits must be 1 to 6, is " + fanoutBits);
    }
    if (leafCapacity < 2 || leafCapacity > 4096) {
      throw new IllegalArgumentException("leafCapacity must be 2 to 4096, is " + leafCapacity);
    }
  }

  /** Width of the children of a node of this width. */
  int childWidth(int width) {
    return Math.max(0, width - fanoutBits);
  }

  /** Children of a node at most. */
  int fanout() {
    return 1 << fanoutBits;
  }

  /** Points that fit below a list of duplicates of this height before it grows by a level. */
  long listCapacity(int height) {
    long capacity = leafCapacity;
    for (int h = 0; h < height; h++) {
      capacity = Math.multiplyExact(capacity, 1L << fanoutBits);
    }
    return capacity;
  }
}
