package io.btrdb.shard;

/**
 * What can be done wrong around a shard. The simulation plants one at a time and must notice;
 * product code knows nothing of them.
 */
enum PlantedBug {
  NONE,
  /** The leader answers for an entry that a majority does not have; its successor lacks it. */
  ACKNOWLEDGES_BEFORE_QUORUM,
  /** A checkpoint lacks the sessions, and so what writes came to that are repeated. */
  CHECKPOINT_WITHOUT_SESSIONS,
  /** A state that is sent to another replica lacks them. */
  INSTALL_WITHOUT_SESSIONS,
  /** A checkpoint names segments that are not on disk yet. */
  CHECKPOINT_BEFORE_SYNC,
  /** A replica that comes back applies its checkpoint's last entry again. */
  APPLIES_AGAIN_AFTER_RESTART,
  /** A replica that comes back passes over the entry behind its checkpoint. */
  SKIPS_AFTER_RESTART,
  /** Sessions end by each replica's own clock. */
  OWN_CLOCK,
  /** A replica that does not lead any more, or not yet, answers reads of the latest. */
  SERVES_STALE_READS,
  /** Segments are deleted though a checkpoint or a read still needs them. */
  SWEEPS_TOO_EARLY
}
