package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.catalog.AccessKey;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.KeyFilter;
import io.btrdb.catalog.LookupPage;
import io.btrdb.catalog.LookupQuery;
import io.btrdb.catalog.StreamDescriptor;
import io.btrdb.catalog.StreamPosition;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.consensus.Leadership;
import io.btrdb.node.plane.AccessPlane;
import io.btrdb.node.plane.CatalogPlane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The catalog as this node's doors and the other nodes see it. A call runs as a whole at the
 * catalog's leader; elsewhere it is passed on. Thread-safe.
 *
 * <p>Every change has a random request id of its own, kept through all tries: a change is done at
 * most once, and a create or obliterate whose first outcome was lost does not hear that it was done
 * already.
 */
public final class CatalogService implements CatalogPlane, AccessPlane, AutoCloseable {
  /** Longest a call from another node may keep this one busy. */
  private static final long PATIENCE_MILLIS_MAX = 60_000;

  private final Supplier<Optional<LocalCatalog>> local;
  private final CatalogPeers peers;
  private final StreamExistence existence;
  private final Executor work;
  private final IntFunction<Optional<String>> laggards;
  private final Set<UUID> underway = ConcurrentHashMap.newKeySet();
  private final UnfinishedDriver driver;

  /**
   * @param local this node's replica, if it has one
   * @param work runs queries and retries; may reject, which is answered with {@link
   *     ErrorCode#RESOURCE_DEPLETED}
   * @param laggards names a node that cannot apply entries of a level, if there is one
   */
  public CatalogService(
      Supplier<Optional<LocalCatalog>> local,
      CatalogPeers peers,
      StreamExistence existence,
      Executor work,
      IntFunction<Optional<String>> laggards) {
    this.local = local;
    this.peers = peers;
    this.existence = existence;
    this.work = work;
    this.laggards = laggards;
    this.driver = new UnfinishedDriver(existence, work, underway);
  }

  /** To be told every leadership event of the catalog's group, in order. Does not block. */
  public void leadership(Leadership event) {
    switch (event) {
      case Leadership.BecameLeader leader -> local.get().ifPresent(driver::lead);
      case Leadership.LostLeadership lost -> driver.follow();
      case Leadership.LeaderChanged changed -> {
        // Whoever leads is asked of peers anew for every call.
      }
    }
  }

  /** Stops what runs in the background. */
  @Override
  public void close() {
    driver.follow();
  }

  // ------------------------------------------------------------------------------ for other nodes

  /**
   * Answers a call that another node passed on; never passes it on again but answers {@link
   * ErrorCode#WRONG_ENDPOINT} when this node does not lead. Never completes exceptionally.
   */
  public CompletableFuture<CatalogResponse> handle(CatalogRequest request) {
    CatalogCall.Incoming incoming;
    try {
      incoming = CatalogCall.decode(request);
    } catch (MalformedBytesException e) {
      return CompletableFuture.completedFuture(
          response(ErrorCode.WRONG_ARGUMENTS, e.getMessage(), false));
    }
    return answer(incoming.call(), incoming.patienceMillis());
  }

