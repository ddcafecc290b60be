package io.btrdb.storage;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * An immutable map of byte strings in unsigned lexicographic order: a change gives a new map that
 * shares all but a path with the old one, so a snapshot is a reference.
 *
 * <p>A treap whose priorities are a hash of the key: its shape depends on the keys alone, expected
 * depth is logarithmic, and no randomness is needed.
 */
final class PersistentSortedMap {
  static final PersistentSortedMap EMPTY = new PersistentSortedMap(null);

  private final Node root;

  private PersistentSortedMap(Node root) {
    this.root = root;
  }

  /** Invariant: keys of left are below, of right above; no child has a higher priority. */
  private static final class Node {
    private final byte[] key;
    private final byte[] value;
    private final int priority;
    private final Node left;
    private final Node right;

    private Node(byte[] key, byte[] value, int priority, Node left, Node right) {
      this.key = key;
      this.value = value;
      this.priority = priority;
      this.left = left;
      this.right = right;
    }

    Node withValue(byte[] newValue) {
      return new Node(key, newValue, priority, left, right);
    }

    Node withLeft(Node newLeft) {
      return new Node(key, value, priority, newLeft, right);
    }

    Node withRight(Node newRight) {
      return new Node(key, value, priority, left, newRight);
    }
  }

  private record Halves(Node below, Node above) {}

  /** The stored array, or null. */
  byte[] get(byte[] key) {
    Node node = root;
    while (node != null) {
      int order = Arrays.compareUnsigned(key, node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  /** The arrays are kept. */
  PersistentSortedMap put(byte[] key, byte[] value) {
    return new PersistentSortedMap(put(root, key, value, priority(key)));
  }

  PersistentSortedMap remove(byte[] key) {
    Node without = remove(root, key);
    return without == root ? this : new PersistentSortedMap(without);
  }

  /** Keys in [from, to); {@code to} null means to the end. */
  Walk walk(byte[] from, byte[] to) {
    return new Walk(root, from, to);
  }

  private static Node put(Node node, byte[] key, byte[] value, int priority) {
    if (node == null) {
      return new Node(key, value, priority, null, null);
    }
    int order = Arrays.compareUnsigned(key, node.key);
    if (order == 0) {
      return node.withValue(value);
    }
    if (priority > node.priority) {
      // Equal keys have equal priorities, so the key is not below this node.
      Halves halves = split(node, key);
      return new Node(key, value, priority, halves.below, halves.above);
    }
    return order < 0
        ? node.withLeft(put(node.left, key, value, priority))
        : node.withRight(put(node.right, key, value, priority));
  }

  private static Halves split(Node node, byte[] key) {
    if (node == null) {
      return new Halves(null, null);
    }
    if (Arrays.compareUnsigned(node.key, key) < 0) {
      Halves right = split(node.right, key);
      return new Halves(node.withRight(right.below), right.above);
    }
    Halves left = split(node.left, key);
    return new Halves(left.below, node.withLeft(left.above));
  }

  private static Node remove(Node node, byte[] key) {
    if (node == null) {
      return null;
    }
    int order = Arrays.compareUnsigned(key, node.key);
    if (order == 0) {
      return join(node.left, node.right);
    }
    if (order < 0) {
      Node left = remove(node.left, key);
      return left == node.left ? node : node.withLeft(left);
    }
    Node right = remove(node.right, key);
    return right == node.right ? node : node.withRight(right);
  }

  private static Node join(Node below, Node above) {
    if (below == null || above == null) {
      return below == null ? above : below;
    }
    return below.priority >= above.priority
        ? below.withRight(join(below.right, above))
        : above.withLeft(join(below, above.left));
  }

  private static int priority(byte[] key) {
    long mixed = Arrays.hashCode(key) * 0x9E37_79B9_7F4A_7C15L;
    return (int) ((mixed ^ (mixed >>> 29)) * 0xBF58_476D_1CE4_E5B9L >>> 32);
  }

  /** An in-order walk; starts before the first key. */
  static final class Walk {
    private final byte[] to;
    private final Deque<Node> path = new ArrayDeque<>();
    private Node current;

    private Walk(Node root, byte[] from, byte[] to) {
      this.to = to;
      Node node = root;
      while (node != null) {
        if (Arrays.compareUnsigned(node.key, from) >= 0) {
          path.push(node);
          node = node.left;
        } else {
          node = node.right;
        }
      }
    }

    boolean next() {
      current = path.poll();
      if (current == null || (to != null && Arrays.compareUnsigned(current.key, to) >= 0)) {
        current = null;
        path.clear();
        return false;
      }
      for (Node node = current.right; node != null; node = node.left) {
        path.push(node);
      }
      return true;
    }

    byte[] key() {
      return checkOnEntry().key;
    }

    byte[] value() {
      return checkOnEntry().value;
    }

    private Node checkOnEntry() {
      if (current == null) {
        throw new IllegalStateException("cursor is not on an entry");
      }
      return current;
    }
  }
}
