package io.btrdb.consensus;

import java.util.Optional;

/** What happened to the leadership of a group, as this replica sees it. */
public sealed interface Leadership {
  long term();

  /**
   * This replica leads and is ready: it has applied its own term's first entry, and no older
   * leader's lease can still be valid.
   */
  record BecameLeader(long term) implements Leadership {}

  /**
   * This replica no longer leads {@code term}. Sent for every term it led, ready or not, and after
   * {@link BecameLeader} of the same term if that was sent.
   */
  record LostLeadership(long term) implements Leadership {}

  /** A leader was recognised. It may not be ready. */
  record LeaderChanged(Optional<PeerId> leader, long term) implements Leadership {}
}
