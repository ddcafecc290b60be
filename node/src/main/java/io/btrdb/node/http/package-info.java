/**
 * The HTTP door: pages of the node ({@code /metrics} for Prometheus, {@code /health/live} and
 * {@code /health/ready} for whatever keeps the node running, the console), and whatever sections
 * the node hands in. Start at {@link io.btrdb.node.http.HttpDoor}, then {@code HttpConversation},
 * which is one connection, and {@link io.btrdb.node.http.HttpSection}, which is what answers.
 */
package io.btrdb.node.http;
