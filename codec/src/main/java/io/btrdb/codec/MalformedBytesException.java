package io.btrdb.codec;

/**
 * Bytes that do not follow their grammar. Thrown by every decoder on damaged or hostile input; the
 * caller knows where the bytes came from and turns it into a refusal (a client's bytes) or a
 * corruption report with an address (our own).
 */
public final class MalformedBytesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedBytesException(String message) {
    super(message);
  }
}
