package io.btrdb.node.cluster;

import io.btrdb.consensus.GroupId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who leads which group, as far as this node has heard: hints with terms, where a higher term wins.
 * Never a promise; the group itself decides. Thread-safe.
 */
public final class ClusterView {
  /** The last known leader of a group and the term it led. */
  public record Leader(String node, long term) {}

  private final Map<GroupId, Leader> leaders = new ConcurrentHashMap<>();
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

  /** Grows with every change. */
  public long revision() {
    return revision.get();
  }
}
