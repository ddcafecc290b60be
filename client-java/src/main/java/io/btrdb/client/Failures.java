package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.grpc.Status;

/** What a failure of the transport or an error code means for a retry. */
final class Failures {
  private Failures() {}

  /** Whether the same call may succeed later or elsewhere. */
  static boolean mayPass(int code) {
    return code == ErrorCode.WRONG_ENDPOINT.number()
        || code == ErrorCode.CLUSTER_DEGRADED.number()
        || code == ErrorCode.RESOURCE_DEPLETED.number()
        || code == ErrorCode.CONTEXT_ERROR.number();
  }

  /**
   * Whether the same read may succeed later or elsewhere: one replica's block may be damaged while
   * another's is sound, and is repaired from there.
   */
  static boolean readMayPass(int code) {
    return mayPass(code) || code == ErrorCode.STORE_UNAVAILABLE.number();
  }

  static boolean mayPass(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, CANCELLED, ABORTED, DEADLINE_EXCEEDED, UNKNOWN -> true;
      // gRPC's word for a connection that was torn off in the middle of a message
      case INTERNAL -> status.getDescription() != null && status.getDescription().contains("RST");
      default -> false;
    };
  }

  /** Whether the node will say the same whenever it is asked. */
  static boolean isRefusal(Status status) {
    return switch (status.getCode()) {
      case UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED -> true;
      default -> false;
    };
  }

  /** Whether the node was never reached, so that it cannot have done anything. */
  static boolean neverLeft(Status status) {
    Throwable cause = status.getCause();
    while (cause != null) {
      if (cause instanceof java.net.ConnectException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  static ErrorCode code(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED -> ErrorCode.CLUSTER_DEGRADED;
      case CANCELLED -> ErrorCode.CONTEXT_ERROR;
      case RESOURCE_EXHAUSTED -> ErrorCode.RESOURCE_DEPLETED;
      case UNIMPLEMENTED -> ErrorCode.NOT_IMPLEMENTED;
      case INVALID_ARGUMENT -> ErrorCode.WRONG_ARGUMENTS;
      case UNAUTHENTICATED, PERMISSION_DENIED -> ErrorCode.UNAUTHORIZED;
      default -> ErrorCode.INVARIANT_FAILURE;
    };
  }

  /** The status in words, with the root cause, where gRPC hides "connection refused". */
  static String describe(Status status) {
    StringBuilder text = new StringBuilder(status.getCode().toString());
    if (status.getDescription() != null) {
      text.append(": ").append(status.getDescription());
    }
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause != null && cause.getMessage() != null) {
      text.append(" (").append(cause.getMessage()).append(')');
    }
    return text.toString();
  }
}
