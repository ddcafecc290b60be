package io.btrdb.tree;

/**
 * A place in a tree, as the stack of rows that lead to it: how cursors walk without recursion. Each
 * level holds a node and the index of what comes next in it: a row of a core, a point of a leaf.
 */
final class TreePath {
  private static final int LEVELS = 16;

  private Node[] nodes = new Node[LEVELS];
  private int[] next = new int[LEVELS];
  private int depth;

  boolean isEmpty() {
    return depth == 0;
  }

  Node node() {
    return nodes[depth - 1];
  }

  int next() {
    return next[depth - 1];
  }

  void advance() {
    next[depth - 1]++;
  }

  void moveTo(int index) {
    next[depth - 1] = index;
  }

  void push(Node node, int index) {
    if (depth == nodes.length) {
      nodes = java.util.Arrays.copyOf(nodes, 2 * depth);
      next = java.util.Arrays.copyOf(next, 2 * depth);
    }
    nodes[depth] = node;
    next[depth++] = index;
  }

  void pop() {
    nodes[--depth] = null;
  }
}
