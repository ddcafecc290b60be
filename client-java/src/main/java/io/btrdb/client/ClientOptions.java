package io.btrdb.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What {@link Btrdb.Builder} collects. Every value has been checked.
 *
 * @param refresh one node is asked for the topology about so often
 */
record ClientOptions(
    List<String> endpoints,
    Duration deadline,
    Duration connectTimeout,
    long maxInFlightBytes,
    int maxInFlightRequests,
    String zone,
    Duration refresh,
    Credentials credentials) {
  static final Duration REFRESH = Duration.ofSeconds(5);

  ClientOptions {
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("no endpoint given: name at least one node as host:port");
    }
    endpoints.forEach(ClientOptions::checkEndpoint);
    endpoints = List.copyOf(endpoints);
    Objects.requireNonNull(zone, "zone");
    checkPositive("deadline", deadline);
    checkPositive("connectTimeout", connectTimeout);
    checkPositive("refresh", refresh);
    if (maxInFlightBytes < 1 << 20 || maxInFlightBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "maxInFlightBytes must be 1 MiB to 2 GiB, is " + maxInFlightBytes);
    }
    if (maxInFlightRequests < 1) {
      throw new IllegalArgumentException(
          "maxInFlightRequests must be positive, is " + maxInFlightRequests);
    }
  }

  private static void checkPositive(String name, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 ms, is " + value);
    }
  }

  private static void checkEndpoint(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    boolean fine = colon > 0 && colon < endpoint.length() - 1;
    if (fine) {
      String port = endpoint.substring(colon + 1);
      fine = port.chars().allMatch(c -> c >= '0' && c <= '9') && port.length() <= 5;
      fine = fine && Integer.parseInt(port) > 0 && Integer.parseInt(port) <= 65_535;
    }
    if (!fine) {
      throw new IllegalArgumentException(
          "\"" + endpoint + "\" is no endpoint: write host:port, as 127.0.0.1:4410");
    }
  }
}
