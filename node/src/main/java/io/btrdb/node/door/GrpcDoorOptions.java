package io.btrdb.node.door;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a node's gRPC port is set up.
 *
 * @param host address to listen on; loopback unless keys and TLS guard it
 * @param port 0 takes a free one
 * @param networkThreads that read and write connections; 1 or more
 * @param connections at once; more are closed as they come
 * @param idle after which a connection without calls is closed
 * @param build shown by Info
 * @param proxyEndpoints shown by Info in place of the nodes; empty: the nodes are shown
 * @param faults empty: FaultInject is refused
 * @param encrypted a port that talks TLS
 * @param patience with slow and with forgetful clients
 */
public record GrpcDoorOptions(
    String host,
    int port,
    int networkThreads,
    int connections,
    Duration idle,
    String build,
    List<String> proxyEndpoints,
    Optional<FaultInjection> faults,
    Optional<Encrypted> encrypted,
    Patience patience) {
  /**
   * A second port that talks TLS, or the only one.
   *
   * @param port 0 takes a free one
   * @param alone whether the port without TLS stays closed
   */
  public record Encrypted(int port, SslContext context, boolean alone) {}

  private static final int DEFAULT_CONNECTIONS = 16_384;
  private static final Duration DEFAULT_IDLE = Duration.ofMinutes(10);

  public GrpcDoorOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
    if (networkThreads < 1 || connections < 1) {
      throw new IllegalArgumentException(
          "networkThreads and connections must be 1 or more, are "
              + networkThreads
              + " and "
              + connections);
    }
    if (idle.isNegative() || idle.isZero()) {
      throw new IllegalArgumentException("idle must be positive, is " + idle);
    }
  }

  /** As many network threads as cores up to four, and defaults for the rest. */
  public static GrpcDoorOptions of(String host, int port, String build) {
    int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
    return new GrpcDoorOptions(
        host,
        port,
        threads,
        DEFAULT_CONNECTIONS,
        DEFAULT_IDLE,
        build,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Patience.USUAL);
  }

  GrpcDoorOptions withConnections(int most) {
    return new GrpcDoorOptions(
        host, port, networkThreads, most, idle, build, proxyEndpoints, faults, encrypted, patience);
  }

  public GrpcDoorOptions withProxies(List<String> endpoints) {
    return new GrpcDoorOptions(
        host,
        port,
        networkThreads,
        connections,
        idle,
        build,
        List.copyOf(endpoints),
        faults,
        encrypted,
        patience);
  }

  public GrpcDoorOptions withFaults(FaultInjection allowed) {
    return new GrpcDoorOptions(
        host,
        port,
        networkThreads,
        connections,
        idle,
        build,
        proxyEndpoints,
        Optional.of(allowed),
        encrypted,
        patience);
  }

  /** With a port that talks TLS. */
  public GrpcDoorOptions with(Encrypted tls) {
    return new GrpcDoorOptions(
        host,
        port,
        networkThreads,
        connections,
        idle,
        build,
        proxyEndpoints,
        faults,
        Optional.of(tls),
        patience);
  }

  public GrpcDoorOptions withPatience(Patience other) {
    return new GrpcDoorOptions(
        host,
        port,
        networkThreads,
        connections,
        idle,
        build,
        proxyEndpoints,
        faults,
        encrypted,
        other);
  }
}
