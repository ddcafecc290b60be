package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Names, tags and annotations of streams: what the doors ask of the catalog, wherever its leader
 * is. Linearizable. Completes with a {@link Reply}, never exceptionally. Arguments have been
 * checked by the door ({@code Names}).
 */
public interface CatalogPlane {
  /** A value, or one of the contract's errors. */
  sealed interface Reply<T> {
    record Ok<T>(T value) implements Reply<T> {}

    /** {@code unknown}: it may have been done. */
    record Failed<T>(ErrorCode code, String message, boolean unknown) implements Reply<T> {}
  }

  record Descriptor(
      UUID uuid,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations,
      long propertyVersion) {}

  /** A key that must be there, with this value or, when empty, with any. */
  record Filter(String key, Optional<String> value) {}

  record Usage(Map<String, Long> tags, Map<String, Long> annotations) {}

  CompletableFuture<Reply<Void>> create(
      UUID uuid,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations,
      long deadlineNanos);

  CompletableFuture<Reply<Void>> obliterate(UUID uuid, long deadlineNanos);

  /**
   * {@code collection} empty keeps it; {@code tags} upserts, empty with no removals keeps them all.
   */
  CompletableFuture<Reply<Void>> setTags(
      UUID uuid,
      long expectedVersion,
      String collection,
      Map<String, String> tags,
      List<String> removals,
      long deadlineNanos);

  CompletableFuture<Reply<Void>> setAnnotations(
      UUID uuid,
      long expectedVersion,
      Map<String, String> changes,
      List<String> removals,
      long deadlineNanos);

  CompletableFuture<Reply<Descriptor>> describe(UUID uuid, long deadlineNanos);

  /** One page in order of (collection, uuid); {@code after} null starts. */
  CompletableFuture<Reply<List<Descriptor>>> lookup(
      String collection,
      boolean isPrefix,
      List<Filter> tags,
      List<Filter> annotations,
      Descriptor after,
      int limit,
      long deadlineNanos);

  /** One page in order of bytes; {@code after} empty starts. */
  CompletableFuture<Reply<List<String>>> collections(
      String prefix, String after, int limit, long deadlineNanos);

  CompletableFuture<Reply<Usage>> usage(String prefix, long deadlineNanos);

  /** As {@link #usage}, of one collection and not of those that start with its name. */
  CompletableFuture<Reply<Usage>> usageOf(String collection, long deadlineNanos);
}
