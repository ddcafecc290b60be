package io.btrdb.node.door;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.security.Guard;
import io.btrdb.node.tls.Dial;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node's one gRPC port: the v5 contract, the cluster's Data service, and whatever services of its
 * own the node hands in (those run on virtual threads and may block).
 */
public final class GrpcDoor implements AutoCloseable {
  private static final Set<String> SERVED_ON_NETWORK_THREADS =
      Set.of(BTrDBGrpc.SERVICE_NAME, DataGrpc.SERVICE_NAME);
  private static final int BACKLOG = 1_024;

  /** Where a call came from before it came {@link #inside}. Means nothing on the network. */
  public static final Metadata.Key<String> PEER = InsideDoor.PEER;

  /** One for each port: without TLS, with TLS. */
  private final List<Server> servers = new ArrayList<>();

  private final DataService dataService;
  private final Subscriptions subscriptions;
  private final Arrivals arrivals;
  private final WorkPool queries;
  private final WorkPool packers;
  private final WorkPool sqlQueries;
  private final Forwarder forwarder;
  private final ExecutorService threads;
  private final InsideDoor inside;
  private final EventLoopGroup acceptor;
  private final EventLoopGroup network;
  private final Thread stuckReceivers;

  /** What the doors stand on. */
  public record Planes(DataPlane data, CatalogPlane catalog) {}

  /**
   * Who may come in, and how this node is known where it calls.
   *
   * @param dial how calls are passed on to other nodes
   */
  public record Access(Guard guard, Dial dial) {}

  /**
   * Opens the port and serves.
   *
   * @param registry gets the metrics of the door, all named {@code btrdb_door_...}
   * @throws IOException when the port cannot be had; the message says what to do
   */
  public static GrpcDoor open(
      GrpcDoorOptions options,
      Planes planes,
      Access access,
      List<BindableService> services,
      DoorEvents events,
      MetricRegistry registry)
      throws IOException {
    GrpcDoor door = new GrpcDoor(options, planes, access, services, events, registry);
    try {
      for (Server server : door.servers) {
        server.start();
      }
    } catch (IOException e) {
      door.close();
      throw new IOException(
          "cannot listen on "
              + options.host()
              + ":"
              + options.port()
              + options.encrypted().map(tls -> " or " + tls.port()).orElse("")
              + " for gRPC ("
              + rootMessage(e)
              + "): stop what holds that port, perhaps another node, or configure another one",
          e);
    }
    return door;
  }

  private static String rootMessage(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  private GrpcDoor(
      GrpcDoorOptions options,
      Planes planes,
      Access access,
      List<BindableService> services,
      DoorEvents events,
      MetricRegistry registry) {
    DoorMetrics metrics = new DoorMetrics(registry);
    Failures failures = new Failures(events);
    threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("btrdb-door-", 0).factory());
    arrivals = new Arrivals(new FairShare(Limits.ARRIVING_BYTES), threads);
    queries = new WorkPool("btrdb-query", Limits.QUERIES, Limits.QUERIES_QUEUED);
    sqlQueries =
        new WorkPool(
            Thread.ofPlatform().daemon().name("btrdb-sql-", 0),
            Limits.SQL_QUERIES,
            Limits.SQL_QUERIES_QUEUED);
    packers = new WorkPool("btrdb-insert", Limits.PACKERS, Limits.CALLS);
    forwarder = new Forwarder(access.dial());
    Admission admission = Admission.ofLimits();
    ReadPlaces places = new ReadPlaces(planes.data(), queries, forwarder);
    Calls calls = new Calls(admission, options.patience(), access.guard(), failures, metrics);
    dataService =
        new DataService(
            calls,
            places,
            new SubmitCall.Shared(
                access.guard(),
                admission,
                planes.data(),
                new SubmittedWrites(planes.data()),
                new Topologies(planes.data()),
                failures,
                metrics.method("Submit"),
                threads));
    Mashes mashes = new Mashes(planes.data());
    ReplyForm form = ReplyForm.v5(mashes::current);
    subscriptions =
        new Subscriptions(
            new SubscribeCall.Shared(
                access.guard(),
                planes.data(),
                planes.catalog(),
                forwarder,
                form,
                failures,
                metrics.method("Subscribe"),
                threads));
    Joins joins = new Joins(places, queries);
    BtrdbService v5 = new BtrdbService(calls, form);
    acceptor = loops("btrdb-accept", 1);
    network = loops("btrdb-network", options.networkThreads());
    DoorSessions sessions = new DoorSessions(planes.data());
    Guard guard = access.guard();
    BtrdbService.Endpoints endpoints =
        new BtrdbService.Endpoints(
            new InfoEndpoint(mashes, options.build(), options.proxyEndpoints()),
            new CatalogEndpoints(planes.catalog(), places),
            new ListEndpoints(planes.catalog(), queries),
            new WriteEndpoints(sessions, places, packers),
            new ReadEndpoints(places),
            new JoinedEndpoints(joins),
            new CsvEndpoint(joins),
            new SqlEndpoint(planes.catalog(), sqlQueries),
            subscriptions,
            new FaultEndpoint(options.faults()),
            new RetentionEndpoints(sessions, places));
    List<ServerServiceDefinition> served = new ArrayList<>();
    ServerServiceDefinition contract = Doorkeeper.watch(guard, v5.definition(endpoints));
    inside = new InsideDoor(contract, threads);
    served.add(contract);
    served.add(Doorkeeper.watch(guard, dataService.definition()));
    NodeCalls bounded = new NodeCalls(Limits.NODE_CALLS);
    services.forEach(
        service ->
            served.add(ServerInterceptors.intercept(Doorkeeper.watch(guard, service), bounded)));
    listen(options, registry, served);
    stuckReceivers =
        Thread.ofVirtual()
            .name("btrdb-door-stuck")
            .start(() -> watchForStuckReceivers(options.patience().receiverNanos()));
  }

