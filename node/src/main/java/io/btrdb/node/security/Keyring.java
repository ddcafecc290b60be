package io.btrdb.node.security;

import io.btrdb.catalog.AccessKey;
import io.btrdb.node.plane.AccessPlane;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys as this node knows them: asked of the catalog's leader five times a second, so that a
 * change holds everywhere within a second. A node that cannot ask goes by what it knows for a
 * while, and then lets nobody in. Thread-safe.
 */
public final class Keyring {
  private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);
  private static final long PERIOD_MILLIS = 200;

  /** With the period less than a second, also when the leader that was asked has just died. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  private record Keys(long revision, long moved, Map<String, AccessKey> byId) {}

  private static final Keys NONE = new Keys(-1, -1, Map.of());

  private final AccessPlane plane;
  private final long trustNanos;
  private final LongSupplier wallMillis;
  private final Runnable onMove;
  private final AtomicReference<CompletableFuture<Void>> asking = new AtomicReference<>();
  private volatile Keys keys = NONE;

  /** {@link System#nanoTime} of the last question that was answered. */
  private volatile long confirmedNanos;

  /**
   * @param trust how long what was last heard counts when nothing more is heard
   * @param wallMillis by which keys expire
   * @param onMove told when streams may be in other collections than before
   */
  public Keyring(AccessPlane plane, Duration trust, LongSupplier wallMillis, Runnable onMove) {
    this.plane = plane;
    this.trustNanos = trust.toNanos();
    this.wallMillis = wallMillis;
    this.onMove = onMove;
  }

  /** Asks from now on, until the timer stops. */
  public void start(ScheduledExecutorService timer) {
    var unused =
        timer.scheduleWithFixedDelay(this::refresh, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Asks now. The future completes when a question that was put after the call has been answered or
   * has failed, never exceptionally.
   */
  public CompletableFuture<Void> renew() {
    CompletableFuture<Void> underway = asking.get();
    return underway == null ? refresh() : underway.thenCompose(done -> refresh());
  }

  /** One question at a time. */
  private CompletableFuture<Void> refresh() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = asking.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    long askedNanos = System.nanoTime();
    var unused =
        plane
            .access(keys.revision(), askedNanos + PATIENCE_NANOS)
            .whenComplete(
                (reply, failure) -> {
                  try {
                    settle(askedNanos, reply, failure);
                  } finally {
                    asking.set(null);
                    mine.complete(null);
                  }
                });
    return mine;
  }

  private void settle(long askedNanos, Reply<AccessPlane.Seen> reply, Throwable failure) {
    if (failure != null) {
      LOG.error("the keys could not be asked for", failure);
      return;
    }
    switch (reply) {
      case Reply.Ok<AccessPlane.Seen> ok -> take(askedNanos, ok.value());
      case Reply.Failed<AccessPlane.Seen> failed ->
          LOG.debug("the catalog does not tell its keys: {}", failed.message());
    }
  }

  private void take(long askedNanos, AccessPlane.Seen seen) {
    Keys before = keys;
    Map<String, AccessKey> byId = before.byId();
    if (seen.keys().isPresent()) {
      byId = new HashMap<>();
      for (AccessKey key : seen.keys().get()) {
        byId.put(key.id(), key);
      }
    }
    keys = new Keys(seen.revision(), seen.moved(), byId);
    confirmedNanos = askedNanos;
    if (seen.moved() != before.moved()) {
      onMove.run();
    }
  }

  /** Whether the keys are known well enough to go by. */
  boolean isTrusted() {
    return keys != NONE && System.nanoTime() - confirmedNanos <= trustNanos;
  }

  /** A key that has not expired. */
  public Optional<AccessKey> find(String id) {
    return Optional.ofNullable(keys.byId().get(id)).filter(this::isValid);
  }

  /** Whether a key is as it was, and has not expired. */
  boolean stands(AccessKey key) {
    return isTrusted() && isValid(key) && key.equals(keys.byId().get(key.id()));
  }

  private boolean isValid(AccessKey key) {
    return key.expiresMillis() == 0 || wallMillis.getAsLong() < key.expiresMillis();
  }

  /** Every key, expired ones too. */
  public List<AccessKey> all() {
    return List.copyOf(keys.byId().values());
  }
}
