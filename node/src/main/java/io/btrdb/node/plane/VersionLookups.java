package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import io.btrdb.shard.FoldFailedException;
import io.btrdb.shard.VersionLookup;
import java.util.Optional;
import java.util.UUID;

/** Turns what a shard says about a version into a place where it can be read, or an error. */
final class VersionLookups {
  private VersionLookups() {}

  /** A version this replica has in its trees, which needs nobody's consent to be read. */
  static Optional<ReadPlace> materialised(LocalShard shard, UUID stream, long version) {
    return shard.lookup(stream, version) instanceof VersionLookup.Materialised found
        ? Optional.of(here(shard, found))
        : Optional.empty();
  }

  /** The leader's answer; folds when the version is not in the trees yet. */
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
      case VersionLookup.Materialised root -> here(shard, root);
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

  private static ReadPlace here(LocalShard shard, VersionLookup.Materialised found) {
    return new ReadPlace.Here(shard.tree(), found.root(), found.major(), found.minor());
  }
}
