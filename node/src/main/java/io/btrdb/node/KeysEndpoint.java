package io.btrdb.node;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.CreateKeyRequest;
import io.btrdb.api.cluster.KeyGrant;
import io.btrdb.api.cluster.KeyInfo;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.cluster.ListKeysRequest;
import io.btrdb.api.cluster.ListKeysResponse;
import io.btrdb.api.cluster.NewKeyResponse;
import io.btrdb.api.cluster.RevokeKeyRequest;
import io.btrdb.api.cluster.RotateKeyRequest;
import io.btrdb.catalog.AccessKey;
import io.btrdb.catalog.Capability;
import io.btrdb.catalog.Grant;
import io.btrdb.node.plane.AccessPlane;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.btrdb.node.security.KeyToken;
import io.btrdb.node.security.Keyring;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Makes keys, shows them without their secrets, and takes them back. The door lets only those in
 * who may. A change is answered once this node goes by it; the others follow within a second.
 */
final class KeysEndpoint extends KeysGrpc.KeysImplBase {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String USER = "[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}";

  private final AccessPlane plane;
  private final Keyring keyring;
  private final SecureRandom random = new SecureRandom();

  /** A user's mistake. */
  private static final class BadRequest extends Exception {
    private static final long serialVersionUID = 1;

    BadRequest(String message) {
      super(message, null, false, false);
    }
  }

  KeysEndpoint(AccessPlane plane, Keyring keyring) {
    this.plane = plane;
    this.keyring = keyring;
  }

  @Override
  public void createKey(CreateKeyRequest request, StreamObserver<NewKeyResponse> reply) {
    try {
      if (!request.getUser().matches(USER)) {
        throw new BadRequest(
            "a user's name has 1 to 63 letters, digits, '_', '.', '@' or '-', and starts with a"
                + " letter or digit");
      }
      List<Grant> grants = grants(request.getGrantsList());
      KeyToken token = KeyToken.draw(random);
      AccessKey key = key(token, request.getUser(), request.getExpiresMillis(), grants);
      Replies.answer(reply, grant(key).thenApply(done -> made(done, key, token)));
    } catch (BadRequest e) {
      Replies.answer(reply, failed(ErrorCode.WRONG_ARGUMENTS, e.getMessage()));
    }
  }

  private static AccessKey key(KeyToken token, String user, long expires, List<Grant> grants)
      throws BadRequest {
    long now = System.currentTimeMillis();
    if (expires != 0 && expires <= now) {
      throw new BadRequest("a key must expire in the future, or never");
    }
    return new AccessKey(token.id(), user, token.secretHash(), now, expires, grants);
  }

  private static List<Grant> grants(List<KeyGrant> wanted) throws BadRequest {
    if (wanted.isEmpty()) {
      throw new BadRequest("a key needs at least one grant: what it is good for, and where");
    }
    List<Grant> grants = new ArrayList<>();
    for (KeyGrant grant : wanted) {
      Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
      for (String name : grant.getCapabilitiesList()) {
        capabilities.add(
            Capability.named(name)
                .orElseThrow(
                    () ->
                        new BadRequest(
                            "there is no capability '"
                                + name
                                + "': read, insert, delete, obliterate and admin are known")));
      }
      String prefix = grant.getPrefix();
      if (prefix.startsWith("/") || prefix.endsWith("/") || prefix.indexOf('\0') >= 0) {
        throw new BadRequest("'" + prefix + "' is no collection: write it as grid/east");
      }
      if (capabilities.isEmpty()) {
        throw new BadRequest("a grant without capabilities allows nothing");
      }
      if (capabilities.contains(Capability.ADMIN) && !prefix.isEmpty()) {
        throw new BadRequest("admin is about the whole cluster and goes with no collection");
      }
      grants.add(new Grant(prefix, capabilities));
    }
    return grants;
  }

