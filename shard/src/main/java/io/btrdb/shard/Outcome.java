package io.btrdb.shard;

/** What applying a command came to; the same on every replica. */
public sealed interface Outcome {
  /** A client's operation took effect; the stream's version after it. */
  record Applied(long major, long minor) implements Outcome {}

  /** A client's operation was refused and changed nothing. */
  record Refused(Reason reason, String detail) implements Outcome {}

  /** An entry of the cluster's own took effect; {@code items} streams or parts of it. */
  record Done(int items) implements Outcome {}

  /** An entry of the cluster's own was out of date and changed nothing. */
  record Ignored(String why) implements Outcome {}

  /** Why an operation was refused. */
  enum Reason {
    NO_SUCH_STREAM,
    REUSED_UUID,
    UNKNOWN_SESSION,
    TOO_MANY_SESSIONS,
    /** The sequence is at or below what the client said it has acknowledged, or too far above. */
    SEQUENCE_OUT_OF_WINDOW,
    /** The stream's slot is not in this shard's range. */
    WRONG_SHARD,
    /** The shard's log has no Init yet. */
    NOT_INITIALISED,
    /** Versions cannot be given up that are not there yet. */
    NO_SUCH_VERSION,
    OVERLAPPING_RANGES,
    TOO_MANY_RANGES
  }
}
