package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogOutcome;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.WriteResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A catalog that does not change any more: questions are answered, changes refused. Thread-safe.
 */
public final class ReadOnlyCatalog implements CatalogPlane {
  private static final String REFUSAL = "the cluster's pool is open here for reads only";

  private final CatalogService questions;

  /**
   * @param work runs queries
   */
  public ReadOnlyCatalog(Catalog catalog, Executor work) {
    this.questions =
        new CatalogService(
            () -> Optional.of(new Still(catalog)),
            new Nobody(),
            new Nothing(),
            work,
            level -> Optional.empty());
  }

  /** Leads for ever, and has no log. */
  private record Still(Catalog catalog) implements LocalCatalog {
    @Override
    public boolean leads() {
      return true;
    }

    @Override
    public CompletableFuture<CatalogOutcome> submit(CatalogCommand command) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException(REFUSAL));
    }

    @Override
    public CompletableFuture<Void> linearize() {
      return CompletableFuture.completedFuture(null);
    }
  }

  private static final class Nobody implements CatalogPeers {
    @Override
    public Optional<String> leader() {
      return Optional.empty();
    }

    @Override
    public CompletableFuture<CatalogResponse> submit(
        String node, CatalogRequest request, long timeoutMillis) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException(REFUSAL));
    }

    @Override
    public CompletableFuture<CatalogResponse> read(
        String node, CatalogRequest request, long timeoutMillis) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException(REFUSAL));
    }
  }

  private static final class Nothing implements StreamExistence {
    @Override
    public CompletableFuture<WriteResult> open(UUID stream, long deadlineNanos) {
      return drop(stream, deadlineNanos);
    }

    @Override
    public CompletableFuture<WriteResult> drop(UUID stream, long deadlineNanos) {
      return CompletableFuture.completedFuture(
          WriteResult.Failed.of(ErrorCode.NOT_IMPLEMENTED, REFUSAL));
    }
  }

  private static CompletableFuture<Reply<Void>> refusal() {
    return CompletableFuture.completedFuture(
        new Reply.Failed<>(ErrorCode.NOT_IMPLEMENTED, REFUSAL, false));
  }

  @Override
  public CompletableFuture<Reply<Void>> create(
      UUID uuid,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations,
      long deadlineNanos) {
    return refusal();
  }

  @Override
  public CompletableFuture<Reply<Void>> obliterate(UUID uuid, long deadlineNanos) {
    return refusal();
  }

  @Override
  public CompletableFuture<Reply<Void>> setTags(
      UUID uuid,
      long expectedVersion,
      String collection,
      Map<String, String> tags,
      List<String> removals,
      long deadlineNanos) {
    return refusal();
  }

  @Override
  public CompletableFuture<Reply<Void>> setAnnotations(
      UUID uuid,
      long expectedVersion,
      Map<String, String> changes,
      List<String> removals,
      long deadlineNanos) {
    return refusal();
  }

  @Override
  public CompletableFuture<Reply<Descriptor>> describe(UUID uuid, long deadlineNanos) {
    return questions.describe(uuid, deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<List<Descriptor>>> lookup(
      String collection,
      boolean isPrefix,
      List<Filter> tags,
      List<Filter> annotations,
      Descriptor after,
      int limit,
      long deadlineNanos) {
    return questions.lookup(collection, isPrefix, tags, annotations, after, limit, deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<List<String>>> collections(
      String prefix, String after, int limit, long deadlineNanos) {
    return questions.collections(prefix, after, limit, deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Usage>> usage(String prefix, long deadlineNanos) {
    return questions.usage(prefix, deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Usage>> usageOf(String collection, long deadlineNanos) {
    return questions.usageOf(collection, deadlineNanos);
  }
}
