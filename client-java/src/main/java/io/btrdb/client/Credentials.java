package io.btrdb.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * How a client proves itself to the nodes, and how it knows them. Immutable.
 *
 * <p>As all clients of BTrDB do, it talks TLS to port 4411 and plain text to other ports, unless it
 * is told to talk TLS to all.
 */
public final class Credentials {
  /** No key, and TLS on port 4411 with the certificates that this Java trusts. */
  public static final Credentials NONE =
      new Credentials(Optional.empty(), false, Optional.empty(), Optional.empty());

  private static final String TLS_PORT = ":4411";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private record Certificate(Path chain, Path key) {}

  private final Optional<String> authorization;
  private final boolean alwaysTls;
  private final Optional<Path> trust;
  private final Optional<Certificate> certificate;

  /** Made when first needed: most clients need none. */
  private SslContext context;

  private Credentials(
      Optional<String> authorization,
      boolean alwaysTls,
      Optional<Path> trust,
      Optional<Certificate> certificate) {
    this.authorization = authorization;
    this.alwaysTls = alwaysTls;
    this.trust = trust;
    this.certificate = certificate;
  }

  /**
   * With a key, as {@code btrdb keys create} prints it.
   *
   * @throws IllegalArgumentException when it cannot be one, because it has blanks or none of the
   *     characters of ASCII that a header may hold
   */
  public Credentials withKey(String key) {
    if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          "an API key has no blanks and no special characters; it comes from btrdb keys create");
    }
    return withAuthorization("Bearer " + key);
  }

  /** With the whole value of the header {@code authorization}. */
  public Credentials withAuthorization(String value) {
    return new Credentials(Optional.of(value), alwaysTls, trust, certificate);
  }

  /** With TLS on every port. */
  public Credentials withTls() {
    return new Credentials(authorization, true, trust, certificate);
  }

  /**
   * With the authorities in a file, and no others, and TLS on every port.
   *
   * @param authorities certificates in PEM
   */
  public Credentials trusting(Path authorities) {
    return new Credentials(
        authorization,
        true,
        Optional.of(readable("trusted certificates", authorities)),
        certificate);
  }

  /** As {@link #trusting}, with TLS on port 4411 alone. */
  public Credentials trustingOnTlsPort(Path authorities) {
    return new Credentials(
        authorization,
        alwaysTls,
        Optional.of(readable("trusted certificates", authorities)),
        certificate);
  }

  /**
   * With a certificate of the client's own, and TLS on every port.
   *
   * @param chain certificates in PEM, the client's own first
   * @param key its private key in PEM, PKCS 8, without a password
   */
  public Credentials withCertificate(Path chain, Path key) {
    return new Credentials(
        authorization,
        true,
        trust,
        Optional.of(
            new Certificate(
                readable("a client certificate", chain), readable("a private key", key))));
  }

  private static Path readable(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("there is no file with " + what + " at " + file);
    }
    return file;
  }

  /**
   * Puts the key and TLS on a channel that is about to be built, for programs that talk to nodes by
   * themselves. Any thread.
   *
   * @param address {@code host:port} of the node
   * @throws IllegalArgumentException when a certificate or key cannot be used, with the reason
   */
  public NettyChannelBuilder secure(NettyChannelBuilder channel, String address) {
    authorization.ifPresent(value -> channel.intercept(new Header(value)));
    return usesTls(address) ? channel.sslContext(context()) : channel.usePlaintext();
  }

  /**
   * Whether {@link #secure} has a channel talk TLS.
   *
   * @param address {@code host:port} of the node
   */
  public boolean usesTls(String address) {
    return alwaysTls || address.endsWith(TLS_PORT);
  }

  private synchronized SslContext context() {
    if (context == null) {
      try {
        SslContextBuilder builder = GrpcSslContexts.forClient();
        trust.ifPresent(file -> builder.trustManager(file.toFile()));
        certificate.ifPresent(own -> builder.keyManager(file(own.chain()), file(own.key())));
        context = builder.build();
      } catch (SSLException | IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "TLS cannot be used with these certificates: " + rootMessage(e), e);
      }
    }
    return context;
  }

  private static File file(Path path) {
    return path.toFile();
  }

  private static String rootMessage(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  /** The key stays out of logs. */
  @Override
  public String toString() {
    return (authorization.isPresent() ? "with a key" : "without a key")
        + (alwaysTls ? ", TLS on every port" : "");
  }

  private record Header(String value) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
          headers.put(AUTHORIZATION, value);
          super.start(listener, headers);
        }
      };
    }
  }
}
