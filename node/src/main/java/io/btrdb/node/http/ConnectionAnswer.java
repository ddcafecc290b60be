package io.btrdb.node.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** An answer on a connection of its own or one that is kept. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection
final class ConnectionAnswer implements HttpAnswer {
  /** What becomes of the connection. */
  enum Then {
    NEXT_REQUEST,
    CLOSE,
    /** The peer is told that it will be closed, by somebody else. */
    CLOSED_ELSEWHERE
  }

  private final Channel channel;
  private final HttpVersion version;
  private final Then then;
  private final Runnable onEnd;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Guards what follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private Runnable gone = () -> {};
  private Runnable ready;
  private boolean isGone;

  /**
   * @param version 1.0 knows no pieces: an answer that is written in pieces ends with its
   *     connection
   * @param onEnd runs on the connection's thread when the answer is on its way
   */
  ConnectionAnswer(Channel channel, HttpVersion version, Then then, Runnable onEnd) {
    this.channel = channel;
    this.version = version;
    this.then = then;
    this.onEnd = onEnd;
  }

  private boolean knowsPieces() {
    return version.equals(HttpVersion.HTTP_1_1);
  }

  @Override
  public void whole(HttpPage page) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            version,
            HttpResponseStatus.valueOf(page.status()),
            Unpooled.wrappedBuffer(page.body()));
    head(response.headers(), page.type(), page.headers(), then == Then.NEXT_REQUEST);
    if (page.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, page.body().length);
    }
    finish(channel.writeAndFlush(response), then != Then.CLOSE);
  }

  @Override
  public void begin(int status, String type, Map<String, String> headers) {
    DefaultHttpResponse response =
        new DefaultHttpResponse(version, HttpResponseStatus.valueOf(status));
    head(response.headers(), type, headers, then == Then.NEXT_REQUEST && knowsPieces());
    if (knowsPieces()) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    channel.writeAndFlush(response);
  }

  private void head(HttpHeaders all, String type, Map<String, String> others, boolean keep) {
    all.set(HttpHeaderNames.CONTENT_TYPE, type);
    others.forEach(all::set);
    HttpUtil.setKeepAlive(all, version, keep);
  }

  @Override
  public void write(byte[] piece) {
    channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
  }

  @Override
  public void end() {
    finish(
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT),
        then != Then.CLOSE && knowsPieces());
  }

  private void finish(ChannelFuture last, boolean keep) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      Future<?> stuck =
          channel
              .eventLoop()
              .schedule(
                  () -> {
                    if (!last.isDone()) {
                      channel.close();
                    }
                  },
                  HttpLimits.FLUSH_NANOS,
                  TimeUnit.NANOSECONDS);
      last.addListener(
          sent -> {
            stuck.cancel(false);
            if (!keep || !sent.isSuccess()) {
              channel.close();
            }
            onEnd.run();
          });
    } catch (RejectedExecutionException e) {
      // The door has closed, and every connection with it.
      breakOff();
    }
  }

  @Override
  public void breakOff() {
    ended.set(true);
    channel.close();
  }

  @Override
  public boolean isReady() {
    return channel.isWritable();
  }

  @Override
  public void onReady(Runnable action) {
    lock.lock();
    try {
      if (!isReady() && !isGone) {
        ready = action;
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  @Override
  public void onGone(Runnable action) {
    lock.lock();
    try {
      if (!isGone) {
        gone = action;
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /** The network takes more. By the connection's thread. */
  void moved() {
    Runnable action;
    lock.lock();
    try {
      action = ready;
      ready = null;
    } finally {
      lock.unlock();
    }
    if (action != null) {
      action.run();
    }
  }

  /** The connection is closed. By its thread. */
  void lost() {
    Runnable action;
    lock.lock();
    try {
      isGone = true;
      ready = null;
      action = gone;
    } finally {
      lock.unlock();
    }
    if (!ended.get()) {
      action.run();
    }
  }
}
