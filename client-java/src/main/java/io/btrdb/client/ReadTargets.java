package io.btrdb.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Chooses the node that a read goes to. Whichever it is answers or passes the read on, so that a
 * choice made on old news costs time and nothing else.
 *
 * <p>A read that only the leader can answer goes to the leader, and after a failure in turn to all
 * nodes, which may know a newer one. A read for any replica goes to the replica with the fewest
 * reads under way from here, those of the client's own zone first; after a failure to one that has
 * not been tried, and when all have been, to any other node. Any thread.
 */
final class ReadTargets {
  private final String zone;
  private final Supplier<RouteMap> routes;
  private final Function<String, NodeLink> linkOf;
  private final Supplier<List<NodeLink>> links;
  private final AtomicInteger turns = new AtomicInteger();

  /**
   * @param zone whose nodes are near; empty for none
   * @param linkOf the link to an address
   * @param links to all nodes that are known, never none
   */
  ReadTargets(
      String zone,
      Supplier<RouteMap> routes,
      Function<String, NodeLink> linkOf,
      Supplier<List<NodeLink>> links) {
    this.zone = zone;
    this.routes = routes;
    this.linkOf = linkOf;
    this.links = links;
  }

  /**
   * @param stream null for what the catalog's leader answers
   */
  NodeLink choose(UUID stream, boolean anyReplica, Attempts attempts) {
    RouteMap now = routes.get();
    int shard = stream == null ? -1 : now.shardOf(stream);
    if (anyReplica && shard >= 0) {
      return forAnyReplica(now.replicasOf(shard), attempts);
    }
    String leader = shard < 0 ? now.catalogLeader() : now.leaderOf(shard);
    return forLeader(leader, attempts.count());
  }

  private NodeLink forLeader(String leader, int attempt) {
    if (attempt % 2 == 0 && leader != null && (attempt > 0 || !linkOf.apply(leader).isBroken())) {
      return linkOf.apply(leader);
    }
    List<NodeLink> candidates = reachable(links.get());
    candidates.sort(Comparator.comparing(NodeLink::address));
    return candidates.get(attempt % candidates.size());
  }

  private NodeLink forAnyReplica(List<RouteMap.Replica> replicas, Attempts attempts) {
    NodeLink near = leastBusy(untried(linksOf(replicas, true), attempts));
    NodeLink far = near != null ? near : leastBusy(untried(linksOf(replicas, false), attempts));
    if (far != null) {
      return far;
    }
    NodeLink other = leastBusy(untried(links.get(), attempts));
    if (other != null) {
      return other;
    }
    attempts.beginRound();
    return leastBusy(reachable(links.get()));
  }

  private List<NodeLink> linksOf(List<RouteMap.Replica> replicas, boolean nearOnly) {
    return replicas.stream()
        .filter(replica -> !nearOnly || (!zone.isEmpty() && zone.equals(replica.zone())))
        .map(replica -> linkOf.apply(replica.address()))
        .toList();
  }

  private static List<NodeLink> untried(List<NodeLink> all, Attempts attempts) {
    return all.stream()
        .filter(link -> !link.isBroken() && !attempts.triedThisRound(link.address()))
        .toList();
  }

  /** Those that did not fail lately; all when all did. */
  private static List<NodeLink> reachable(List<NodeLink> all) {
    List<NodeLink> alive = new ArrayList<>();
    all.stream().filter(link -> !link.isBroken()).forEach(alive::add);
    return alive.isEmpty() ? new ArrayList<>(all) : alive;
  }

  /** Of those with equally few reads under way each has its turn; null when there are none. */
  private NodeLink leastBusy(List<NodeLink> candidates) {
    if (candidates.isEmpty()) {
      return null;
    }
    int first = Math.floorMod(turns.getAndIncrement(), candidates.size());
    NodeLink best = candidates.get(first);
    for (int i = 1; i < candidates.size(); i++) {
      NodeLink next = candidates.get((first + i) % candidates.size());
      if (next.readsUnderWay() < best.readsUnderWay()) {
        best = next;
      }
    }
    return best;
  }
}
