package io.btrdb.client;

/**
 * What a node says about itself.
 *
 * @param endpoint the node that answered, {@code host:port}
 * @param majorVersion of the protocol, 5
 * @param build of the server
 * @param healthy whether every range of streams has a live leader, as far as this node knows
 */
public record ServerInfo(
    String endpoint, int majorVersion, int minorVersion, String build, boolean healthy) {}
