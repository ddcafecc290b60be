package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import io.btrdb.tree.Root;
import io.btrdb.tree.Tree;

/** Where a version of a stream can be read. */
public sealed interface ReadPlace {
  /** Here: an immutable root; {@code minor} is 0 for an explicit version. */
  record Here(Tree tree, Root root, long major, long minor) implements ReadPlace {}

  /** At another node: pass the whole request on to its gRPC address. */
  record There(String nodeId, String grpc) implements ReadPlace {}

  /** Nowhere, and why. */
  record Nowhere(ErrorCode code, String message) implements ReadPlace {}
}
