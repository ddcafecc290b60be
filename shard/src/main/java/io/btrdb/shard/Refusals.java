package io.btrdb.shard;

import io.btrdb.codec.MalformedBytesException;
import io.btrdb.shard.Outcome.Reason;
import io.btrdb.shard.Outcome.Refused;
import java.util.UUID;

/**
 * Refusals with their wording, which follows from reason and request alone: so a remembered one
 * needs only the reason's code to be told again, word for word.
 */
final class Refusals {
  private Refusals() {}

  static Refused of(Reason reason, Operation operation) {
    UUID stream = operation.stream();
    return new Refused(
        reason,
        switch (reason) {
          case NO_SUCH_STREAM -> "stream " + stream + " does not exist";
          case REUSED_UUID ->
              "stream " + stream + " was obliterated, its UUID cannot be used again";
          case WRONG_SHARD -> "stream " + stream + " belongs to another shard";
          case NOT_INITIALISED -> "the shard is not initialised yet";
          case NO_SUCH_VERSION -> "stream " + stream + " does not have that version yet";
          case OVERLAPPING_RANGES ->
              "ranges of reduced resolution of stream " + stream + " would overlap";
          case TOO_MANY_RANGES ->
              "stream %s would have over %d ranges of reduced resolution"
                  .formatted(stream, ShardLimits.REDUCED_RANGES);
          case UNKNOWN_SESSION, TOO_MANY_SESSIONS, SEQUENCE_OUT_OF_WINDOW ->
              throw new IllegalArgumentException(reason + " is not about a stream");
        });
  }

  static Refused unknownSession(UUID session) {
    return new Refused(
        Reason.UNKNOWN_SESSION, "session " + session + " is unknown or expired, open a new one");
  }

  static Refused tooManySessions(int sessionsMax) {
    return new Refused(
        Reason.TOO_MANY_SESSIONS, "all " + sessionsMax + " sessions of the shard are in use");
  }

  static Refused outOfWindow(Session session, long sequence) {
    return new Refused(
        Reason.SEQUENCE_OUT_OF_WINDOW,
        "sequence %d of session %s is not within %d above %d, which is acknowledged"
            .formatted(sequence, session.id, ShardLimits.SESSION_WINDOW, session.acknowledged()));
  }

  static Refused notInitialised() {
    return new Refused(Reason.NOT_INITIALISED, "the shard is not initialised yet");
  }

  /** What state values call a reason; never renumbered. */
  static int code(Reason reason) {
    return switch (reason) {
      case NO_SUCH_STREAM -> 0;
      case REUSED_UUID -> 1;
      case UNKNOWN_SESSION -> 2;
      case TOO_MANY_SESSIONS -> 3;
      case SEQUENCE_OUT_OF_WINDOW -> 4;
      case WRONG_SHARD -> 5;
      case NOT_INITIALISED -> 6;
      case NO_SUCH_VERSION -> 7;
      case OVERLAPPING_RANGES -> 8;
      case TOO_MANY_RANGES -> 9;
    };
  }

  static Reason reason(int code) {
    for (Reason reason : Reason.values()) {
      if (code(reason) == code) {
        return reason;
      }
    }
    throw new MalformedBytesException("unknown reason of a refusal " + code);
  }
}
