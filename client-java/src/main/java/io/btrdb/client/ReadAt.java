package io.btrdb.client;

import io.grpc.Metadata;

/**
 * What a read reads.
 *
 * @param major a sealed version, or 0 for the latest
 * @param stalenessMillis of the latest: how old the answer may be, 0 for not at all
 */
record ReadAt(long major, int stalenessMillis) {
  static final ReadAt LATEST = new ReadAt(0, 0);

  private static final Metadata.Key<String> MAX_STALENESS =
      Metadata.Key.of("btrdb-max-staleness-ms", Metadata.ASCII_STRING_MARSHALLER);

  static ReadAt version(long major) {
    return new ReadAt(major, 0);
  }

  static ReadAt latest(Consistency consistency) {
    return new ReadAt(0, consistency.stalenessMillis());
  }

  /** Whether the answer depends on when it is asked. */
  boolean isLatest() {
    return major == 0;
  }

  /** Whether it need not be the leader who answers. */
  boolean isForAnyReplica() {
    return major != 0 || stalenessMillis != 0;
  }

  /** For calls whose request has no field for the staleness. A new one each time. */
  Metadata headers() {
    Metadata headers = new Metadata();
    if (stalenessMillis != 0) {
      headers.put(MAX_STALENESS, Integer.toString(stalenessMillis));
    }
    return headers;
  }
}
