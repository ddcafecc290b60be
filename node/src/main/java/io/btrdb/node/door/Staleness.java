package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How old the answer to a read of the latest version may be: what was acknowledged longer ago is in
 * it. 0, and nothing said, is everything acknowledged before the read. Ignored where an explicit
 * version is read, which never changes.
 *
 * <p>As a header of any read: {@code btrdb-max-staleness-ms: digits}, 0 to {@link
 * Limits#STALENESS_MILLIS}; the cluster's own Values has a field for it, which goes before the
 * header.
 *
 * @param wrong why there is no such staleness
 */
record Staleness(long nanos, Optional<Refusal> wrong) {
  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("btrdb-max-staleness-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final int DIGITS_MAX = 9;

  /**
   * @param header as it came, null when it did not
   * @param fieldMillis unsigned; 0 when the request says nothing itself
   */
  static Staleness of(String header, int fieldMillis) {
    if (fieldMillis != 0) {
      return ofMillis(Integer.toUnsignedLong(fieldMillis), "max_staleness_millis");
    }
    if (header == null) {
      return new Staleness(0, Optional.empty());
    }
    boolean digits = !header.isEmpty() && header.length() <= DIGITS_MAX;
    digits = digits && header.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? ofMillis(Long.parseLong(header), HEADER.name()) : refused(HEADER.name());
  }

  private static Staleness ofMillis(long millis, String name) {
    return millis <= Limits.STALENESS_MILLIS
        ? new Staleness(TimeUnit.MILLISECONDS.toNanos(millis), Optional.empty())
        : refused(name);
  }

  private static Staleness refused(String name) {
    return new Staleness(
        0,
        Optional.of(
            Refusal.of(
                ErrorCode.WRONG_ARGUMENTS,
                "%s is a number of milliseconds from 0 to %d",
                name,
                Limits.STALENESS_MILLIS)));
  }
}
