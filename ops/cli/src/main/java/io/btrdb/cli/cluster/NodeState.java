package io.btrdb.cli.cluster;

import java.util.OptionalLong;

/**
 * How a node is.
 *
 * @param pid of its process, empty when it does not run
 * @param ready whether it serves all it should
 * @param reason why it is not ready, empty when it is
 */
public record NodeState(String node, OptionalLong pid, boolean ready, String reason) {
  public boolean isRunning() {
    return pid.isPresent();
  }
}
