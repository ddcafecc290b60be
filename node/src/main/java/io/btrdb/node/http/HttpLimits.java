package io.btrdb.node.http;

import java.util.concurrent.TimeUnit;

/** Every bound of the HTTP door. */
final class HttpLimits {
  static final int CONNECTIONS = 1_000;

  static final int REQUEST_LINE_BYTES = 8 << 10;

  static final int HEADER_BYTES = 32 << 10;

  /** One piece of a body as the decoder hands it on. */
  static final int PIECE_BYTES = 64 << 10;

  /** What one piece of a compressed body may become. */
  static final int INFLATED_BYTES = 32 << 20;

  /** Bodies of all requests that are in the door. */
  static final long BODIES_BYTES = 128L << 20;

  /** A request must be there whole after so long. */
  static final long REQUEST_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** A connection without a request is closed after so long. */
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(75);

  /** The rest of an answer that has ended must be gone after so long. */
  static final long FLUSH_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** What is read and thrown away of a request that was refused, so that its sender hears why. */
  static final long DISCARDED_BYTES = 64L << 20;

  private HttpLimits() {}
}
