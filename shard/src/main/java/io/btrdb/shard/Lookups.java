package io.btrdb.shard;

import io.btrdb.storage.StateStore;
import io.btrdb.tree.Root;
import java.util.UUID;

/** Finds what can be read of a version. Any thread. */
final class Lookups {
  /** Each failure means that a Commit was applied meanwhile, so that many in a row are a bug. */
  private static final int RESOLVE_ATTEMPTS = 100;

  private final StreamTable table;
  private final StateStore state;

  Lookups(StreamTable table, StateStore state) {
    this.table = table;
    this.state = state;
  }

  VersionLookup lookup(UUID uuid, long version) {
    StreamState stream = table.get(uuid);
    if (StreamVersions.isMissing(stream)) {
      return new VersionLookup.NoSuchStream();
    }
    if (version == 0) {
      return stream.isIdle()
          ? new VersionLookup.Materialised(stream.root(), stream.major(), 0)
          : new VersionLookup.Fold(stream, 0);
    }
    if (version < ShardLimits.FIRST_VERSION || version > stream.major()) {
      return new VersionLookup.NoSuchVersion(stream.major());
    }
    if (version < stream.oldest()) {
      return new VersionLookup.Pruned(stream.oldest());
    }
    return version > stream.materialised()
        ? new VersionLookup.Fold(stream, version)
        : stored(stream, version);
  }

  private VersionLookup stored(StreamState stream, long version) {
    if (version == stream.materialised()) {
      return new VersionLookup.Materialised(stream.root(), version, 0);
    }
    if (version == ShardLimits.FIRST_VERSION) {
      return new VersionLookup.Materialised(Root.EMPTY, version, 0);
    }
    byte[] root = state.get(StateKeys.root(stream.uuid(), version));
    if (root != null) {
      return new VersionLookup.Materialised(RootCodec.decode(root), version, 0);
    }
    StreamState now = table.get(stream.uuid());
    if (StreamVersions.isMissing(now)) {
      return new VersionLookup.NoSuchStream();
    }
    if (version < now.oldest()) {
      return new VersionLookup.Pruned(now.oldest());
    }
    throw new IllegalStateException(
        "version " + version + " of " + stream + " has no root in the state store");
  }

  VersionLookup resolve(UUID uuid, long version, WorkingTrees trees) {
    for (int attempt = 1; ; attempt++) {
      VersionLookup found = lookup(uuid, version);
      if (!(found instanceof VersionLookup.Fold)) {
        return found;
      }
      try {
        return trees.with(
            uuid,
            working -> {
              VersionLookup now = lookup(uuid, version);
              return now instanceof VersionLookup.Fold fold ? fold.fold(working) : now;
            });
      } catch (OperationGoneException e) {
        if (attempt == RESOLVE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
