package io.btrdb.node.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which collection a stream is in: asked of the catalog once and then remembered, until any stream
 * anywhere moves to another collection. Thread-safe.
 */
public final class StreamPlaces {
  private static final Logger LOG = LoggerFactory.getLogger(StreamPlaces.class);

  /** Some 150 bytes each. */
  private static final int REMEMBERED_MAX = 1_000_000;

  /** Asks the catalog. */
  @FunctionalInterface
  public interface Lookup {
    CompletableFuture<Reply<String>> collection(UUID stream, long deadlineNanos);
  }

  private final Lookup lookup;
  private final Cache<UUID, String> known =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
  private final ConcurrentHashMap<UUID, CompletableFuture<Reply<String>>> asking =
      new ConcurrentHashMap<>();
  private final AtomicLong moves = new AtomicLong();

  public StreamPlaces(Lookup lookup) {
    this.lookup = lookup;
  }

  /** Some stream may have moved: nothing remembered counts any more. */
  public void forget() {
    moves.incrementAndGet();
    asking.clear();
    known.invalidateAll();
  }

  Optional<String> known(UUID stream) {
    return Optional.ofNullable(known.getIfPresent(stream));
  }

  /**
   * The collection, or why it is not known; streams that are asked for at once share a question.
   */
  CompletableFuture<Reply<String>> find(UUID stream, long deadlineNanos) {
    String collection = known.getIfPresent(stream);
    if (collection != null) {
      return CompletableFuture.completedFuture(new Reply.Ok<>(collection));
    }
    CompletableFuture<Reply<String>> mine = new CompletableFuture<>();
    CompletableFuture<Reply<String>> other = asking.putIfAbsent(stream, mine);
    return other == null ? ask(stream, mine, deadlineNanos) : other;
  }

  private CompletableFuture<Reply<String>> ask(
      UUID stream, CompletableFuture<Reply<String>> mine, long deadlineNanos) {
    long before = moves.get();
    var unused =
        lookup
            .collection(stream, deadlineNanos)
            .whenComplete(
                (reply, failure) -> {
                  if (reply instanceof Reply.Ok<String> ok) {
                    remember(stream, ok.value(), before);
                  }
                  asking.remove(stream, mine);
                  mine.complete(failure == null ? reply : failed(stream, failure));
                });
    return mine;
  }

  private static Reply<String> failed(UUID stream, Throwable failure) {
    LOG.error("the collection of stream {} could not be asked for", stream, failure);
    return new Reply.Failed<>(
        ErrorCode.INVARIANT_FAILURE, "the stream's collection could not be looked up", false);
  }

  /** An answer from before a move may be wrong after it. */
  private void remember(UUID stream, String collection, long before) {
    known.put(stream, collection);
    if (moves.get() != before) {
      known.invalidate(stream);
    }
  }
}
