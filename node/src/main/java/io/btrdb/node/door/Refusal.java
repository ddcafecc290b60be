package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;

/** Why a request is not done: a code of the contract, and a sentence about the values given. */
record Refusal(ErrorCode code, String message) {
  static Refusal of(ErrorCode code, String format, Object... values) {
    return new Refusal(code, String.format(format, values));
  }
}
