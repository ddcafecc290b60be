package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import io.btrdb.shard.Retention;
import io.btrdb.tree.ReducedRanges;
import io.btrdb.tree.Root;
import io.btrdb.tree.Tree;

/** Where a version of a stream can be read. */
public sealed interface ReadPlace {
  /**
   * Here: an immutable root; {@code minor} is 0 for an explicit version.
   *
   * @param retention of the stream; what is reduced in it is read in slots only
   */
  record Here(Tree tree, Root root, long major, long minor, Retention retention)
      implements ReadPlace {
    public ReducedRanges reduced() {
      return retention.reduced();
    }

    /** The same place, where something happens before each node that is read; it may throw. */
    public Here watched(Runnable beforeEachNode) {
      return new Here(tree.watched(beforeEachNode), root, major, minor, retention);
    }
  }

  /** At another node: pass the whole request on to its gRPC address. */
  record There(String nodeId, String grpc) implements ReadPlace {}

  /** Nowhere, and why. */
  record Nowhere(ErrorCode code, String message) implements ReadPlace {}
}
