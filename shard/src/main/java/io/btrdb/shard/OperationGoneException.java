package io.btrdb.shard;

/**
 * An operation that was left to the state store is not there any more: the stream has moved on (a
 * Commit or a Drop was applied) since the snapshot was taken. Take a new snapshot and try again.
 */
public final class OperationGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OperationGoneException(StreamState stream, long ordinal) {
    super("operation " + ordinal + " of " + stream + " is not in the state store any more");
  }
}
