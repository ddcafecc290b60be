package io.btrdb.tree;

/** The pulled results of a tree's queries; each is used by one thread at a time. */
public final class Cursors {
  private Cursors() {}

  /** Raw points in order of time; equal times in insertion order. */
  public interface Points {
    /** Fills the chunk from its start with as many points as fit; false when none are left. */
    boolean next(PointChunk chunk);
  }

  /** Windows in order of time. */
  public interface Windows {
    /** Fills the chunk from its start with as many windows as fit; false when none are left. */
    boolean next(WindowChunk chunk);
  }

  /** Changed ranges [start, end), ordered, disjoint, adjacent ones coalesced. */
  public interface Ranges {
    /** Moves to the next range; false at the end. */
    boolean next();

    long start();

    long end();
  }
}