  @Override
  public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> reply) {
    Replies.answer(
        reply,
        current()
            .thenApply(
                keys -> {
                  ListKeysResponse.Builder list = ListKeysResponse.newBuilder();
                  switch (keys) {
                    case Reply.Ok<List<AccessKey>> ok ->
                        ok.value().stream()
                            .filter(key -> isWanted(key, request.getUser()))
                            .sorted(
                                Comparator.comparing(AccessKey::user)
                                    .thenComparing(AccessKey::createdMillis))
                            .forEach(key -> list.addKeys(info(key)));
                    case Reply.Failed<List<AccessKey>> failed ->
                        list.setCode(failed.code().number()).setMessage(failed.message());
                  }
                  return list.build();
                }));
  }

  private static boolean isWanted(AccessKey key, String user) {
    return user.isEmpty() || key.user().equals(user);
  }

  @Override
  public void revokeKey(RevokeKeyRequest request, StreamObserver<AdminReply> reply) {
    Replies.answer(
        reply,
        withKey(request.getId(), this::revoke)
            .thenApply(
                done ->
                    switch (done) {
                      case Reply.Ok<AccessKey> ok ->
                          AdminReply.newBuilder()
                              .setMessage(
                                  "revoked key " + ok.value().id() + " of " + ok.value().user())
                              .build();
                      case Reply.Failed<AccessKey> failed ->
                          AdminReply.newBuilder()
                              .setCode(failed.code().number())
                              .setMessage(failed.message())
                              .build();
                    }));
  }

  private CompletableFuture<Reply<AccessKey>> revoke(AccessKey key) {
    return plane
        .revoke(key.id(), deadline())
        .thenCompose(done -> keyring.renew().thenApply(known -> with(done, key)));
  }

  @Override
  public void rotateKey(RotateKeyRequest request, StreamObserver<NewKeyResponse> reply) {
    KeyToken token = KeyToken.draw(random);
    Replies.answer(
        reply,
        withKey(request.getId(), old -> rotate(old, token, request))
            .thenApply(
                done ->
                    switch (done) {
                      case Reply.Ok<AccessKey> ok -> made(new Reply.Ok<>(null), ok.value(), token);
                      case Reply.Failed<AccessKey> failed ->
                          NewKeyResponse.newBuilder()
                              .setCode(failed.code().number())
                              .setMessage(failed.message())
                              .build();
                    }));
  }

  /** The new key first, so that there is always one that is good. */
  private CompletableFuture<Reply<AccessKey>> rotate(
      AccessKey old, KeyToken token, RotateKeyRequest request) {
    AccessKey next;
    try {
      next = key(token, old.user(), request.getExpiresMillis(), old.grants());
    } catch (BadRequest e) {
      return CompletableFuture.completedFuture(
          new Reply.Failed<>(ErrorCode.WRONG_ARGUMENTS, e.getMessage(), false));
    }
    long end = System.currentTimeMillis() + request.getGraceMillis();
    boolean sooner = old.expiresMillis() != 0 && old.expiresMillis() <= end;
    return grant(next)
        .thenCompose(
            done ->
                done instanceof Reply.Ok<Void> && !sooner
                    ? grant(old.expiringAt(end)).thenApply(ended -> with(ended, next))
                    : CompletableFuture.completedFuture(with(done, next)));
  }

  private CompletableFuture<Reply<Void>> grant(AccessKey key) {
    return plane
        .grant(key, deadline())
        .thenCompose(done -> keyring.renew().thenApply(known -> done));
  }

  private CompletableFuture<Reply<AccessKey>> withKey(
      String id, Function<AccessKey, CompletableFuture<Reply<AccessKey>>> change) {
    return current()
        .thenCompose(
            keys ->
                switch (keys) {
                  case Reply.Ok<List<AccessKey>> ok -> {
                    Optional<AccessKey> key =
                        ok.value().stream().filter(k -> k.id().equals(id)).findFirst();
                    yield key.map(change)
                        .orElseGet(
                            () ->
                                CompletableFuture.completedFuture(
                                    new Reply.Failed<>(
                                        ErrorCode.WRONG_ARGUMENTS,
                                        "there is no key " + id + ": list shows those there are",
                                        false)));
                  }
                  case Reply.Failed<List<AccessKey>> failed ->
                      CompletableFuture.completedFuture(
                          new Reply.Failed<>(failed.code(), failed.message(), failed.unknown()));
                });
  }

  /** All keys as they are, not only as this node knows them. */
  private CompletableFuture<Reply<List<AccessKey>>> current() {
    return plane
        .access(-1, deadline())
        .thenApply(
            reply ->
                switch (reply) {
                  case Reply.Ok<AccessPlane.Seen> ok ->
                      new Reply.Ok<>(ok.value().keys().orElse(List.of()));
                  case Reply.Failed<AccessPlane.Seen> failed ->
                      new Reply.Failed<>(failed.code(), failed.message(), failed.unknown());
                });
  }

  private static long deadline() {
    return System.nanoTime() + PATIENCE_NANOS;
  }

  private static Reply<AccessKey> with(Reply<Void> done, AccessKey key) {
    return switch (done) {
      case Reply.Ok<Void> ok -> new Reply.Ok<>(key);
      case Reply.Failed<Void> failed ->
          new Reply.Failed<>(failed.code(), failed.message(), failed.unknown());
    };
  }

  private static NewKeyResponse made(Reply<Void> done, AccessKey key, KeyToken token) {
    return switch (done) {
      case Reply.Ok<Void> ok ->
          NewKeyResponse.newBuilder().setKey(info(key)).setToken(token.text()).build();
      case Reply.Failed<Void> no ->
          NewKeyResponse.newBuilder()
              .setCode(no.code().number())
              .setMessage(
                  no.message()
                      + (no.unknown()
                          ? "; the key may have been made: list shows it, and nobody has it"
                          : ""))
              .build();
    };
  }

  private static CompletableFuture<NewKeyResponse> failed(ErrorCode code, String message) {
    return CompletableFuture.completedFuture(
        NewKeyResponse.newBuilder().setCode(code.number()).setMessage(message).build());
  }

  private static KeyInfo info(AccessKey key) {
    KeyInfo.Builder info =
        KeyInfo.newBuilder()
            .setId(key.id())
            .setUser(key.user())
            .setCreatedMillis(key.createdMillis())
            .setExpiresMillis(key.expiresMillis());
    for (Grant grant : key.grants()) {
      KeyGrant.Builder shown = KeyGrant.newBuilder().setPrefix(grant.prefix());
      grant.capabilities().stream().sorted().map(Capability::text).forEach(shown::addCapabilities);
      info.addGrants(shown);
    }
    return info.build();
  }
}
