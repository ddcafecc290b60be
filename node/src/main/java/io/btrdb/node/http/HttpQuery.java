package io.btrdb.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request that has come in whole. Whoever is given it closes it once the body has been read: the
 * body counts against what all connections may hold.
 */
public final class HttpQuery implements AutoCloseable {
  private final InetSocketAddress peer;
  private final String method;
  private final String path;
  private final HttpHeaders headers;
  private final ByteBuf body;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param head of the request as it came
   * @param path its path, decoded
   * @param onClose runs once, when the body has been freed
   */
  HttpQuery(InetSocketAddress peer, HttpRequest head, String path, ByteBuf body, Runnable onClose) {
    this.peer = peer;
    this.method = head.method().name();
    this.path = path;
    this.headers = head.headers();
    this.body = body;
    this.onClose = onClose;
  }

  /** Where the request comes from. */
  public InetSocketAddress peer() {
    return peer;
  }

  public String method() {
    return method;
  }

  /** GET or HEAD. */
  public boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** Decoded, without the query. */
  public String path() {
    return path;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The body, uncompressed. Valid until {@link #close}. */
  public InputStream body() {
    return new ByteBufInputStream(body);
  }

  /** Frees the body. May be repeated, from any thread. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      body.release();
      onClose.run();
    }
  }
}
