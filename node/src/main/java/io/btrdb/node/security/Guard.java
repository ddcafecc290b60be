package io.btrdb.node.security;

import io.btrdb.api.ErrorCode;
import io.btrdb.catalog.AccessKey;
import io.btrdb.catalog.Capability;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Knows callers, and says what they may do. Thread-safe.
 *
 * <pre>
 * authorization: Bearer KEY        ; the scheme in any case
 * authorization: Cluster TOKEN     ; see ClusterSecret
 * </pre>
 */
public final class Guard {
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Set by a node that passes a call on: for whom. Believed of nodes only. */
  public static final Metadata.Key<String> BEHALF =
      Metadata.Key.of("btrdb-caller", Metadata.ASCII_STRING_MARSHALLER);

  /** The caller of the call that this thread serves. */
  private static final Context.Key<Caller> CALLER = Context.key("btrdb-caller");

  private static final CompletableFuture<Optional<Denial>> ALLOWED =
      CompletableFuture.completedFuture(Optional.empty());

  /** The words are the contract's, and the same whatever is wrong with a key. */
  private static final Status NO_KEY = Status.UNAUTHENTICATED.withDescription("invalid api key");

  private static final Guard OPEN = new Guard(null, null, null, false, AuditLog.NONE);

  private final ClusterSecret secret;
  private final Keyring keyring;
  private final StreamPlaces places;
  private final boolean enforcing;
  private final AuditLog audit;

  /** Who a caller is, or why it is turned away. */
  public sealed interface Identified {
    record As(Caller caller) implements Identified {}

    record Not(Status status) implements Identified {}
  }

  private Guard(
      ClusterSecret secret,
      Keyring keyring,
      StreamPlaces places,
      boolean enforcing,
      AuditLog audit) {
    this.secret = secret;
    this.keyring = keyring;
    this.places = places;
    this.enforcing = enforcing;
    this.audit = audit;
  }

  /** Of a node that asks for no keys. */
  public static Guard open() {
    return OPEN;
  }

  /** Of a node that belongs to no cluster yet: only other nodes may call. */
  public static Guard ofNodes(ClusterSecret secret) {
    return new Guard(secret, null, null, true, AuditLog.NONE);
  }

  /**
   * @param enforcing false: callers may do everything without a key, but for what is about keys
   */
  public static Guard of(
      ClusterSecret secret,
      Keyring keyring,
      StreamPlaces places,
      boolean enforcing,
      AuditLog audit) {
    return new Guard(secret, keyring, places, enforcing, audit);
  }

  /** Where calls are noted that change something or are refused. */
  public AuditLog audit() {
    return audit;
  }

  /** Whether every caller may do everything. */
  public boolean isOpen() {
    return !enforcing;
  }

  // -------------------------------------------------------------------------------- who calls

  public Identified identify(Metadata headers) {
    String header = headers.get(AUTHORIZATION);
    int space = header == null ? -1 : header.indexOf(' ');
    if (space < 0) {
      return new Identified.Not(NO_KEY);
    }
    String credential = header.substring(space + 1).strip();
    return switch (header.substring(0, space).toLowerCase(Locale.ROOT)) {
      case "bearer" -> holder(credential);
      case "cluster" -> {
        String behalf = headers.get(BEHALF);
        yield secret.isToken(credential)
            ? new Identified.As(Caller.node(behalf == null ? "node" : behalf))
            : new Identified.Not(NO_KEY);
      }
      default -> new Identified.Not(NO_KEY);
    };
  }

  private Identified holder(String text) {
    if (keyring == null || !keyring.isTrusted()) {
      return new Identified.Not(
          Status.UNAVAILABLE.withDescription(
              "this node cannot ask the catalog whose key this is: ask another node, or again"));
    }
    Optional<KeyToken> token = KeyToken.parse(text);
    Optional<AccessKey> key = token.flatMap(t -> keyring.find(t.id()));
    return key.isPresent() && token.get().matches(key.get().secretHash())
        ? new Identified.As(Caller.holder(key.get(), keyring::stands))
        : new Identified.Not(NO_KEY);
  }

