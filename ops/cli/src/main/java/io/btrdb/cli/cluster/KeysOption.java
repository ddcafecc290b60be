package io.btrdb.cli.cluster;

import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Whether a cluster on this machine asks its callers for API keys. */
final class KeysOption {
  private static final int SECRET_BYTES = 32;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  @Option(
      names = "--keys",
      description =
          "Found a cluster that asks its callers for API keys. Its secret, with which the first key"
              + " is made, is put into DIR/cluster.secret.")
  private boolean keys;

  boolean present() {
    return keys;
  }

  static Path secretFile(Path directory) {
    return directory.toAbsolutePath().normalize().resolve("cluster.secret");
  }

  NodeConfig.Security security(Path directory) {
    NodeConfig.Security defaults = NodeConfig.Security.DEFAULTS;
    return keys
        ? new NodeConfig.Security(
            true,
            Optional.of(secretFile(directory)),
            defaults.trustSeconds(),
            defaults.auditMegabytes(),
            Optional.empty())
        : defaults;
  }

  /**
   * Makes the secret where there is none yet.
   *
   * @throws ClusterProblem when the file cannot be written
   */
  static void makeSecret(Path directory) {
    Path file = secretFile(directory);
    if (Files.exists(file)) {
      return;
    }
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    try {
      // Its permissions come before its contents.
      Files.createFile(file, OWNER_ONLY);
      Files.writeString(file, HexFormat.of().formatHex(secret) + "\n");
    } catch (IOException e) {
      throw new ClusterProblem("cannot write the cluster's secret to " + file + " (" + e + ")", e);
    }
  }
}
