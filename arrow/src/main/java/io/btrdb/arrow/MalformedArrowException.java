package io.btrdb.arrow;

import java.io.IOException;

/** Bytes that are no Arrow IPC stream, or one that is not read here; the message says which. */
public final class MalformedArrowException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedArrowException(String message) {
    super(message);
  }
}
