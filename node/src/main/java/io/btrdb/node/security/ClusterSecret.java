package io.btrdb.node.security;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the nodes of a cluster know and nobody else: by it they know one another's calls. The secret
 * itself never leaves the node, only a token made of it; who can read the traffic between nodes can
 * copy that, so nodes that are not in a network of their own talk by TLS.
 *
 * <pre>
 * header = "authorization: Cluster " hex(HMAC-SHA256(secret, "btrdb node"))
 * </pre>
 */
public final class ClusterSecret {
  public static final String SCHEME = "Cluster";
  private static final int CHARS_MIN = 32;

  private final String token;

  private ClusterSecret(String token) {
    this.token = token;
  }

  /**
   * The secret in a file, without the white space around it.
   *
   * @throws IOException when it cannot be read or is too short; the message says what to do
   */
  public static ClusterSecret load(Path file) throws IOException {
    String secret = Files.readString(file).strip();
    if (secret.length() < CHARS_MIN) {
      throw new IOException(
          "the cluster's secret in "
              + file
              + " has "
              + secret.length()
              + " characters and needs "
              + CHARS_MIN
              + ": make one with 'openssl rand -hex 32', the same for all nodes");
    }
    return of(secret);
  }

  static ClusterSecret of(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] token = mac.doFinal("btrdb node".getBytes(StandardCharsets.UTF_8));
      return new ClusterSecret(HexFormat.of().formatHex(token));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }

  /** The value of the header {@code authorization} by which nodes know one another. */
  public String authorization() {
    return SCHEME + " " + token;
  }

  boolean isToken(String text) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts the token on every call. */
  public ClientInterceptor credentials() {
    return new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(
          MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<R> listener, Metadata headers) {
            headers.put(Guard.AUTHORIZATION, authorization());
            super.start(listener, headers);
          }
        };
      }
    };
  }

  @Override
  public String toString() {
    return "the cluster's secret";
  }
}
