package io.btrdb.node.door;

import io.btrdb.catalog.Capability;
import io.btrdb.node.security.Caller;
import io.btrdb.node.security.Denial;
import io.btrdb.node.security.Guard;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What a caller must be allowed to do to make a call: of itself, and with what it names. */
interface Need<T> {
  CompletableFuture<Optional<Denial>> ALLOWED = CompletableFuture.completedFuture(Optional.empty());

  /** Whether the audit log says how such a call ended, also when it went well. */
  default boolean isNoted() {
    return false;
  }

  /** Looks at the caller alone, before there is a request. */
  default Optional<Denial> ofCaller(Caller caller) {
    return Optional.empty();
  }

  /** Looks at the request. Does not block, and completes with the contract's own errors too. */
  default CompletableFuture<Optional<Denial>> ofRequest(
      Guard guard, Caller caller, T request, long deadlineNanos) {
    return ALLOWED;
  }

  /** A key, any; what the endpoint shows it narrows to what the caller may see. */
  static <T> Need<T> key() {
    return new Need<>() {};
  }

  /** A right to each stream that the request names. */
  static <T> Need<T> streams(Capability capability, Function<T, List<UUID>> streams) {
    return new Need<>() {
      @Override
      public CompletableFuture<Optional<Denial>> ofRequest(
          Guard guard, Caller caller, T request, long deadlineNanos) {
        return guard.permit(caller, capability, streams.apply(request), deadlineNanos);
      }
    };
  }

  /** Any right at all to each stream that the request names. */
  static <T> Need<T> visible(Function<T, List<UUID>> streams) {
    return new Need<>() {
      @Override
      public CompletableFuture<Optional<Denial>> ofRequest(
          Guard guard, Caller caller, T request, long deadlineNanos) {
        return guard.show(caller, streams.apply(request), deadlineNanos);
      }
    };
  }

  /** A right in the collection that the request names; none is named by the empty string. */
  static <T> Need<T> collection(Capability capability, Function<T, String> collection) {
    return new Need<>() {
      @Override
      public CompletableFuture<Optional<Denial>> ofRequest(
          Guard guard, Caller caller, T request, long deadlineNanos) {
        String name = collection.apply(request);
        return name.isEmpty()
            ? ALLOWED
            : CompletableFuture.completedFuture(guard.permit(caller, capability, name));
      }
    };
  }

  /** The same, for calls that the audit log names also when they go well. */
  default Need<T> noted() {
    Need<T> need = this;
    return new Need<>() {
      @Override
      public boolean isNoted() {
        return true;
      }

      @Override
      public Optional<Denial> ofCaller(Caller caller) {
        return need.ofCaller(caller);
      }

      @Override
      public CompletableFuture<Optional<Denial>> ofRequest(
          Guard guard, Caller caller, T request, long deadlineNanos) {
        return need.ofRequest(guard, caller, request, deadlineNanos);
      }
    };
  }

  /** Both of two. */
  default Need<T> and(Need<T> other) {
    Need<T> first = this;
    return new Need<>() {
      @Override
      public Optional<Denial> ofCaller(Caller caller) {
        return first.ofCaller(caller).or(() -> other.ofCaller(caller));
      }

      @Override
      public CompletableFuture<Optional<Denial>> ofRequest(
          Guard guard, Caller caller, T request, long deadlineNanos) {
        return first
            .ofRequest(guard, caller, request, deadlineNanos)
            .thenCompose(
                denial ->
                    denial.isPresent()
                        ? CompletableFuture.completedFuture(denial)
                        : other.ofRequest(guard, caller, request, deadlineNanos));
      }
    };
  }

  /** A right in every collection there is, or to the cluster. */
  static <T> Need<T> everywhere(Capability capability) {
    return new Need<>() {
      @Override
      public Optional<Denial> ofCaller(Caller caller) {
        return caller.mayEverywhere(capability)
            ? Optional.empty()
            : Optional.of(
                Denial.forbidden(
                    capability == Capability.ADMIN
                        ? "administer the cluster"
                        : capability.text() + " in every collection"));
      }
    };
  }

  /** One of the cluster's nodes. */
  static <T> Need<T> node() {
    return new Need<>() {
      @Override
      public Optional<Denial> ofCaller(Caller caller) {
        return caller.isNode()
            ? Optional.empty()
            : Optional.of(Denial.forbidden("speak as one of the cluster's nodes"));
      }
    };
  }
}
