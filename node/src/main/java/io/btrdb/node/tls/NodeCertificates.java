package io.btrdb.node.tls;

import io.btrdb.consensus.RaftOptions;
import io.btrdb.node.config.NodeConfig.Encryption;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node shows of itself, and whom it believes. Files that have changed are read again every
 * few seconds, and new connections go by them; files that are wrong are complained about, and the
 * old ones stay in use. Thread-safe.
 */
public final class NodeCertificates {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCertificates.class);
  private static final long LOOK_SECONDS = 2;
  private static final long WARN_SECONDS = TimeUnit.DAYS.toSeconds(14);

  private final Encryption settings;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final Optional<AdvancedTlsX509TrustManager> trust;

  /** The bytes that are in use, by the thread that reloads. */
  private PemFiles inUse;

  private NodeCertificates(Encryption settings, Optional<AdvancedTlsX509TrustManager> trust) {
    this.settings = settings;
    this.trust = trust;
  }

  /**
   * Reads the files.
   *
   * @throws IOException when they cannot be used; the message names the file and says why
   */
  public static NodeCertificates load(Encryption settings) throws IOException {
    try {
      Optional<AdvancedTlsX509TrustManager> trust = Optional.empty();
      if (settings.authorities().isPresent()) {
        trust =
            Optional.of(
                AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION)
                    .build());
      }
      NodeCertificates certificates = new NodeCertificates(settings, trust);
      certificates.use(PemFiles.read(settings));
      return certificates;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private void use(PemFiles files) throws IOException, GeneralSecurityException {
    Instant end = files.check();
    if (end.isBefore(Instant.now().plusSeconds(WARN_SECONDS))) {
      LOG.warn("the certificate in {} expires on {}", settings.certificate(), end);
    }
    keys.updateIdentityCredentials(files.chain(), files.key());
    if (trust.isPresent()) {
      trust.get().updateTrustCredentials(files.authorities());
    }
    inUse = files;
  }

  /** Looks for changed files until the timer stops. */
  public void follow(ScheduledExecutorService timer) {
    var unused =
        timer.scheduleWithFixedDelay(this::reload, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /** Takes up files that have changed. By one thread at a time. */
  void reload() {
    try {
      PemFiles now = PemFiles.read(settings);
      if (!now.sameAs(inUse)) {
        use(now);
        LOG.info("the certificate in {} has been read anew", settings.certificate());
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      LOG.error("the certificates stay as they were: {}", e.getMessage());
    }
  }

  /**
   * For doors.
   *
   * @throws IOException when this Java cannot do it
   */
  public SslContext server() throws IOException {
    SslContextBuilder builder = SslContextBuilder.forServer(keys).clientAuth(clientAuth());
    trust.ifPresent(builder::trustManager);
    return GrpcSslContexts.configure(builder).build();
  }

  private ClientAuth clientAuth() {
    if (trust.isEmpty()) {
      return ClientAuth.NONE;
    }
    return settings.clientCertificates() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
  }

  /**
   * For calls to other nodes.
   *
   * @throws IOException when this Java cannot do it
   */
  public SslContext client() throws IOException {
    SslContextBuilder builder = GrpcSslContexts.forClient().keyManager(keys);
    trust.ifPresent(builder::trustManager);
    return builder.build();
  }

  /** For the log's own traffic between nodes; authorities must be configured. */
  public RaftOptions.Tls raft() {
    return new RaftOptions.Tls(keys, trust.orElseThrow());
  }
}
