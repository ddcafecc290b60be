package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import java.util.Optional;
import java.util.UUID;

/**
 * A call that failed for good: the client has already followed leaders, waited and retried as long
 * as that could help and the deadline allowed.
 */
public final class BtrdbException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final Fate fate;
  private final UUID stream;
  private final String endpoint;

  BtrdbException(
      int code, Fate fate, UUID stream, String endpoint, String message, Throwable cause) {
    super(text(code, fate, stream, endpoint, message), cause);
    this.code = code;
    this.fate = fate;
    this.stream = stream;
    this.endpoint = endpoint;
  }

  private BtrdbException(BtrdbException original) {
    super(original.getMessage(), original.getCause());
    code = original.code;
    fate = original.fate;
    stream = original.stream;
    endpoint = original.endpoint;
  }

  BtrdbException(ErrorCode code, Fate fate, UUID stream, String endpoint, String message) {
    this(code.number(), fate, stream, endpoint, message, null);
  }

  /** The same failure with the stack of the thread that waited for it. */
  BtrdbException onThisThread() {
    return new BtrdbException(this);
  }

  /** One of BTrDB's error codes, as 404 for an unknown stream or 419 for an unreachable quorum. */
  public int code() {
    return code;
  }

  /** Whether the failed call changed anything. */
  public Fate fate() {
    return fate;
  }

  /** The stream it was about, if it was about one. */
  public Optional<UUID> stream() {
    return Optional.ofNullable(stream);
  }

  /** The node that was tried last, {@code host:port}, if any was reached for. */
  public Optional<String> endpoint() {
    return Optional.ofNullable(endpoint);
  }

  private static String text(int code, Fate fate, UUID stream, String endpoint, String message) {
    StringBuilder text = new StringBuilder().append(message).append(" (code ").append(code);
    if (stream != null) {
      text.append(", stream ").append(stream);
    }
    if (endpoint != null) {
      text.append(", node ").append(endpoint);
    }
    text.append(')');
    String advice = advice(code, fate);
    return advice.isEmpty() ? text.toString() : text.append(". ").append(advice).toString();
  }

  private static String advice(int code, Fate fate) {
    if (fate == Fate.UNKNOWN) {
      return "It may or may not have been applied: check before you repeat it, or repeat it with"
          + " MergePolicy.EQUAL or REPLACE.";
    }
    return switch (code) {
      case 404 -> "Check the UUID and the version, or create the stream first.";
      case 413 -> "Give a start before the end, both within TimeBounds.";
      case 419 -> "Check that a majority of the nodes is up and reachable, then repeat it.";
      case 423 -> "Somebody else changed it: refresh() and try again on the new state.";
      case 425 -> "Leave out NaN and infinite values.";
      case 426 -> "The cluster or this client is saturated: send less at a time or wait.";
      case 418 -> "Use the stream that has this collection and these tags, or choose other tags.";
      case 437 -> "Give a key that may do this: apiKey(...) of the builder, or BTRDB_API_KEY.";
      case 417, 429 -> "Choose another UUID.";
      default -> "";
    };
  }
}
