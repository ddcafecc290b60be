package io.btrdb.node.plane;

import io.btrdb.shard.Operation;

/** Hears what is inserted into streams. Called by a shard's apply thread: must not block. */
public interface StreamFollower {
  /** An insert, in the order of the log. */
  void inserted(Operation.Insert insert);

  /**
   * The replica that told of this stream stops, or skips a part of its log: what is inserted from
   * here on may not be told. Nothing more is.
   */
  void interrupted(String why);
}
