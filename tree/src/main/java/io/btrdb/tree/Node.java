package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;

/**
 * A decoded node of a tree, opaque outside this package; immutable once published.
 *
 * <p>A node begins its life in an editor, which alone may change it while {@link #owner} is the
 * editor's present phase. When a root is frozen the phase ends, and points and statistics never
 * change again. {@link #address} and {@link #inline} are then set once, when the node is written;
 * only its editor looks at them.
 */
public abstract sealed class Node permits Leaf, Core {
  /** Heap bytes of an object with a few fields, and of an array's header. */
  static final int OBJECT_BYTES = 72;

  static final int ARRAY_BYTES = 16;

  /** log2 of the nanoseconds this node's slot covers, see {@link TreeShape}. */
  final int width;

  /** First nanosecond of the slot. */
  final long start;

  /** The version that last changed anything in here. */
  long version;

  /** The phase of the editor that may change this node in place; compared by identity. */
  Object owner;

  /** The block this node fills, null while it has none. */
  BlockAddress address;

  /** Whether it lies in its parent's block and has none of its own. */
  boolean inline;

  /** With {@link #inline}, about how many bytes it adds to its parent's block. */
  int inlineBytes;

  Node(int width, long start) {
    this.width = width;
    this.start = start;
  }

  /** Heap bytes it holds on to, for a cache's accounts. */
  public abstract int heapBytes();

  abstract long count();

  /** Adds the statistics of all points below to {@code into}, which holds earlier points only. */
  abstract void addTo(Summary into);

  final boolean isPlaced() {
    return address != null || inline;
  }
}