  /** The context in which a call is served. */
  public static Context with(Caller caller) {
    return Context.current().withValue(CALLER, caller);
  }

  /** The caller of the call that this thread begins to serve. */
  public Caller caller() {
    Caller caller = CALLER.get();
    if (caller == null && !isOpen()) {
      throw new IllegalStateException("a call came past the guard");
    }
    return caller == null ? Caller.ANYBODY : caller;
  }

  /** The caller with the rights it has now; empty when its key is not good any more. */
  public Optional<Caller> renewed(Caller caller) {
    if (caller.stands()) {
      return Optional.of(caller);
    }
    return keyring.isTrusted()
        ? caller.keyId().flatMap(keyring::find).map(key -> Caller.holder(key, keyring::stands))
        : Optional.empty();
  }

  /** How a call ends whose key is not what it was when the call came. */
  public static Status keyGone() {
    return NO_KEY;
  }

  // ------------------------------------------------------------------------------- what it may

  public Optional<Denial> permit(Caller caller, Capability capability, String collection) {
    return caller.may(capability, collection)
        ? Optional.empty()
        : Optional.of(Denial.forbidden(capability.text() + " in collection " + collection));
  }

  /**
   * Whether a caller may do something with all of these streams. Does not block; is done at once
   * where the collections need not be asked for. A stream that does not exist is one of the
   * contract's errors.
   */
  public CompletableFuture<Optional<Denial>> permit(
      Caller caller, Capability capability, Collection<UUID> streams, long deadlineNanos) {
    return caller.mayEverywhere(capability)
        ? ALLOWED
        : each(streams, deadlineNanos, caller, Optional.of(capability));
  }

  /** Whether a caller may know of all of these streams: it may, if it may do anything with them. */
  public CompletableFuture<Optional<Denial>> show(
      Caller caller, Collection<UUID> streams, long deadlineNanos) {
    return caller.sees("") ? ALLOWED : each(streams, deadlineNanos, caller, Optional.empty());
  }

  private CompletableFuture<Optional<Denial>> each(
      Collection<UUID> streams, long deadlineNanos, Caller caller, Optional<Capability> wanted) {
    List<CompletableFuture<Optional<Denial>>> asked = new ArrayList<>();
    for (UUID stream : streams) {
      Optional<String> known = places.known(stream);
      if (known.isEmpty()) {
        asked.add(
            places
                .find(stream, deadlineNanos)
                .thenApply(reply -> judge(caller, wanted, stream, reply)));
        continue;
      }
      Optional<Denial> denial = judge(caller, wanted, stream, new Reply.Ok<>(known.get()));
      if (denial.isPresent()) {
        return CompletableFuture.completedFuture(denial);
      }
    }
    return asked.isEmpty() ? ALLOWED : first(asked);
  }

  private static CompletableFuture<Optional<Denial>> first(
      List<CompletableFuture<Optional<Denial>>> asked) {
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                asked.stream().map(CompletableFuture::join).flatMap(Optional::stream).findFirst());
  }

  private static Optional<Denial> judge(
      Caller caller, Optional<Capability> wanted, UUID stream, Reply<String> reply) {
    return switch (reply) {
      case Reply.Ok<String> ok ->
          wanted.map(c -> caller.may(c, ok.value())).orElseGet(() -> caller.sees(ok.value()))
              ? Optional.empty()
              : Optional.of(
                  Denial.forbidden(
                      wanted.map(Capability::text).orElse("see") + " stream " + stream));
      case Reply.Failed<String> failed ->
          Optional.of(new Denial.Failed(failed.code(), failed.message()));
    };
  }

  /** What a stream cannot be refused for at the far end of a Submit but with a number. */
  public static ErrorCode code(Denial denial) {
    return switch (denial) {
      case Denial.Forbidden forbidden -> ErrorCode.UNAUTHORIZED;
      case Denial.Failed failed -> failed.code();
    };
  }
}
