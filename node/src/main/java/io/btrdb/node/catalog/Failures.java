package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.catalog.CatalogOutcome;
import io.btrdb.storage.StorageException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong below into what the contract calls it. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /**
   * @param begun an earlier step of the same request took effect, so that it may be finished yet
   */
  static <T> Attempt<T> attempt(Throwable failure, boolean begun) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return switch (cause) {
      case CatalogLogException e ->
          e.overloaded()
              ? Attempt.failed(ErrorCode.RESOURCE_DEPLETED, e.getMessage(), begun || e.unknown())
              : new Attempt.Elsewhere<>(e.getMessage(), begun || e.unknown());
      case RejectedExecutionException e ->
          Attempt.failed(ErrorCode.RESOURCE_DEPLETED, "too many catalog calls at once", true);
      case StorageException e -> Attempt.failed(ErrorCode.STORE_UNAVAILABLE, e.getMessage(), begun);
      default -> unexpected(cause);
    };
  }

  private static <T> Attempt<T> unexpected(Throwable cause) {
    UUID id = UUID.randomUUID();
    LOG.error("a catalog call failed unexpectedly, id {}", id, cause);
    return Attempt.failed(
        ErrorCode.INVARIANT_FAILURE, "internal error " + id + ", see the node's log", true);
  }

  /** The answer to a command's outcome when nothing more is to be done. */
  static Attempt<Void> attempt(CatalogOutcome outcome) {
    return switch (outcome) {
      case CatalogOutcome.Accepted done -> Attempt.ok(null);
      case CatalogOutcome.Noted done -> Attempt.ok(null);
      case CatalogOutcome.Refused no ->
          no.reason() == CatalogOutcome.Reason.NOT_INITIALISED
                  || no.reason() == CatalogOutcome.Reason.LEVEL_TOO_LOW
              ? new Attempt.Elsewhere<>(no.detail(), false)
              : Attempt.failed(code(no.reason()), no.detail(), false);
    };
  }

  private static ErrorCode code(CatalogOutcome.Reason reason) {
    return switch (reason) {
      case SAME_STREAM -> ErrorCode.SAME_STREAM;
      case AMBIGUOUS_STREAM -> ErrorCode.AMBIGUOUS_STREAM;
      case REUSED_UUID -> ErrorCode.REUSED_UUID;
      case NO_SUCH_STREAM -> ErrorCode.NO_SUCH_STREAM;
      case VERSION_MISMATCH -> ErrorCode.ANNOTATION_VERSION_MISMATCH;
      case INVALID_COLLECTION -> ErrorCode.INVALID_COLLECTION;
      case INVALID_TAG_KEY -> ErrorCode.INVALID_TAG_KEY;
      case INVALID_TAG_VALUE -> ErrorCode.INVALID_TAG_VALUE;
      case INVALID_ANNOTATION_KEY -> ErrorCode.WRONG_ARGUMENTS;
      case ANNOTATIONS_TOO_BIG -> ErrorCode.ANNOTATION_TOO_BIG;
      case INVALID_KEY -> ErrorCode.WRONG_ARGUMENTS;
      case TOO_MANY_KEYS -> ErrorCode.RESOURCE_DEPLETED;
      case NOT_INITIALISED, LEVEL_TOO_LOW -> ErrorCode.CLUSTER_DEGRADED;
      case OTHER_CLUSTER -> ErrorCode.INVARIANT_FAILURE;
    };
  }

  /** The code of a number from another node; one this release does not know is a generic error. */
  static ErrorCode code(int number) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.number() == number) {
        return code;
      }
    }
    return ErrorCode.GENERIC_ERROR;
  }
}
