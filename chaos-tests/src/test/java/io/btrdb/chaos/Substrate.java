package io.btrdb.chaos;

import io.btrdb.node.config.NodeConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the clusters under test keep their segments: on the nodes' own disks, or, with {@code
 * -Dbtrdb.chaos.ceph=CONF}, in the pool {@code btrdb} of the Ceph that the file describes, each
 * cluster in a namespace of its own.
 */
final class Substrate {
  static final String PROPERTY = "btrdb.chaos.ceph";
  private static final String USER = "client.admin";

  private Substrate() {}

  /** Of a new cluster. */
  static NodeConfig.Storage storage() {
    String conf = System.getProperty(PROPERTY, "");
    return conf.isEmpty()
        ? NodeConfig.Storage.DEFAULTS
        : NodeConfig.Storage.ceph(
            NodeConfig.Pool.of(Path.of(conf))
                .withUser(USER, Optional.empty())
                .withPlace(NodeConfig.Pool.DEFAULTS.pool(), "chaos-" + UUID.randomUUID())
                .withArchiveSeconds(2));
  }

  /** Options of a command that name the pool of a cluster. */
  static List<String> options(NodeConfig.Pool pool) {
    return List.of(
        "--ceph",
        pool.conf().orElseThrow().toString(),
        "--ceph-user",
        pool.user(),
        "--ceph-namespace",
        pool.namespace());
  }
}
