package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import io.btrdb.shard.FoldFailedException;
import io.btrdb.shard.VersionLookup;
import java.util.Optional;
import java.util.UUID;

/** Turns what a shard says about a version into a place where it can be read, or an error. */
final class VersionLookups {
  private VersionLookups() {}

  /**
   * A sealed version that this replica has, in its trees or logged: it is what it is, and needs
   * nobody's consent to be read. Empty when it is not known here, which does not mean that there is
   * none.
   */
  static Optional<ReadPlace> explicit(LocalShard shard, UUID stream, long version) {
    return switch (shard.lookup(stream, version)) {
      case VersionLookup.Materialised found -> Optional.of(here(shard, stream, found));
      case VersionLookup.Fold fold -> Optional.of(resolve(shard, stream, version));
      case VersionLookup.Pruned pruned -> Optional.of(resolve(shard, stream, version));
      case VersionLookup.NoSuchStream none -> Optional.empty();
      case VersionLookup.NoSuchVersion none -> Optional.empty();
    };
  }

  /**
   * The latest version as far as this replica knows; empty for a stream that it does not know, as
   * one that has just been created.
   */
  static Optional<ReadPlace> latest(LocalShard shard, UUID stream) {
    return shard.lookup(stream, 0) instanceof VersionLookup.NoSuchStream
        ? Optional.empty()
        : Optional.of(resolve(shard, stream, 0));
  }

  /** What this replica has to say; folds when the version is not in the trees yet. */
  static ReadPlace resolve(LocalShard shard, UUID stream, long version) {
    VersionLookup found;
    try {
      if (shard.quarantined(stream)
          && shard.lookup(stream, version) instanceof VersionLookup.Fold) {
        return quarantined(stream);
      }
      found = shard.resolve(stream, version);
    } catch (FoldFailedException e) {
      return quarantined(stream);
    }
    return switch (found) {
      case VersionLookup.Materialised root -> here(shard, stream, root);
      case VersionLookup.NoSuchStream none ->
          new ReadPlace.Nowhere(ErrorCode.NO_SUCH_STREAM, "stream does not exist");
      case VersionLookup.NoSuchVersion none ->
          new ReadPlace.Nowhere(
              ErrorCode.NO_SUCH_STREAM,
              "stream has no version " + version + "; its latest is " + none.latest());
      case VersionLookup.Pruned pruned ->
          new ReadPlace.Nowhere(
              ErrorCode.VERSION_NOT_AVAILABLE,
              "version " + version + " was pruned; the oldest is " + pruned.oldest());
      case VersionLookup.Fold fold -> throw new IllegalStateException(fold + " was not folded");
    };
  }

  private static ReadPlace quarantined(UUID stream) {
    return new ReadPlace.Nowhere(
        ErrorCode.INVARIANT_FAILURE,
        "stream "
            + stream
            + " is set aside: its logged operations cannot be merged; see the node's log");
  }

  private static ReadPlace here(LocalShard shard, UUID stream, VersionLookup.Materialised found) {
    return new ReadPlace.Here(
        shard.tree(), found.root(), found.major(), found.minor(), shard.retention(stream));
  }
}
