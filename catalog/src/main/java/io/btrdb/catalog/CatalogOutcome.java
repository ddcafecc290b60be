package io.btrdb.catalog;

/** What applying a command came to; the same on every replica. */
public sealed interface CatalogOutcome {
  /**
   * It took effect, now or when the same request came before.
   *
   * @param lifecycle of the stream after it: {@link Lifecycle#ACTIVE} after a Reserve means that
   *     this very request has already created the stream, {@link Lifecycle#BURIED} after a Hide
   *     that it has already obliterated it
   */
  record Accepted(Lifecycle lifecycle, long propertyVersion) implements CatalogOutcome {}

  /** An entry of the cluster's own took effect, or there was nothing left for it to do. */
  record Noted() implements CatalogOutcome {}

  /** It changed nothing. */
  record Refused(Reason reason, String detail) implements CatalogOutcome {}

  /** Why a command was refused. */
  enum Reason {
    /** The UUID is a stream's already, or one is being created with it. */
    SAME_STREAM,
    /** Another stream has this collection and these tags. */
    AMBIGUOUS_STREAM,
    /** The UUID was obliterated or is being obliterated. */
    REUSED_UUID,
    NO_SUCH_STREAM,
    /** The property version is not the expected one. */
    VERSION_MISMATCH,
    INVALID_COLLECTION,
    INVALID_TAG_KEY,
    INVALID_TAG_VALUE,
    INVALID_ANNOTATION_KEY,
    ANNOTATIONS_TOO_BIG,
    /** A key that is too large. */
    INVALID_KEY,
    TOO_MANY_KEYS,
    /** The log has not been activated for this command. */
    LEVEL_TOO_LOW,
    /** The log has no Init yet. */
    NOT_INITIALISED,
    /** Init of another cluster. */
    OTHER_CLUSTER
  }
}
