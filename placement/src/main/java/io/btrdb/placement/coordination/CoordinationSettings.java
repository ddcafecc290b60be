package io.btrdb.placement.coordination;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where ZooKeeper is and how to prove oneself to it.
 *
 * @param connectString {@code host:port,host:port/folder}
 * @param clusterName names the folder under {@code /btrdb}
 * @param clusterId must be the one found there
 * @param sessionTimeoutMillis after this long without contact ZooKeeper takes a node for gone
 * @param sasl also makes what this node writes readable and writable by this user only
 */
public record CoordinationSettings(
    String connectString,
    String clusterName,
    String clusterId,
    int sessionTimeoutMillis,
    Optional<Sasl> sasl,
    Optional<Tls> tls) {

  /** DIGEST-MD5. */
  public record Sasl(String user, Path passwordFile) {}

  /** Stores in PEM, JKS or PKCS12, told apart by their suffix. */
  public record Tls(
      Path trustStore,
      Optional<Path> trustStorePasswordFile,
      Optional<Path> keyStore,
      Optional<Path> keyStorePasswordFile) {}

  /** Without encryption or authentication. */
  public static CoordinationSettings plain(
      String connectString, String clusterName, String clusterId, int sessionTimeoutMillis) {
    return new CoordinationSettings(
        connectString,
        clusterName,
        clusterId,
        sessionTimeoutMillis,
        Optional.empty(),
        Optional.empty());
  }
}
