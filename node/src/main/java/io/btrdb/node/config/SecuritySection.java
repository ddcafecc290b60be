package io.btrdb.node.config;

import io.btrdb.node.config.NodeConfig.Security;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The section {@code security} of the configuration. Secrets are in files of their own. */
final class SecuritySection {
  private SecuritySection() {}

  static Security read(YamlSection in, List<String> problems) {
    Security defaults = Security.DEFAULTS;
    Security security =
        new Security(
            in.flag("keys", defaults.keys()),
            path(in, "clusterSecretFile"),
            in.integer("trustSeconds", defaults.trustSeconds(), 2, 1_000_000),
            in.integer("auditMegabytes", defaults.auditMegabytes(), 1, 100_000));
    in.rejectUnknownKeys();
    if (security.keys() && security.clusterSecretFile().isEmpty()) {
      problems.add(
          "security.keys needs security.clusterSecretFile, by which the nodes know one another:"
              + " make one with 'openssl rand -hex 32', the same for all nodes");
    }
    return security;
  }

  private static Optional<Path> path(YamlSection in, String key) {
    String text = in.text(key, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  static void print(StringBuilder out, Security security) {
    out.append("security:\n");
    out.append("  keys: ").append(security.keys()).append('\n');
    security
        .clusterSecretFile()
        .ifPresent(file -> out.append("  clusterSecretFile: '").append(file).append("'\n"));
    out.append("  trustSeconds: ").append(security.trustSeconds()).append('\n');
    out.append("  auditMegabytes: ").append(security.auditMegabytes()).append('\n');
  }
}
