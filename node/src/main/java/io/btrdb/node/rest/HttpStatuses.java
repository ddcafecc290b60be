package io.btrdb.node.rest;

import io.btrdb.api.ErrorCode;
import io.grpc.Status;

/** Which HTTP status goes with an error. The error itself is in the body. */
final class HttpStatuses {
  static final int OK = 200;

  private HttpStatuses() {}

  /**
   * @param code of the contract, 0 for success
   */
  static int of(int code) {
    return switch (code) {
      case 0 -> OK;
      case 401, 404, 445, 456 -> 404; // no such point, stream, object; nothing in the stream
      case 402 -> 504; // no time left
      case 405 -> 421; // another node has it
      case 414 -> 413; // too many points
      case 406, 417, 418, 429, 430, 442, 446 -> 409; // something else is there, or was
      case 423 -> 412; // not the expected property version
      case 424, 431, 437, 447 -> 403; // not allowed here
      case 426 -> 429; // as much as can be done is being done
      case 419, 428, 432, 440, 459 -> 503; // what is needed is away for now
      case 450, 454 -> 410; // was there, and has been given up
      case 416, 500 -> 500;
      case 501, 502 -> 501;
      default -> code < 450 ? 400 : 500;
    };
  }

  /** For calls that ended without an answer of the contract's. */
  static int of(Status status) {
    return switch (status.getCode()) {
      case OK -> OK;
      case INVALID_ARGUMENT, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case FAILED_PRECONDITION -> 412;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
    };
  }

  /** The contract's code that comes nearest to a status of gRPC's. */
  static ErrorCode code(Status status) {
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorCode.WRONG_ARGUMENTS;
      case DEADLINE_EXCEEDED, CANCELLED -> ErrorCode.CONTEXT_ERROR;
      case RESOURCE_EXHAUSTED -> ErrorCode.RESOURCE_DEPLETED;
      case UNAVAILABLE -> ErrorCode.CLUSTER_DEGRADED;
      case UNIMPLEMENTED -> ErrorCode.NOT_IMPLEMENTED;
      default -> ErrorCode.GENERIC_ERROR;
    };
  }
}
