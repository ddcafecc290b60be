package io.btrdb.node.plane;

import io.btrdb.consensus.Health;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.shard.Retention;
import io.btrdb.shard.VersionLookup;
import io.btrdb.tree.Tree;
import java.util.Optional;
import java.util.UUID;

/** A replica of one shard on this node, as the data plane uses it. Thread-safe. */
public interface LocalShard {
  ReplicatedLog log();

  /** Whether this replica leads its shard and answers. */
  default boolean leads() {
    return log().role().ready();
  }

  /**
   * Whether this replica leads, if only since a moment ago: what is asked of it then waits here
   * until its predecessor's lease has run out, and goes on at once.
   */
  default boolean elected() {
    return log().role().kind() == Role.Kind.LEADER && !(log().health() instanceof Health.Failed);
  }

  Tree tree();

  /** Why no more can be logged for now, as the end of a sentence about the shard; empty: it can. */
  Optional<String> overload();

  /** Whether the stream was set aside because its operations cannot be folded. */
  boolean quarantined(UUID stream);

  /** Tells the follower of all that is applied to the stream here from now on. */
  Following follow(UUID stream, StreamFollower follower);

  /** Whether versions can be given up: all replicas know how. */
  boolean retires();

  /** What of a stream can be read; {@link Retention#ALL} of one that is not known. */
  Retention retention(UUID stream);

  /** Keeps what can be read now until the pin is closed. To be taken before a lookup. */
  ReadPin pin();

  /** What is known of a version without folding anything; 0 is the latest. */
  VersionLookup lookup(UUID stream, long version);

  /** The same with the fold done, if one is needed: never a Fold. May take long. */
  VersionLookup resolve(UUID stream, long version);
}
