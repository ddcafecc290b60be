package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.plane.DataPlane.NodeAddress;
import io.btrdb.node.plane.DataPlane.ReadCall;
import io.btrdb.node.plane.DataPlane.Topology;
import io.btrdb.node.plane.RoutedDataPlane.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Finds where a version of a stream can be read.
 *
 * <ul>
 *   <li>An explicit version is immutable: a replica here answers if it has it, from its trees or by
 *       folding what it has logged, whoever leads. One that lacks it asks the leader, who alone
 *       says that there is none.
 *   <li>The latest version is the leader's, once it has made sure that it still leads.
 *   <li>The latest version but for what is younger than a bound: a replica here answers if it can
 *       prove that it is not older ({@link Freshness}), else the leader.
 * </ul>
 *
 * Thread-safe.
 */
final class ReadLocator {
  private static final long RETRY_MILLIS = 40;

  private final String self;
  private final ClusterView view;
  private final ScheduledExecutorService timer;
  private final Executor readers;
  private final Supplier<Topology> topology;
  private final Freshness freshness;
  private final AtomicInteger turns = new AtomicInteger();

  /**
   * @param readers where folds run that would else run on a thread of consensus
   */
  ReadLocator(
      String self,
      ClusterView view,
      Freshness freshness,
      ScheduledExecutorService timer,
      Executor readers,
      Supplier<Topology> topology) {
    this.self = self;
    this.view = view;
    this.timer = timer;
    this.readers = readers;
    this.topology = topology;
    this.freshness = freshness;
  }

  /**
   * Completes with a place, or exceptionally when what is stored here is damaged.
   *
   * @param routes the stream's shard as it is at the moment: its replicas may move meanwhile
   */
  CompletableFuture<ReadPlace> locate(Supplier<Route> routes, ReadCall call) {
    Search search = new Search(routes, call);
    try {
      search.begin();
    } catch (RuntimeException e) {
      search.failed(e);
    }
    return search.result;
  }

  /** The last known leader's node, unless that is this node, which then has to get ready first. */
  private Optional<String> otherLeader(GroupId group) {
    return view.leader(group).map(ClusterView.Leader::node).filter(node -> !node.equals(self));
  }

  /** One read on its way to a place. */
  private final class Search {
    private final Supplier<Route> routes;
    private final ReadCall call;
    private final CompletableFuture<ReadPlace> result = new CompletableFuture<>();
    private volatile Route route;

    Search(Supplier<Route> routes, ReadCall call) {
      this.routes = routes;
      this.call = call;
      this.route = routes.get();
    }

    void begin() {
      Optional<LocalShard> local = route.local();
      if (local.isEmpty()) {
        atLeader();
      } else if (call.version() != 0) {
        VersionLookups.explicit(local.get(), call.stream(), call.version())
            .ifPresentOrElse(result::complete, this::atLeader);
      } else if (call.stalenessNanos() > 0 && !local.get().leads()) {
        atReplica(local.get());
      } else {
        atLeader();
      }
    }

    private void atReplica(LocalShard shard) {
      CompletableFuture<Boolean> fresh =
          freshness.covers(
              route.group(), () -> shard.log().applied().index(), call.stalenessNanos());
      onReader(
          fresh,
          (covered, failure) -> {
            Optional<ReadPlace> here =
                failure == null && covered
                    ? VersionLookups.latest(shard, call.stream())
                    : Optional.empty();
            here.ifPresentOrElse(result::complete, this::atLeader);
          });
    }

    private void atLeader() {
      Optional<LocalShard> local = route.local().filter(LocalShard::elected);
      if (local.isPresent()) {
        onReader(
            local.get().log().linearize(),
            (linear, failure) -> {
              if (failure == null) {
                result.complete(VersionLookups.resolve(local.get(), call.stream(), call.version()));
              } else {
                later();
              }
            });
        return;
      }
      if (!call.mayForward()) {
        result.complete(
            new ReadPlace.Nowhere(
                ErrorCode.WRONG_ENDPOINT,
                "this node does not lead shard " + route.range().shard()));
        return;
      }
      elsewhere().ifPresentOrElse(result::complete, this::later);
    }

    /** A fold may take long: on the caller's thread or a reader's, never on consensus' own. */
    private <T> void onReader(CompletableFuture<T> future, BiConsumer<T, Throwable> next) {
      BiConsumer<T, Throwable> guarded =
          (value, failure) -> {
            try {
              next.accept(value, failure);
            } catch (RuntimeException e) {
              failed(e);
            }
          };
      if (future.isDone()) {
        future.whenComplete(guarded);
      } else {
        future.whenCompleteAsync(guarded, readers);
      }
    }

    private Optional<ReadPlace> elsewhere() {
      List<String> nodes = candidates();
      return nodes.isEmpty()
          ? Optional.empty()
          : address(nodes.get(call.tries() % nodes.size()))
              .map(address -> new ReadPlace.There(address.nodeId(), address.grpc()));
    }

    /**
     * Other nodes in the order in which to ask them. The latest version is at the leader. An
     * explicit one may be at any replica: when a replica here lacks it, it is likely to be new, and
     * the leader knows; when there is no replica here, they take turns, and the leader is asked
     * next.
     */
    private List<String> candidates() {
      Optional<String> leader = otherLeader(route.group());
      if (call.version() == 0) {
        return leader.stream().toList();
      }
      List<String> nodes = new ArrayList<>(otherReplicas());
      int leaderAt = 0;
      if (route.local().isEmpty() && !nodes.isEmpty()) {
        nodes.add(0, nodes.remove(Math.floorMod(turns.getAndIncrement(), nodes.size())));
        leaderAt = leader.equals(Optional.of(nodes.get(0))) ? 0 : 1;
      }
      if (leader.isPresent()) {
        nodes.remove(leader.get());
        nodes.add(leaderAt, leader.get());
      }
      return nodes;
    }

    private List<String> otherReplicas() {
      return topology.get().shards().stream()
          .filter(shard -> shard.shard() == route.range().shard())
          .flatMap(shard -> shard.replicas().stream())
          .filter(node -> !node.equals(self))
          .toList();
    }

    private Optional<NodeAddress> address(String node) {
      return topology.get().nodes().stream().filter(a -> a.nodeId().equals(node)).findFirst();
    }

    /** A replica that has just been closed is asked in vain; another one will do. */
    void failed(RuntimeException e) {
      if (route.local().isPresent() && routes.get().local().isEmpty()) {
        later();
      } else {
        // Damage below: the door names it and answers for it.
        result.completeExceptionally(e);
      }
    }

    private void later() {
      long left = TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos() - System.nanoTime());
      if (left <= RETRY_MILLIS) {
        result.complete(
            new ReadPlace.Nowhere(
                ErrorCode.CLUSTER_DEGRADED,
                "shard "
                    + route.range().shard()
                    + " has no leader that answers within the deadline"));
        return;
      }
      timer.schedule(this::again, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void again() {
      route = routes.get();
      atLeader();
    }
  }
}
