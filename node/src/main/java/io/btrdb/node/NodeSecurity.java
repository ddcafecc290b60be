package io.btrdb.node;

import io.btrdb.consensus.RaftOptions;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.door.GrpcDoorOptions;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.btrdb.node.rest.RestSection;
import io.btrdb.node.security.AuditLog;
import io.btrdb.node.security.ClusterSecret;
import io.btrdb.node.security.Guard;
import io.btrdb.node.security.Keyring;
import io.btrdb.node.security.StreamPlaces;
import io.btrdb.node.tls.Dial;
import io.btrdb.node.tls.NodeCertificates;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** A node's guard, as its configuration wants it. */
final class NodeSecurity {
  private static final int AUDIT_FILES_KEPT = 9;

  private final NodeConfig.Security settings;
  private final Optional<ClusterSecret> secret;
  private final Optional<NodeCertificates> certificates;

  private NodeSecurity(
      NodeConfig.Security settings,
      Optional<ClusterSecret> secret,
      Optional<NodeCertificates> certificates) {
    this.settings = settings;
    this.secret = secret;
    this.certificates = certificates;
  }

  /**
   * Reads the secret and the certificates.
   *
   * @throws IOException when there should be one and is none; the message says what to do
   */
  static NodeSecurity load(NodeConfig.Security settings) throws IOException {
    Optional<ClusterSecret> secret = Optional.empty();
    if (settings.clusterSecretFile().isPresent()) {
      secret = Optional.of(ClusterSecret.load(settings.clusterSecretFile().get()));
    }
    Optional<NodeCertificates> certificates = Optional.empty();
    if (settings.tls().isPresent()) {
      certificates = Optional.of(NodeCertificates.load(settings.tls().get()));
    }
    return new NodeSecurity(settings, secret, certificates);
  }

  /** How this node calls the others. */
  Dial dial(NodeDirectory directory) throws IOException {
    ClientInterceptor credentials = secret.map(ClusterSecret::credentials).orElse(UNKNOWN);
    return settings.tls().map(NodeConfig.Encryption::peers).orElse(false)
        ? new Dial(credentials, Optional.of(certificates.orElseThrow().client()), directory::tlsOf)
        : Dial.plain(credentials);
  }

  /** The options of Raft, with TLS where nodes talk it among themselves. */
  RaftOptions raft(RaftOptions options) {
    return settings.tls().map(NodeConfig.Encryption::peers).orElse(false)
        ? options.withTls(certificates.orElseThrow().raft())
        : options;
  }

  /** Certificates that are renewed are taken up until the timer stops. */
  void follow(ScheduledExecutorService timer) {
    certificates.ifPresent(held -> held.follow(timer));
  }

  /** The port that talks TLS, where there is one. */
  Optional<GrpcDoorOptions.Encrypted> encrypted(NodeConfig.Member self) throws IOException {
    if (certificates.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new GrpcDoorOptions.Encrypted(
            self.tlsPort(), certificates.get().server(), !settings.tls().orElseThrow().plain()));
  }

  /** Where no call may travel as plain text, none does by REST. */
  RestSection.Callers restCallers() {
    return settings.tls().map(NodeConfig.Encryption::plain).orElse(true)
        ? RestSection.Callers.ALL
        : RestSection.Callers.LOCAL;
  }

  /** While the node belongs to no cluster. */
  Guard forming() {
    return settings.keys() ? Guard.ofNodes(secret.orElseThrow()) : Guard.open();
  }

  /** The keys, where the node is to know them. */
  Optional<Keyring> keyring(Planes planes, StreamPlaces places, ScheduledExecutorService timer) {
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    Keyring keyring =
        new Keyring(
            planes.access(),
            Duration.ofSeconds(settings.trustSeconds()),
            System::currentTimeMillis,
            places::forget);
    keyring.start(timer);
    return Optional.of(keyring);
  }

  static StreamPlaces places(CatalogPlane catalog) {
    return new StreamPlaces((stream, deadlineNanos) -> collection(catalog, stream, deadlineNanos));
  }

  private static CompletableFuture<Reply<String>> collection(
      CatalogPlane catalog, UUID stream, long deadlineNanos) {
    return catalog
        .describe(stream, deadlineNanos)
        .thenApply(
            reply ->
                switch (reply) {
                  case Reply.Ok<CatalogPlane.Descriptor> ok ->
                      new Reply.Ok<>(ok.value().collection());
                  case Reply.Failed<CatalogPlane.Descriptor> failed ->
                      new Reply.Failed<>(failed.code(), failed.message(), failed.unknown());
                });
  }

  /** Where keys are asked for. */
  AuditLog audit(Path dataDirectory) throws IOException {
    return settings.keys()
        ? AuditLog.open(
            dataDirectory.resolve("audit"),
            settings.auditMegabytes() * 1L * (1 << 20) / (AUDIT_FILES_KEPT + 1),
            AUDIT_FILES_KEPT)
        : AuditLog.NONE;
  }

  Guard guard(Optional<Keyring> keyring, StreamPlaces places, AuditLog audit) {
    return keyring
        .map(keys -> Guard.of(secret.orElseThrow(), keys, places, settings.keys(), audit))
        .orElse(Guard.open());
  }

  /** Of a node without a secret. */
  private static final ClientInterceptor UNKNOWN =
      new ClientInterceptor() {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
          return next.newCall(method, options);
        }
      };
}
