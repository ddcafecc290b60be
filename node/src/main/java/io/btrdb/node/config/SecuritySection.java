package io.btrdb.node.config;

import io.btrdb.node.config.NodeConfig.Encryption;
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
            in.integer("auditMegabytes", defaults.auditMegabytes(), 1, 100_000),
            in.present("tls") ? tls(in.section("tls"), problems) : Optional.empty());
    in.rejectUnknownKeys();
    if (security.keys() && security.clusterSecretFile().isEmpty()) {
      problems.add(
          "security.keys needs security.clusterSecretFile, by which the nodes know one another:"
              + " make one with 'openssl rand -hex 32', the same for all nodes");
    }
    return security;
  }

  private static Optional<Encryption> tls(YamlSection in, List<String> problems) {
    Encryption tls =
        new Encryption(
            Path.of(in.requiredText("certificate")),
            Path.of(in.requiredText("key")),
            path(in, "authorities"),
            in.flag("clientCertificates", false),
            in.flag("plain", true),
            in.flag("peers", false));
    in.rejectUnknownKeys();
    if (tls.authorities().isEmpty() && (tls.clientCertificates() || tls.peers())) {
      problems.add(
          "security.tls.clientCertificates and security.tls.peers need security.tls.authorities,"
              + " who sign the certificates of the others");
    }
    if (!tls.plain() && !tls.peers()) {
      problems.add(
          "security.tls.plain: false closes the port by which nodes call one another: set"
              + " security.tls.peers on all nodes first");
    }
    return Optional.of(tls);
  }

  private static Optional<Path> path(YamlSection in, String key) {
    String text = in.text(key, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  static void print(StringBuilder out, Security security) {
    out.append("security:\n");
    out.append("  keys: ").append(security.keys()).append('\n');
    security.clusterSecretFile().ifPresent(file -> file(out, "  clusterSecretFile", file));
    out.append("  trustSeconds: ").append(security.trustSeconds()).append('\n');
    out.append("  auditMegabytes: ").append(security.auditMegabytes()).append('\n');
    security.tls().ifPresent(tls -> print(out, tls));
  }

  private static void print(StringBuilder out, Encryption tls) {
    out.append("  tls:\n");
    file(out, "    certificate", tls.certificate());
    file(out, "    key", tls.key());
    tls.authorities().ifPresent(file -> file(out, "    authorities", file));
    out.append("    clientCertificates: ").append(tls.clientCertificates()).append('\n');
    out.append("    plain: ").append(tls.plain()).append('\n');
    out.append("    peers: ").append(tls.peers()).append('\n');
  }

  private static void file(StringBuilder out, String key, Path file) {
    out.append(key).append(": ").append(ConfigFile.quoted(file.toString())).append('\n');
  }
}
