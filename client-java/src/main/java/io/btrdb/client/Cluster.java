package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.TopologyRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The client's picture of the cluster: a link to every node it has heard of, and the routes. All
 * nodes are asked for the topology at once whenever somebody waits for a leader, so that a failover
 * is followed as soon as any node knows of it; and one node every few seconds, so that nodes that
 * came, went or were moved to are known before anybody stumbles.
 *
 * <p><b>Threads:</b> methods may be called from any thread unless they say otherwise; links and
 * routes change on the io thread only.
 */
final class Cluster {
  private static final long PROBE_MILLIS = 2_000;

  /** A node that nobody has listed for so many refreshes has left the cluster. */
  private static final int UNLISTED_REFRESHES = 3;

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
  private final ReadTargets targets;
  private volatile Future<?> refreshing;

  /** When the last topology came. Io thread. */
  private long newsNanos = System.nanoTime();

  private int refreshes;

  Cluster(ClientOptions options, EventLoop io) {
    this.options = options;
    this.io = io;
    this.targets =
        new ReadTargets(
            options.zone(), () -> routes, this::link, () -> new ArrayList<>(links.values()));
    options.endpoints().forEach(this::link);
  }

  void listener(Listener newListener) {
    listener = newListener;
  }

  RouteMap routes() {
    return routes;
  }

  NodeLink link(String address) {
    return links.computeIfAbsent(address, a -> new NodeLink(a, io, options.credentials()));
  }

  boolean knows(String address) {
    return links.containsKey(address);
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
    io.execute(this::refreshLater);
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
      NodeLink link = forRead(null, false, attempts);
      attempts.begin(link.address());
      try (UnaryCall<ClusterTopology> call = new UnaryCall<>(this, link)) {
        return call.run(
            DataGrpc.getTopologyMethod(),
            new Metadata(),
            TopologyRequest.getDefaultInstance(),
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
   * Where to send a read.
   *
   * @param stream null for what the catalog answers
   * @param anyReplica whether it need not be the leader who answers
   * @param attempts those made so far
   */
  NodeLink forRead(UUID stream, boolean anyReplica, Attempts attempts) {
    return targets.choose(stream, anyReplica, attempts);
  }

  /** Somebody got no answer from this node: find out whether it lives and who leads now. */
  void suspect(NodeLink link) {
    io.execute(this::poll);
  }

  /** Asks all nodes for the topology; those that still owe an answer are not asked again. */
  void poll() {
    links.values().forEach(this::probe);
  }

  private void probe(NodeLink link) {
    if (!link.beginProbe()) {
      return;
    }
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
          retireIfGone(link);
        });
  }

  /** One node after the other, so that the cost does not grow with the cluster. */
  private void refresh() {
    List<NodeLink> all = new ArrayList<>(links.values());
    probe(all.get(refreshes++ % all.size()));
    refreshLater();
  }

  private void refreshLater() {
    long mean = options.refresh().toMillis();
    long millis = mean / 2 + ThreadLocalRandom.current().nextLong(mean);
    refreshing = io.schedule(this::refresh, millis, TimeUnit.MILLISECONDS);
  }

  /** Takes over what a node told. On the io thread. */
  void learn(ClusterTopology topology) {
    RouteMap before = routes;
    RouteMap after = before.with(topology);
    routes = after;
    newsNanos = System.nanoTime();
    topology.getNodesList().forEach(node -> link(node.getGrpc()).listed(newsNanos));
    if (listener != null && after != before) {
      listener.routesChanged();
    }
  }

  /**
   * Lets a node go that does not answer and that those who do answer have long ceased to list. The
   * endpoints that the client was given stay: they may be the only addresses that it can reach.
   */
  private void retireIfGone(NodeLink link) {
    if (!options.endpoints().contains(link.address())
        && link.isUnlistedAt(newsNanos, UNLISTED_REFRESHES * options.refresh().toNanos())
        && link.isIdle()
        && links.remove(link.address(), link)) {
      routes = routes.without(link.address());
      link.retire();
      if (listener != null) {
        listener.routesChanged();
      }
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
    Future<?> next = refreshing;
    if (next != null) {
      next.cancel(false);
    }
    Map<String, NodeLink> all = new LinkedHashMap<>(links);
    all.values().forEach(NodeLink::close);
  }
}
