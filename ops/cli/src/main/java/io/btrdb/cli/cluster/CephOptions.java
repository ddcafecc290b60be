package io.btrdb.cli.cluster;

import io.btrdb.node.config.NodeConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the shared pool of a cluster on this machine is reached. */
public final class CephOptions {
  @Option(
      names = "--ceph",
      paramLabel = "CONF",
      description = "Keep segments in a Ceph pool that all nodes share; CONF is a ceph.conf.")
  private Path conf;

  @Option(
      names = "--ceph-user",
      paramLabel = "NAME",
      description = "With --ceph, the user. Default: client.btrdb.")
  private String user = NodeConfig.Pool.DEFAULTS.user();

  @Option(
      names = "--ceph-keyring",
      paramLabel = "FILE",
      description = "With --ceph, the user's key. Default: where CONF says.")
  private Path keyring;

  @Option(
      names = "--ceph-pool",
      paramLabel = "NAME",
      description = "With --ceph, the pool. Default: btrdb.")
  private String pool = NodeConfig.Pool.DEFAULTS.pool();

  @Option(
      names = "--ceph-namespace",
      paramLabel = "NAME",
      description = "With --ceph, the namespace in the pool. Default: btrdb.")
  private String namespace = NodeConfig.Pool.DEFAULTS.namespace();

  /** Whether there is a pool. */
  public boolean present() {
    return conf != null;
  }

  /** Where segments are to be. */
  public NodeConfig.Storage storage() {
    return present() ? NodeConfig.Storage.ceph(pool()) : NodeConfig.Storage.DEFAULTS;
  }

  private NodeConfig.Pool pool() {
    return NodeConfig.Pool.of(conf.toAbsolutePath().normalize())
        .withUser(user, Optional.ofNullable(keyring).map(file -> file.toAbsolutePath().normalize()))
        .withPlace(pool, namespace);
  }
}
