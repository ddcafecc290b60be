package io.btrdb.node.plane;

/** A stream being followed; ends when closed, from any thread, once or more often. */
public interface Following extends AutoCloseable {
  @Override
  void close();
}
