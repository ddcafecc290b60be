package io.btrdb.node.http;

import io.btrdb.api.cluster.ClusterStatus;

/**
 * What a node knows of its cluster. Asked from several threads, by every open console every two
 * seconds: it answers from what the node has heard already and waits for nobody.
 */
@FunctionalInterface
public interface ClusterStatusSource {
  ClusterStatus status();
}
