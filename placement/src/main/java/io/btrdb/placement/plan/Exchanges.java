package io.btrdb.placement.plan;

import io.btrdb.placement.plan.Layout.Group;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Evens out a load over nodes and leaves their counts as even as they are: two groups change
 * places, or one goes where it makes the counts neither more nor less even.
 *
 * <p>What falls is the sum of load² / capacity over all nodes. Let a group with load A leave node X
 * for Y and one with load B come back (0: none does), and let RX and RY be the loads of the two
 * nodes without them. With equal capacities the sum then falls by 2 (A − B) (RX − RY): what goes
 * must be more than what comes, and what stays on X more than what stays on Y.
 *
 * <p>Loads are measured and fluctuate, so both must be so clearly, by a factor of {@link #CLEAR}.
 * While no reading is off by more than a fifth of the truth, such an exchange makes the true sum
 * fall; it cannot fall for ever, so no fluctuation of that size makes groups go to and fro. What
 * may remain uneven, where nothing forbids an exchange: a node carries at most 1.5 times what
 * another does, and one group, and a quarter of the mean.
 */
final class Exchanges {
  /** (1 + 0.2) / (1 − 0.2): a quotient of readings above it is one above 1 of what is true. */
  static final double CLEAR = 1.5;

  /** Of a mean group's load; a smaller difference is not worth an exchange. */
  static final double LEAST_SHARE = 0.25;

  private static final int NONE = -1;

  /**
   * One group goes, another may come back.
   *
   * @param back −1: none
   */
  record Exchange(int group, int back, int from, int to) {
    int moves() {
      return back == NONE ? 1 : 2;
    }
  }

  /** Whether a node carries a group. */
  interface Carriage {
    boolean test(Group group, int node);
  }

  /** What else an exchange has to satisfy. */
  interface Condition {
    boolean allows(Exchange exchange);
  }

  /** Whether a group may go from a node to another. */
  interface Way {
    boolean isOpen(int group, int from, int to);
  }

  private final BitSet nodes;
  private final int[] capacity;
  private final int[] counts;
  private final int[][] carried;
  private final double[] loads;
  private final double[] sums;
  private final double least;

  private Exchanges(Layout layout, int[] counts, int[][] carried, double[] loads, double least) {
    this.nodes = layout.usable;
    this.capacity = layout.capacity;
    this.counts = counts;
    this.carried = carried;
    this.loads = loads;
    this.sums = new double[carried.length];
    for (int node = 0; node < sums.length; node++) {
      for (int group : carried[node]) {
        sums[node] += loads[group];
      }
    }
    double mean = loads.length == 0 ? 0 : Arrays.stream(loads).sum() / loads.length;
    this.least = Math.max(least, LEAST_SHARE * mean);
  }

  /**
   * @param counts of groups that each node carries
   * @param carries whether a node carries a group
   * @param load of a group, 0 or more
   * @param least difference between what goes and what comes, and between what stays here and
   *     there; less is not worth an exchange, whatever the mean
   */
  static Exchanges of(
      Layout layout, int[] counts, Carriage carries, ToDoubleFunction<Group> load, double least) {
    int[][] carried = new int[layout.nodes.length][];
    for (int i = 0; i < carried.length; i++) {
      int node = i;
      carried[node] =
          IntStream.range(0, layout.groups.length)
              .filter(g -> carries.test(layout.groups[g], node))
              .toArray();
    }
    double[] loads = Arrays.stream(layout.groups).mapToDouble(load).toArray();
    return new Exchanges(layout, counts, carried, loads, least);
  }

  /**
   * The exchange that helps most; of those alike the first in the order of nodes and groups.
   *
   * @param movesMax groups that it may move, 1 or 2
   */
  Optional<Exchange> best(int movesMax, Way way, Condition condition) {
    Search search = new Search(movesMax, way, condition);
    for (int from = nodes.nextSetBit(0); from >= 0; from = nodes.nextSetBit(from + 1)) {
      for (int to = nodes.nextSetBit(0); to >= 0; to = nodes.nextSetBit(to + 1)) {
        if (from != to && mayHelp(from, to)) {
          search.between(from, to);
        }
      }
    }
    return Optional.ofNullable(search.best);
  }

  private final class Search {
    private final int movesMax;
    private final Way way;
    private final Condition condition;
    private Exchange best;
    private double most;

    private Search(int movesMax, Way way, Condition condition) {
      this.movesMax = movesMax;
      this.way = way;
      this.condition = condition;
    }

    private void between(int from, int to) {
      boolean alone = leavesCountsAlone(from, to);
      for (int group : carried[from]) {
        if (loads[group] < least || !way.isOpen(group, from, to)) {
          continue;
        }
        if (alone) {
          consider(new Exchange(group, NONE, from, to));
        }
        if (movesMax > 1) {
          for (int back : carried[to]) {
            consider(new Exchange(group, back, from, to));
          }
        }
      }
    }

    private void consider(Exchange exchange) {
      double fall = fall(exchange);
      if (fall > most
          && isClear(exchange)
          && (exchange.back() == NONE
              || way.isOpen(exchange.back(), exchange.to(), exchange.from()))
          && condition.allows(exchange)) {
        best = exchange;
        most = fall;
      }
    }
  }

  /** Whether counts are as even when one group goes as they are now. */
  private boolean leavesCountsAlone(int from, int to) {
    return Load.Gain.of(counts[from], capacity[from], counts[to], capacity[to]).numerator() == 0;
  }

  /** Spares a look at all pairs of groups on two nodes of which none can make a clear exchange. */
  private boolean mayHelp(int from, int to) {
    double heaviest = 0;
    for (int group : carried[from]) {
      heaviest = Math.max(heaviest, loads[group]);
    }
    double back = 0;
    for (int group : carried[to]) {
      back = Math.max(back, loads[group]);
    }
    double stays =
        2.0 * capacity[to] * sums[from] + 2 * heaviest * Math.max(0, capacity[to] - capacity[from]);
    return heaviest >= least && stays > CLEAR * 2 * capacity[from] * (sums[to] - back);
  }

  private double back(Exchange exchange) {
    return exchange.back() == NONE ? 0 : loads[exchange.back()];
  }

  private boolean isClear(Exchange exchange) {
    double goes = loads[exchange.group()];
    double comes = back(exchange);
    int from = capacity[exchange.from()];
    int to = capacity[exchange.to()];
    double here = 2 * to * (sums[exchange.from()] - goes) + (goes + comes) * Math.max(0, to - from);
    double there =
        2 * from * (sums[exchange.to()] - comes) + (goes + comes) * Math.max(0, from - to);
    return goes > CLEAR * comes
        && goes - comes >= least
        && here > CLEAR * there
        && here - there >= least * (from + to);
  }

  /** By how much the sum of load² / capacity falls; negative: it rises. */
  double fall(Exchange exchange) {
    double goes = loads[exchange.group()];
    double comes = back(exchange);
    double from = capacity[exchange.from()];
    double to = capacity[exchange.to()];
    double difference =
        2 * to * (sums[exchange.from()] - goes)
            - 2 * from * (sums[exchange.to()] - comes)
            + (goes + comes) * (to - from);
    return (goes - comes) * difference / (from * to);
  }
}
