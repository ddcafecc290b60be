package io.btrdb.node.tls;

import io.grpc.ClientInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.function.Function;

/**
 * How this node calls others: with what it proves itself, and by TLS where that is configured.
 *
 * @param credentials put on every call
 * @param tls empty: plain
 * @param tlsAddress where TLS is talked to, for the plain address of a node
 */
public record Dial(
    ClientInterceptor credentials, Optional<SslContext> tls, Function<String, String> tlsAddress) {

  /** Without TLS. */
  public static Dial plain(ClientInterceptor credentials) {
    return new Dial(credentials, Optional.empty(), address -> address);
  }

  /**
   * A channel that is yet to be built.
   *
   * @param address {@code host:port}, as the node's card has it
   */
  public NettyChannelBuilder to(String address) {
    String target = tls.isPresent() ? tlsAddress.apply(address) : address;
    NettyChannelBuilder channel =
        NettyChannelBuilder.forTarget("dns:///" + target).intercept(credentials);
    return tls.isPresent() ? channel.sslContext(tls.get()) : channel.usePlaintext();
  }
}
