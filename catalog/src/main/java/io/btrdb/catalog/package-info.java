/**
 * The catalog: who every stream is. One Raft group owns the descriptors (collection, tags,
 * annotations, property version) and the tombstones; the shards own existence and data.
 *
 * <p>Tour: a {@link io.btrdb.catalog.CatalogCommand} travels through the log as bytes of {@link
 * io.btrdb.catalog.CatalogCommandCodec}; {@link io.btrdb.catalog.Catalog#apply} turns it into
 * changes of one {@link io.btrdb.storage.StateStore} and a {@link io.btrdb.catalog.CatalogOutcome}.
 * The life of a stream is reserved, active, hidden, buried ({@link io.btrdb.catalog.Lifecycle});
 * only an active stream has rows in the indexes that queries read, so an unfinished create or
 * obliterate is invisible by construction. {@code StateKeys} gives the layout of the state.
 *
 * <p>Everything is deterministic: no thread, clock, randomness, file, socket or logger. The state
 * after an entry is a function of the log up to it.
 */
package io.btrdb.catalog;
