package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.MissingBlockException;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.StorageException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rim: here, and only here, an exception becomes an answer and a line in the log. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private final DoorEvents events;

  Failures(DoorEvents events) {
    this.events = events;
  }

  /**
   * What to tell the caller.
   *
   * @param stream null when unknown
   */
  Refusal explain(String method, UUID stream, Throwable thrown) {
    Throwable cause = unwrap(thrown);
    if (cause instanceof CorruptBlockException
        || cause instanceof MissingSegmentException
        || cause instanceof MissingBlockException
        || cause instanceof StorageException) {
      return unreadable(method, stream, (RuntimeException) cause);
    }
    return unforeseen(method, stream, cause);
  }

  private Refusal unreadable(String method, UUID stream, RuntimeException cause) {
    if (events.movedAway(cause)) {
      return new Refusal(
          ErrorCode.CLUSTER_DEGRADED,
          "the stream's replica has moved from this node to another one meanwhile: read again");
    }
    LOG.error("{} of stream {} could not be read: {}", method, stream, cause.getMessage());
    events.unreadable(stream, cause);
    return new Refusal(
        ErrorCode.STORE_UNAVAILABLE,
        "this node could not read what it has stored: " + cause.getMessage());
  }

  private Refusal unforeseen(String method, UUID stream, Throwable cause) {
    String incident = UUID.randomUUID().toString().substring(0, 8);
    LOG.error("incident {}: {} of stream {} failed", incident, method, stream, cause);
    events.failed(incident, method, cause);
    return Refusal.of(
        ErrorCode.INVARIANT_FAILURE,
        "internal error, logged on this node as incident %s: please report it",
        incident);
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
