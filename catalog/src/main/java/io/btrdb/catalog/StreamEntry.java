package io.btrdb.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the catalog holds under a UUID. */
sealed interface StreamEntry {
  Lifecycle lifecycle();

  /** The request that brought the stream here and owns what follows. */
  UUID request();

  /** Everything of the stream is here and nowhere else: queries cannot see it. */
  record Reserved(UUID request, StreamDescriptor stream) implements StreamEntry {
    @Override
    public Lifecycle lifecycle() {
      return Lifecycle.RESERVED;
    }
  }

  /**
   * The descriptor has a row of its own, beside its neighbours in the collection.
   *
   * @param request the create's
   * @param changes latest requests that changed the descriptor, oldest first
   */
  record Active(UUID request, String collection, List<UUID> changes) implements StreamEntry {
    @Override
    public Lifecycle lifecycle() {
      return Lifecycle.ACTIVE;
    }

    Active changed(UUID change, String newCollection) {
      List<UUID> kept = new ArrayList<>(changes);
      kept.add(change);
      int surplus = kept.size() - CatalogLimits.REMEMBERED_CHANGES;
      return new Active(
          request, newCollection, List.copyOf(kept.subList(Math.max(0, surplus), kept.size())));
    }
  }

  /**
   * The name it still holds.
   *
   * @param request the obliterate's
   */
  record Hidden(UUID request, String collection, Map<String, String> tags) implements StreamEntry {
    @Override
    public Lifecycle lifecycle() {
      return Lifecycle.HIDDEN;
    }
  }

  /**
   * A tombstone.
   *
   * @param request the obliterate's
   */
  record Buried(UUID request) implements StreamEntry {
    @Override
    public Lifecycle lifecycle() {
      return Lifecycle.BURIED;
    }
  }
}
