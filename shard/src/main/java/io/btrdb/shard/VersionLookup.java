package io.btrdb.shard;

import io.btrdb.tree.Root;

/** What a shard has to say about a version of a stream that somebody wants to read. */
public sealed interface VersionLookup {
  /**
   * The version can be read from its root.
   *
   * @param minor points of {@code root} that are not in version {@code major} yet; 0 unless the
   *     latest state was asked for
   */
  record Materialised(Root root, long major, long minor) implements VersionLookup {}

  /**
   * The version has no root yet: operations must be folded first.
   *
   * @param stream the state to fold, which also tells (major, minor) of a read of the latest
   * @param version the sealed version wanted, or 0 for the latest state
   */
  record Fold(StreamState stream, long version) implements VersionLookup {
    /** Folds. The caller holds what guards the working tree of this stream. */
    public Materialised fold(WorkingTree tree) {
      return version == 0
          ? new Materialised(tree.latest(stream), stream.major(), stream.minor())
          : new Materialised(tree.version(stream, version), version, 0);
    }
  }

  /** Never opened, or dropped. */
  record NoSuchStream() implements VersionLookup {}

  /** The stream never had this version, or does not have it yet. */
  record NoSuchVersion(long latest) implements VersionLookup {}

  /** Given up: versions below {@code oldest} cannot be read any more. */
  record Pruned(long oldest) implements VersionLookup {}
}