  /** Answers look after themselves; outcomes of Submit come too seldom for that. */
  private void watchForStuckReceivers(long receiverNanos) {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(Math.max(1, receiverNanos / 4));
        dataService.cutOffStuck(receiverNanos);
      }
    } catch (InterruptedException e) {
      // The door closes.
      Thread.currentThread().interrupt();
    }
  }

  private static EventLoopGroup loops(String name, int count) {
    return new MultiThreadIoEventLoopGroup(
        count, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  private void listen(
      GrpcDoorOptions options, MetricRegistry registry, List<ServerServiceDefinition> served) {
    AtomicInteger connections = new AtomicInteger();
    Gauge<Integer> open = connections::get;
    registry.gauge("btrdb_door_connections", () -> open);
    FairShare share = new FairShare(options.connections());
    Optional<GrpcDoorOptions.Encrypted> encrypted = options.encrypted();
    if (encrypted.isEmpty() || !encrypted.get().alone()) {
      servers.add(
          listener(options, options.port(), share, connections).addServices(served).build());
    }
    if (encrypted.isPresent()) {
      servers.add(
          listener(options, encrypted.get().port(), share, connections)
              .sslContext(encrypted.get().context())
              .addServices(served)
              .build());
    }
  }

  private NettyServerBuilder listener(
      GrpcDoorOptions options, int port, FairShare share, AtomicInteger connections) {
    return NettyServerBuilder.forAddress(new InetSocketAddress(options.host(), port))
        .channelFactory(() -> new BoundedServerChannel(share, connections))
        .addStreamTracerFactory(arrivals)
        .intercept(arrivals)
        .bossEventLoopGroup(acceptor)
        .workerEventLoopGroup(network)
        .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
        .directExecutor()
        .callExecutor(new BlockingServicesElsewhere(threads))
        .maxInboundMessageSize(Limits.INBOUND_MESSAGE_BYTES)
        .maxInboundMetadataSize(Limits.INBOUND_METADATA_BYTES)
        .maxConcurrentCallsPerConnection(Limits.CALLS_PER_CONNECTION)
        // Clients may ping every second, and a little more often when their timers are early.
        .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        // Finds clients that vanished, and their calls with them.
        .keepAliveTime(30, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .maxConnectionIdle(options.idle().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Our own two services never block a network thread; nobody promised that of the others. */
  private record BlockingServicesElsewhere(Executor threads) implements ServerCallExecutorSupplier {
    @Override
    public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
      String service = call.getMethodDescriptor().getServiceName();
      return SERVED_ON_NETWORK_THREADS.contains(service) ? null : threads;
    }
  }

  /** An address as {@link #PEER} has it. */
  public static String peer(InetSocketAddress address) {
    return InsideDoor.text(address);
  }

  /** The port that is open, the one without TLS where there are two. */
  public int port() {
    return servers.getFirst().getPort();
  }

  /** The port that talks TLS, where there is one. */
  public int tlsPort() {
    return servers.getLast().getPort();
  }

  /**
   * The v5 contract for callers in this process: the same endpoints, without a connection. Whoever
   * calls for somebody else says in {@link #PEER} for whom.
   */
  public Channel inside() {
    return inside.channel();
  }

  /**
   * Takes no more calls, lets those under way end, and closes. Waits for at most {@code patience};
   * calls that are not done by then are cut off.
   */
  public void stop(Duration patience) {
    servers.forEach(Server::shutdown);
    inside.shutdown();
    dataService.stop();
    subscriptions.stop();
    try {
      long end = System.nanoTime() + patience.toNanos();
      for (Server server : servers) {
        if (!server.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          server.shutdownNow();
        }
      }
      inside.awaitEnd(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /** Cuts off everything at once. */
  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    inside.close();
    queries.close();
    packers.close();
    sqlQueries.close();
    forwarder.close();
    stuckReceivers.interrupt();
    threads.shutdown();
    var unusedAcceptor = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    var unusedNetwork = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
