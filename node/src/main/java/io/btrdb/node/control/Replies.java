package io.btrdb.node.control;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.AdminReply;

/** Answers to operators. */
final class Replies {
  private Replies() {}

  static AdminReply ok(String message) {
    return AdminReply.newBuilder().setMessage(message).build();
  }

  static AdminReply wrong(String message) {
    return of(ErrorCode.WRONG_ARGUMENTS, message);
  }

  /** Nobody can do it at the moment. */
  static AdminReply away(String message) {
    return of(ErrorCode.CLUSTER_DEGRADED, message);
  }

  static AdminReply of(ErrorCode code, String message) {
    return AdminReply.newBuilder().setCode(code.number()).setMessage(message).build();
  }
}
