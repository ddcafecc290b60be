/**
 * The HTTP door: {@code /metrics} for Prometheus, {@code /health/live} and {@code /health/ready}
 * for whatever keeps the node running. Start at {@link io.btrdb.node.http.HttpDoor}.
 */
package io.btrdb.node.http;
