package io.btrdb.placement.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Finds what evens out counts over nodes when not every hop is allowed. Often no group can go from
 * the fullest node to the emptiest, but one can go to a third node and another from there: such
 * chains are augmenting paths, so when none is left the counts are as even as they can be, and each
 * chain is as short as possible.
 */
final class Evening {
  /** One group goes from a node to another. */
  record Hop(int group, int from, int to) {}

  private final BitSet nodes;
  private final int[] capacity;
  private final int[] counts;

  /** {@code hops[from][to]}: the best group for this hop, or null where none may make it. */
  private final Hop[][] hops;

  Evening(BitSet nodes, int[] capacity, int[] counts, Hop[][] hops) {
    this.nodes = nodes;
    this.capacity = capacity;
    this.counts = counts;
    this.hops = hops;
  }

  /**
   * The chain that helps most, of those the shortest; empty when nothing helps. Its hops are of
   * different groups. The last hop, into the emptiest node, comes first: then no node on the way is
   * ever fuller than before.
   */
  List<Hop> bestChain() {
    Load.Gain best = null;
    int bestLength = 0;
    int bestSource = -1;
    int bestSink = -1;
    Search search = new Search();
    for (int source = nodes.nextSetBit(0); source >= 0; source = nodes.nextSetBit(source + 1)) {
      if (counts[source] == 0) {
        continue;
      }
      search.from(source);
      for (int sink = nodes.nextSetBit(0); sink >= 0; sink = nodes.nextSetBit(sink + 1)) {
        if (sink == source || search.distance[sink] < 0) {
          continue;
        }
        Load.Gain gain =
            Load.Gain.of(counts[source], capacity[source], counts[sink], capacity[sink]);
        int order = best == null ? 1 : gain.compareTo(best);
        if (gain.helps() && (order > 0 || (order == 0 && search.distance[sink] < bestLength))) {
          best = gain;
          bestLength = search.distance[sink];
          bestSource = source;
          bestSink = sink;
        }
      }
    }
    if (best == null) {
      return List.of();
    }
    search.from(bestSource);
    return search.chainTo(bestSink);
  }

  /** Breadth first over hops. */
  private final class Search {
    private final int[] distance = new int[capacity.length];
    private final int[] previous = new int[capacity.length];

    private void from(int source) {
      Arrays.fill(distance, -1);
      distance[source] = 0;
      ArrayDeque<Integer> open = new ArrayDeque<>();
      open.add(source);
      while (!open.isEmpty()) {
        int at = open.remove();
        for (int next = nodes.nextSetBit(0); next >= 0; next = nodes.nextSetBit(next + 1)) {
          if (distance[next] < 0 && hops[at][next] != null) {
            distance[next] = distance[at] + 1;
            previous[next] = at;
            open.add(next);
          }
        }
      }
    }

    private List<Hop> chainTo(int sink) {
      List<Hop> chain = new ArrayList<>();
      for (int at = sink; distance[at] > 0; at = previous[at]) {
        chain.add(hops[previous[at]][at]);
      }
      return Collections.unmodifiableList(chain);
    }
  }
}
