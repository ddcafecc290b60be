package io.btrdb.node.http;

import com.codahale.metrics.MetricRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node's one HTTP port: its pages ({@link NodePages}), and the sections that the node hands in.
 * HTTP 1.1, one request after the other on a connection, compressed both ways if the peer likes.
 */
public final class HttpDoor implements AutoCloseable {
  private static final int NETWORK_THREADS = 2;
  private static final int BACKLOG = 256;

  /** Fast rather than small: the node has better things to do. */
  private static final int GZIP_LEVEL = 1;

  private static final int COMPRESSED_BYTES_MIN = 1_024;

  private final NodePages pages;
  private final EventLoopGroup network;
  private final Channel listener;

  /**
   * Opens the port and serves.
   *
   * @param host address to listen on, loopback unless configured otherwise
   * @param port 0 takes a free one
   * @param sections who answers for which paths, beside the node's own pages
   * @throws IOException when the port cannot be had; the message says what to do
   */
  public static HttpDoor open(
      String host,
      int port,
      MetricRegistry registry,
      Readiness readiness,
      ClusterStatusSource status,
      HttpSection... sections)
      throws IOException {
    EventLoopGroup network =
        new MultiThreadIoEventLoopGroup(
            NETWORK_THREADS,
            new DefaultThreadFactory("btrdb-http-network", true),
            NioIoHandler.newFactory());
    NodePages pages = new NodePages(registry, readiness, status);
    Connections connections = new Connections(List.of(sections), pages);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(network)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(connections)
            .bind(new InetSocketAddress(host, port))
            .awaitUninterruptibly();
    HttpDoor door = new HttpDoor(pages, network, bound.channel());
    if (!bound.isSuccess()) {
      door.close();
      throw new IOException(
          "cannot listen on "
              + host
              + ":"
              + port
              + " for HTTP ("
              + bound.cause().getMessage()
              + "): stop what holds that port, perhaps another node, or configure another one",
          bound.cause());
    }
    return door;
  }

  private HttpDoor(NodePages pages, EventLoopGroup network, Channel listener) {
    this.pages = pages;
    this.network = network;
    this.listener = listener;
  }

  private static final class Connections extends ChannelInitializer<Channel> {
    private final List<HttpSection> sections;
    private final NodePages pages;
    private final BodyBudget budget = new BodyBudget(HttpLimits.BODIES_BYTES);
    private final AtomicInteger open = new AtomicInteger();

    Connections(List<HttpSection> sections, NodePages pages) {
      this.sections = sections;
      this.pages = pages;
    }

    @Override
    protected void initChannel(Channel connection) {
      if (open.incrementAndGet() > HttpLimits.CONNECTIONS) {
        open.decrementAndGet();
        var unused = connection.close();
        return;
      }
      connection.closeFuture().addListener(closed -> open.decrementAndGet());
      connection
          .pipeline()
          .addLast(
              new HttpServerCodec(
                  new HttpDecoderConfig()
                      .setMaxInitialLineLength(HttpLimits.REQUEST_LINE_BYTES)
                      .setMaxHeaderSize(HttpLimits.HEADER_BYTES)
                      .setMaxChunkSize(HttpLimits.PIECE_BYTES)))
          .addLast(new HttpContentDecompressor(false, HttpLimits.INFLATED_BYTES))
          .addLast(
              new HttpContentCompressor(
                  COMPRESSED_BYTES_MIN, StandardCompressionOptions.gzip(GZIP_LEVEL, 15, 8)))
          .addLast(new HttpConversation(this::section, budget));
    }

    private HttpSection section(String path) {
      return sections.stream().filter(section -> section.knows(path)).findFirst().orElse(pages);
    }
  }

  /** The port that is open. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Closes the port and cuts off what is under way. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    pages.close();
    network.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
