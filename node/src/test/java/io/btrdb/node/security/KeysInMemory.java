package io.btrdb.node.security;

import io.btrdb.api.ErrorCode;
import io.btrdb.catalog.AccessKey;
import io.btrdb.catalog.Capability;
import io.btrdb.catalog.Grant;
import io.btrdb.node.plane.AccessPlane;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Keys of one process, and a guard that goes by them. */
public final class KeysInMemory implements AccessPlane {
  public static final String SECRET = "a secret of the cluster that is long enough";

  private final Map<String, AccessKey> keys = new TreeMap<>();
  private long revision = 1;
  public volatile long moved;
  public volatile long wallMillis = 1_000;

  /** Set to let every question fail. */
  public volatile boolean silent;

  /** To be set before the guard is made. */
  public AuditLog audit = AuditLog.NONE;

  private Keyring keyring;

  /** A guard that follows these keys when {@link #spread} is called. */
  public Guard guard(CatalogPlane catalog, Duration trust) {
    StreamPlaces places =
        new StreamPlaces(
            (stream, deadline) ->
                catalog
                    .describe(stream, deadline)
                    .thenApply(
                        reply ->
                            switch (reply) {
                              case Reply.Ok<CatalogPlane.Descriptor> ok ->
                                  new Reply.Ok<>(ok.value().collection());
                              case Reply.Failed<CatalogPlane.Descriptor> no ->
                                  new Reply.Failed<>(no.code(), no.message(), no.unknown());
                            }));
    keyring = new Keyring(this, trust, () -> wallMillis, places::forget);
    return Guard.of(ClusterSecret.of(SECRET), keyring, places, true, audit);
  }

  /** What the cluster's nodes show one another. */
  public static String authorizationOfNodes() {
    return ClusterSecret.of(SECRET).authorization();
  }

  /** The node hears of what has changed. */
  public void spread() {
    keyring.renew().join();
  }

  public Keyring keyring() {
    return keyring;
  }

  /** A new key, known to the node; its token. */
  public String key(Grant... grants) {
    KeyToken token = KeyToken.draw(new SecureRandom());
    put(new AccessKey(token.id(), "ann", token.secretHash(), 1, 0, List.of(grants)));
    return token.text();
  }

  public String key(String prefix, Capability... capabilities) {
    return key(new Grant(prefix, Set.of(capabilities)));
  }

  public synchronized void put(AccessKey key) {
    keys.put(key.id(), key);
    revision++;
    spread();
  }

  public synchronized AccessKey of(String token) {
    return keys.get(KeyToken.parse(token).orElseThrow().id());
  }

  @Override
  public synchronized CompletableFuture<Reply<Seen>> access(long known, long deadlineNanos) {
    if (silent) {
      return CompletableFuture.completedFuture(
          new Reply.Failed<>(ErrorCode.CLUSTER_DEGRADED, "no leader", false));
    }
    return CompletableFuture.completedFuture(
        new Reply.Ok<>(
            new Seen(
                revision,
                moved,
                known == revision ? Optional.empty() : Optional.of(List.copyOf(keys.values())))));
  }

  @Override
  public CompletableFuture<Reply<Void>> grant(AccessKey key, long deadlineNanos) {
    put(key);
    return CompletableFuture.completedFuture(new Reply.Ok<>(null));
  }

  @Override
  public synchronized CompletableFuture<Reply<Void>> revoke(String id, long deadlineNanos) {
    keys.remove(id);
    revision++;
    return CompletableFuture.completedFuture(new Reply.Ok<>(null));
  }
}
