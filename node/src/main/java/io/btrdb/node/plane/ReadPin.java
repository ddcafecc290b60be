package io.btrdb.node.plane;

/** Holds what a read needs in place until it is closed, once. */
public interface ReadPin extends AutoCloseable {
  /** A read that needs nothing of this node. */
  ReadPin NONE = () -> {};

  @Override
  void close();
}