  private <T> CompletableFuture<CatalogResponse> answer(CatalogCall<T> call, long patienceMillis) {
    long deadlineNanos =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(Math.min(patienceMillis, PATIENCE_MILLIS_MAX));
    return leader()
        .map(leader -> leader.run(call, deadlineNanos).thenApply(done -> response(call, done)))
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    response(
                        ErrorCode.WRONG_ENDPOINT, "this node does not lead the catalog", false)));
  }

  private static <T> CatalogResponse response(CatalogCall<T> call, Attempt<T> attempt) {
    return switch (attempt) {
      case Attempt.Answered<T> answered -> response(call, answered.reply());
      case Attempt.Elsewhere<T> elsewhere ->
          response(ErrorCode.WRONG_ENDPOINT, elsewhere.why(), elsewhere.unknown());
    };
  }

  private static <T> CatalogResponse response(CatalogCall<T> call, Reply<T> reply) {
    return switch (reply) {
      case Reply.Ok<T> ok ->
          CatalogResponse.newBuilder().setReply(call.encodeAnswer(ok.value())).build();
      case Reply.Failed<T> failed -> response(failed.code(), failed.message(), failed.unknown());
    };
  }

  private static CatalogResponse response(ErrorCode code, String message, boolean unknown) {
    return CatalogResponse.newBuilder()
        .setCode(code.number())
        .setMessage(message == null ? code.name() : message)
        .setUnknown(unknown)
        .build();
  }

  /** When this node leads the catalog. */
  private Optional<CatalogLeader> leader() {
    return local
        .get()
        .filter(LocalCatalog::leads)
        .map(
            replica ->
                new CatalogLeader(replica, existence, work, underway, driver::wake, laggards));
  }

  // -------------------------------------------------------------------------------- for the doors

  @Override
  public CompletableFuture<Reply<Void>> create(
      UUID uuid,
      String collection,
      Map<String, String> tags,
      Map<String, String> annotations,
      long deadlineNanos) {
    return change(
        new CatalogCommand.Reserve(UUID.randomUUID(), uuid, collection, tags, annotations),
        deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Void>> obliterate(UUID uuid, long deadlineNanos) {
    return change(new CatalogCommand.Hide(UUID.randomUUID(), uuid), deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Void>> setTags(
      UUID uuid,
      long expectedVersion,
      String collection,
      Map<String, String> tags,
      List<String> removals,
      long deadlineNanos) {
    return change(
        new CatalogCommand.SetTags(
            UUID.randomUUID(), uuid, expectedVersion, collection, tags, removals),
        deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Void>> setAnnotations(
      UUID uuid,
      long expectedVersion,
      Map<String, String> changes,
      List<String> removals,
      long deadlineNanos) {
    return change(
        new CatalogCommand.SetAnnotations(
            UUID.randomUUID(), uuid, expectedVersion, changes, removals),
        deadlineNanos);
  }

  private CompletableFuture<Reply<Void>> change(CatalogCommand command, long deadlineNanos) {
    return run(new CatalogCall.Change(command), deadlineNanos);
  }

  private <T> CompletableFuture<Reply<T>> query(CatalogQuery<T> query, long deadlineNanos) {
    return run(new CatalogCall.Query<>(query), deadlineNanos);
  }

  private <T> CompletableFuture<Reply<T>> run(CatalogCall<T> call, long deadlineNanos) {
    return new Attempts<>(call, this::leader, peers, work, deadlineNanos).run();
  }

  @Override
  public CompletableFuture<Reply<Descriptor>> describe(UUID uuid, long deadlineNanos) {
    return query(new CatalogQuery.Describe(uuid), deadlineNanos)
        .thenApply(reply -> mapped(reply, CatalogService::descriptor));
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
    Optional<StreamPosition> position =
        Optional.ofNullable(after).map(last -> new StreamPosition(last.collection(), last.uuid()));
    return fill(
        new LookupQuery(collection, isPrefix, filters(tags), filters(annotations), position, limit),
        new ArrayList<>(),
        deadlineNanos);
  }

  /** The catalog ends its pages by bytes, too; the doors take a short page for the last. */
  private CompletableFuture<Reply<List<Descriptor>>> fill(
      LookupQuery query, List<Descriptor> found, long deadlineNanos) {
    return query(new CatalogQuery.Lookup(query), deadlineNanos)
        .thenCompose(
            reply ->
                switch (reply) {
                  case Reply.Failed<LookupPage> failed ->
                      CompletableFuture.completedFuture(mapped(failed, page -> found));
                  case Reply.Ok<LookupPage> ok -> {
                    LookupPage page = ok.value();
                    page.streams().forEach(stream -> found.add(descriptor(stream)));
                    int missing = query.limit() - page.streams().size();
                    yield page.more() && missing > 0
                        ? fill(rest(query, page, missing), found, deadlineNanos)
                        : CompletableFuture.completedFuture(new Reply.Ok<>(found));
                  }
                });
  }

  private static LookupQuery rest(LookupQuery query, LookupPage page, int limit) {
    StreamDescriptor last = page.streams().getLast();
    return new LookupQuery(
        query.collection(),
        query.isPrefix(),
        query.tags(),
        query.annotations(),
        Optional.of(new StreamPosition(last.collection(), last.uuid())),
        limit);
  }

  @Override
  public CompletableFuture<Reply<List<String>>> collections(
      String prefix, String after, int limit, long deadlineNanos) {
    return query(new CatalogQuery.Collections(prefix, after, limit), deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Usage>> usage(String prefix, long deadlineNanos) {
    return query(new CatalogQuery.Usage(prefix, false), deadlineNanos)
        .thenApply(reply -> mapped(reply, usage -> new Usage(usage.tags(), usage.annotations())));
  }

  @Override
  public CompletableFuture<Reply<Usage>> usageOf(String collection, long deadlineNanos) {
    return query(new CatalogQuery.Usage(collection, true), deadlineNanos)
        .thenApply(reply -> mapped(reply, usage -> new Usage(usage.tags(), usage.annotations())));
  }

  @Override
  public CompletableFuture<Reply<Seen>> access(long known, long deadlineNanos) {
    return query(new CatalogQuery.Access(known), deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Void>> grant(AccessKey key, long deadlineNanos) {
    return change(new CatalogCommand.GrantKey(key), deadlineNanos);
  }

  @Override
  public CompletableFuture<Reply<Void>> revoke(String id, long deadlineNanos) {
    return change(new CatalogCommand.RevokeKey(id), deadlineNanos);
  }

  private static Descriptor descriptor(StreamDescriptor stream) {
    return new Descriptor(
        stream.uuid(),
        stream.collection(),
        stream.tags(),
        stream.annotations(),
        stream.propertyVersion());
  }

  private static List<KeyFilter> filters(List<Filter> filters) {
    return filters.stream().map(filter -> new KeyFilter(filter.key(), filter.value())).toList();
  }

  private static <A, B> Reply<B> mapped(Reply<A> reply, Function<A, B> mapping) {
    return switch (reply) {
      case Reply.Ok<A> ok -> new Reply.Ok<>(mapping.apply(ok.value()));
      case Reply.Failed<A> failed ->
          new Reply.Failed<>(failed.code(), failed.message(), failed.unknown());
    };
  }
}
