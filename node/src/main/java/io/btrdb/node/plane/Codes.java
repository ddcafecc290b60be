package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;

/** Error codes that came from another node. */
public final class Codes {
  private Codes() {}

  /** The code of a number; a number this release does not know is a generic error. */
  public static ErrorCode of(int number) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.number() == number) {
        return code;
      }
    }
    return ErrorCode.GENERIC_ERROR;
  }
}
