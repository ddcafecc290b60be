package io.btrdb.catalog;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the log of the catalog carries.
 *
 * <p>{@code request} is an id that whoever asks draws at random, once per call of a client, and
 * keeps when it submits the command again: a request that took effect is answered alike instead of
 * being refused by its own traces.
 */
public sealed interface CatalogCommand {
  /** First entry of the log. A repeat changes nothing. */
  record Init(String clusterId) implements CatalogCommand {}

  /** From here on entries may use formats up to this level. Never goes down. */
  record Activate(int level) implements CatalogCommand {}

  /** Is about one stream, and needs an Init before it. */
  sealed interface OfStream extends CatalogCommand {
    UUID uuid();
  }

  /** Begins a create: takes UUID and name. */
  record Reserve(
      UUID request,
      UUID uuid,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations)
      implements OfStream {}

  /** Ends the create that {@code request} owns: the stream becomes visible. */
  record Confirm(UUID request, UUID uuid) implements OfStream {}

  /** Gives up the create that {@code request} owns, because the shard refused the stream. */
  record Release(UUID request, UUID uuid) implements OfStream {}

  /**
   * Changes name and tags.
   *
   * @param expectedVersion property version the caller saw, 0 for any
   * @param collection the new one, empty keeps the old
   * @param tags added or replaced, after the removals
   */
  record SetTags(
      UUID request,
      UUID uuid,
      long expectedVersion,
      String collection,
      Map<String, String> tags,
      List<String> removals)
      implements OfStream {}

  /**
   * Changes annotations.
   *
   * @param expectedVersion property version the caller saw, 0 for any
   * @param changes added or replaced, after the removals
   */
  record SetAnnotations(
      UUID request,
      UUID uuid,
      long expectedVersion,
      Map<String, String> changes,
      List<String> removals)
      implements OfStream {}

  /** Begins an obliterate: invisible at once, UUID and name stay taken. */
  record Hide(UUID request, UUID uuid) implements OfStream {}

  /** Ends an obliterate: the name is free, the UUID is never used again. */
  record Bury(UUID uuid) implements OfStream {}

  /** Is about a key; needs an Init before it, and level {@link Catalog#KEYS_LEVEL}. */
  sealed interface OfKey extends CatalogCommand {}

  /** A new key, or another form of the one with the same id. A repeat changes nothing. */
  record GrantKey(AccessKey key) implements OfKey {}

  /** From here on the key is worth nothing, if there is one. A repeat changes nothing. */
  record RevokeKey(String id) implements OfKey {}
}
