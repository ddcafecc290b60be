package io.btrdb.node.cluster;

import io.btrdb.api.cluster.PeerState;
import io.btrdb.consensus.GroupId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who leads and who keeps which group, as far as this node has heard: hints with terms, where a
 * higher term wins. Never a promise; the group itself decides. Thread-safe.
 */
public final class ClusterView {
  /** The last known leader of a group and the term it led. */
  public record Leader(String node, long term) {}

  private record Membership(long term, boolean byLeader, List<PeerState> members) {
    /** Within a term the leader knows best; others may not have heard of the newest change yet. */
    boolean outdates(Membership other) {
      return term > other.term || term == other.term && (byLeader || !other.byLeader);
    }
  }

  private final Map<GroupId, Leader> leaders = new ConcurrentHashMap<>();
  private final Map<GroupId, Membership> memberships = new ConcurrentHashMap<>();
  private final AtomicLong revision = new AtomicLong(1);

  /** Takes note that {@code node} led {@code group} in {@code term}. */
  public void observe(GroupId group, String node, long term) {
    leaders.compute(
        group,
        (id, known) -> {
          if (known != null && (known.term() > term || known.equals(new Leader(node, term)))) {
            return known;
          }
          revision.incrementAndGet();
          return new Leader(node, term);
        });
  }

  public Optional<Leader> leader(GroupId group) {
    return Optional.ofNullable(leaders.get(group));
  }

  /**
   * Takes note of a group's members as one of its replicas knows them.
   *
   * @param byLeader the replica led {@code term}
   * @param members empty when the replica does not know them: ignored
   */
  public void observeMembers(GroupId group, long term, boolean byLeader, List<PeerState> members) {
    if (members.stream().allMatch(PeerState::getListener)) {
      // A replica that waits to be taken in knows nobody but itself.
      return;
    }
    Membership heard = new Membership(term, byLeader, List.copyOf(members));
    memberships.compute(
        group,
        (id, known) -> {
          if (known != null && !heard.outdates(known)) {
            return known;
          }
          if (known == null || !known.members().equals(heard.members())) {
            revision.incrementAndGet();
          }
          return heard;
        });
  }

  /** The members of a group as far as known; empty when nothing was heard of them. */
  public List<PeerState> members(GroupId group) {
    Membership known = memberships.get(group);
    return known == null ? List.of() : known.members();
  }

  /** Grows with every change. */
  public long revision() {
    return revision.get();
  }
}
