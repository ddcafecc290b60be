package io.btrdb.node.door;

/**
 * What calls hold of a node from the moment their request is here: a bound on how many they are and
 * on the bytes of their requests, shared among callers. Thread-safe.
 */
final class Admission {
  private final FairShare calls;
  private final FairShare bytes;
  private final FairShare submits;

  /**
   * @param calls with one request, that are being answered
   * @param bytes of requests that are not answered yet, those of Submit included
   * @param submits calls of Submit that are open
   */
  Admission(int calls, long bytes, int submits) {
    this.calls = new FairShare(calls);
    this.bytes = new FairShare(bytes);
    this.submits = new FairShare(submits);
  }

  static Admission ofLimits() {
    return new Admission(Limits.CALLS, Limits.REQUEST_BYTES, Limits.SUBMITS);
  }

  /** Lets a call in whose request has so many bytes; {@link #left} must follow if true. */
  boolean enters(String account, int requestBytes) {
    if (!calls.take(account, 1)) {
      return false;
    }
    if (!bytes.take(account, requestBytes)) {
      calls.give(account, 1);
      return false;
    }
    return true;
  }

  void left(String account, int requestBytes) {
    bytes.give(account, requestBytes);
    calls.give(account, 1);
  }

  /** Bytes of requests that come one after the other in a call. */
  FairShare bytes() {
    return bytes;
  }

  FairShare submits() {
    return submits;
  }
}
