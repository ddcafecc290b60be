package io.btrdb.node.plane;

import io.btrdb.catalog.AccessKey;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The keys in the catalog, wherever its leader is. Linearizable. Completes with a {@link Reply},
 * never exceptionally. Arguments have been checked by the door.
 */
public interface AccessPlane {
  /**
   * @param revision of the keys; another number whenever they have changed
   * @param moved another number whenever a stream may have come into another collection
   * @param keys empty when the asker knows this revision
   */
  record Seen(long revision, long moved, Optional<List<AccessKey>> keys) {}

  /**
   * @param known the revision that the asker has, -1 for none
   */
  CompletableFuture<Reply<Seen>> access(long known, long deadlineNanos);

  /** A new key, or another form of the one with this id. May be repeated. */
  CompletableFuture<Reply<Void>> grant(AccessKey key, long deadlineNanos);

  /** May be repeated. */
  CompletableFuture<Reply<Void>> revoke(String id, long deadlineNanos);
}
