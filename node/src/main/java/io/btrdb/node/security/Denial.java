package io.btrdb.node.security;

import io.btrdb.api.ErrorCode;
import io.grpc.Status;

/** Why a caller does not get what it asks for. */
public sealed interface Denial {
  /** It may not: a status of gRPC's, as v5's clients expect. */
  record Forbidden(Status status) implements Denial {}

  /** One of the contract's errors came first. */
  record Failed(ErrorCode code, String message) implements Denial {}

  /** As a status of gRPC's, where there is no room for anything else. */
  static Status status(Denial denial) {
    return switch (denial) {
      case Forbidden forbidden -> forbidden.status();
      case Failed failed -> Status.UNAVAILABLE.withDescription(failed.message());
    };
  }

  /** The words are the contract's. */
  static Denial forbidden(String what) {
    return new Forbidden(
        Status.PERMISSION_DENIED.withDescription("user does not have permission to " + what));
  }
}
