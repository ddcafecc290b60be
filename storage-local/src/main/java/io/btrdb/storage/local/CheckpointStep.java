package io.btrdb.storage.local;

/** The steps of making a checkpoint durable, in their order. */
enum CheckpointStep {
  FLUSHED,
  LINKED,
  FILES_SYNCED,
  MANIFEST_WRITTEN,
  RENAMED,
  PRUNED;

  /** Told of each step when it is done. */
  interface Observer {
    Observer NONE = step -> {};

    void reached(CheckpointStep step);
  }
}
