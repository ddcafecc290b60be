package io.btrdb.node.replica;

import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Notices replicas that look healthy and do not get on: what their leader had applied half a minute
 * ago is still not applied here. A replica that catches up, however far behind, passes one mark
 * after the other and is not meant. Thread-safe.
 */
public final class LagWatch {
  private static final Duration BEHIND = Duration.ofSeconds(30);

  /** Where the leader was at a moment. */
  private record Mark(long index, long nanos) {}

  private final Function<GroupId, OptionalLong> leaderApplied;
  private final Map<GroupId, Mark> marks = new HashMap<>();

  /**
   * @param leaderApplied the index that a group's leader has applied, as far as it has told lately
   */
  public LagWatch(Function<GroupId, OptionalLong> leaderApplied) {
    this.leaderApplied = leaderApplied;
  }

  /** How long ago the leader had applied what is not applied here; zero when all is well. */
  public synchronized Duration behind(ReplicatedLog log, long nowNanos) {
    OptionalLong leader = leaderApplied.apply(log.id());
    if (log.role().kind() == Role.Kind.LEADER || leader.isEmpty()) {
      marks.remove(log.id());
      return Duration.ZERO;
    }
    return behind(log.id(), log.applied().index(), leader.getAsLong(), nowNanos);
  }

  Duration behind(GroupId group, long applied, long leaderApplied, long nowNanos) {
    Mark mark = marks.get(group);
    if (mark == null || applied >= mark.index) {
      mark = new Mark(leaderApplied, nowNanos);
      marks.put(group, mark);
    }
    return applied >= mark.index ? Duration.ZERO : Duration.ofNanos(nowNanos - mark.nanos);
  }

  /** Whether a replica has been behind for so long that somebody should look. */
  public boolean isStuck(ReplicatedLog log) {
    return behind(log, System.nanoTime()).compareTo(BEHIND) > 0;
  }
}
