package io.btrdb.node.door;

import io.btrdb.node.security.Caller;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * On whose account a call goes when callers share what a node has: the user whose key came with it;
 * without a key the host that it comes from; and when a node passes it on, whatever account it was
 * on there.
 */
final class Accounts {
  /** Set by a node that passes a call on. */
  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("btrdb-account", Metadata.ASCII_STRING_MARSHALLER);

  private static final int LENGTH_MAX = 128;

  private Accounts() {}

  static String of(ServerCall<?, ?> call, Metadata headers, Caller caller) {
    if (!caller.isNode()) {
      return "user " + caller.user();
    }
    String passedOn = headers.get(HEADER);
    return passedOn != null && headers.get(Exchange.FORWARDED) != null
        ? passedOn.substring(0, Math.min(LENGTH_MAX, passedOn.length()))
        : host(call);
  }

  /** The host that a call comes from. */
  static String host(ServerCall<?, ?> call) {
    return host(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
  }

  /** The host of a connection's other end, without the port. */
  static String host(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "elsewhere";
  }
}
