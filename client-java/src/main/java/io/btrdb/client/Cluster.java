package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.TopologyRequest;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The client's picture of the cluster: a link to every node it has heard of, and the routes. All
 * nodes are asked for the topology at once whenever somebody waits for a leader, so that a failover
 * is followed as soon as any node knows of it.
 *
 * <p><b>Threads:</b> methods may be called from any thread unless they say otherwise; links and
 * routes change on the io thread only.
 */
final class Cluster {
  private static final long PROBE_MILLIS = 2_000;

  /** Told, on the io thread, of whatever may let waiting writes go on. */
  interface Listener {
    void routesChanged();

    /** A node that had been out of reach answers again. */
    void linkRecovered(NodeLink link);
  }

  private final ClientOptions options;
  private final EventLoop io;
  private final Map<String, NodeLink> links = new ConcurrentHashMap<>();
  private volatile RouteMap routes = RouteMap.EMPTY;
  private volatile Listener listener;

  Cluster(ClientOptions options, EventLoop io) {
    this.options = options;
    this.io = io;
    options.endpoints().forEach(this::link);
  }

  void listener(Listener newListener) {
    listener = newListener;
  }

  RouteMap routes() {
    return routes;
  }

  NodeLink link(String address) {
    return links.computeIfAbsent(address, a -> new NodeLink(a, io));
  }

  Iterable<NodeLink> links() {
    return links.values();
  }

  /** Waits for the first node to answer, or for all of them to fail. */
  void connect() {
    Map<String, String> problems = new ConcurrentHashMap<>();
    Map<String, String> clusterIds = new ConcurrentHashMap<>();
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch failed = new CountDownLatch(options.endpoints().size());
    long millis = options.connectTimeout().toMillis();
    for (String endpoint : options.endpoints()) {
      askAsync(
          link(endpoint),
          millis,
          topology -> {
            learn(topology);
            clusterIds.put(endpoint, topology.getClusterId());
            answered.countDown();
            failed.countDown();
          },
          status -> {
            problems.put(endpoint, Failures.describe(status));
            failed.countDown();
            if (failed.getCount() == 0) {
              answered.countDown();
            }
          });
    }
    await(answered, millis);
    if (clusterIds.isEmpty()) {
      throw nobodyAnswered(problems);
    }
    if (clusterIds.values().stream().distinct().count() > 1) {
      throw new BtrdbException(
          ErrorCode.GENERIC_ERROR,
          Fate.NOT_A_WRITE,
          null,
          null,
          "the endpoints belong to different clusters: " + clusterIds + "; name nodes of one");
    }
  }

  private static void await(CountDownLatch latch, long millis) {
    try {
      // Answers carry their own deadline; the margin only guards against a stuck io thread.
      var unused = latch.await(millis + 1_000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private BtrdbException nobodyAnswered(Map<String, String> problems) {
    StringBuilder text = new StringBuilder("cannot connect to BTrDB; tried");
    for (String endpoint : options.endpoints()) {
      text.append("\n  ").append(endpoint).append(": ");
      text.append(problems.getOrDefault(endpoint, "no answer"));
    }
    return new BtrdbException(
        ErrorCode.CLUSTER_DEGRADED,
        Fate.NOT_A_WRITE,
        null,
        null,
        text + "\nCheck that the nodes run and that these are their gRPC ports");
  }

  /** Asks one node after the other until the deadline. */
  ClusterTopology askTopology() {
    Attempts attempts = new Attempts(options.deadline());
    while (true) {
      NodeLink link = forRead(null, attempts.count());
      attempts.begin(link.address());
      try (UnaryCall<ClusterTopology> call = new UnaryCall<>(this, link)) {
        return call.run(
            DataGrpc.getTopologyMethod(),
            TopologyRequest.getDefaultInstance(),
            CallOptions.DEFAULT,
            attempts);
      } catch (StatusRuntimeException e) {
        suspect(link);
        if (!Failures.mayPass(e.getStatus()) || !attempts.pause()) {
          throw new BtrdbException(
              Failures.code(e.getStatus()).number(),
              Fate.NOT_A_WRITE,
              null,
              link.address(),
              "topology: " + attempts.history() + ": " + Failures.describe(e.getStatus()),
              e);
        }
      }
    }
  }

  /**
   * Where to send a read: at first to the leader, of the stream's shard or of the catalog, and then
   * in turn to all nodes, which pass it on.
   */
  NodeLink forRead(UUID stream, int attempt) {
    RouteMap now = routes;
    int shard = stream == null ? -1 : now.shardOf(stream);
    String leader = shard < 0 ? now.catalogLeader() : now.leaderOf(shard);
    if (attempt % 2 == 0 && leader != null && (attempt > 0 || !link(leader).isBroken())) {
      return link(leader);
    }
    List<NodeLink> candidates = new ArrayList<>();
    links.values().stream().filter(link -> !link.isBroken()).forEach(candidates::add);
    if (candidates.isEmpty()) {
      candidates.addAll(links.values());
    }
    candidates.sort(Comparator.comparing(NodeLink::address));
    return candidates.get(attempt % candidates.size());
  }

  /** Somebody got no answer from this node: find out whether it lives and who leads now. */
  void suspect(NodeLink link) {
    io.execute(this::poll);
  }

  /** Asks all nodes for the topology; those that still owe an answer are not asked again. */
  void poll() {
    for (NodeLink link : links.values()) {
      if (link.beginProbe()) {
        long asked = System.nanoTime();
        askAsync(
            link,
            PROBE_MILLIS,
            topology -> {
              link.endProbe();
              boolean recovered = link.alive();
              learn(topology);
              if (recovered && listener != null) {
                listener.linkRecovered(link);
              }
            },
            status -> {
              link.endProbe();
              link.probeFailed(status, asked);
            });
      }
    }
  }

  /** Takes over what a node told. On the io thread. */
  void learn(ClusterTopology topology) {
    RouteMap before = routes;
    RouteMap after = before.with(topology);
    routes = after;
    after.addresses().forEach(this::link);
    if (listener != null && after != before) {
      listener.routesChanged();
    }
  }

  /** Both callbacks run on the io thread. */
  private void askAsync(
      NodeLink link, long millis, Consumer<ClusterTopology> answer, Consumer<Status> failure) {
    link.prepare();
    AsyncUnary.call(
        link.channel(),
        DataGrpc.getTopologyMethod(),
        TopologyRequest.getDefaultInstance(),
        millis,
        io,
        answer,
        failure);
  }

  void close() {
    Map<String, NodeLink> all = new LinkedHashMap<>(links);
    all.values().forEach(NodeLink::close);
  }
}
