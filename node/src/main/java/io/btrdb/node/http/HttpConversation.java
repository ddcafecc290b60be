package io.btrdb.node.http;

import io.btrdb.node.http.ConnectionAnswer.Then;
import io.btrdb.node.http.HttpSection.Untaken;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One connection: requests come in whole, one after the other, and each is answered before the next
 * is looked at. The connection is read on while an answer is under way, only to notice when the
 * peer goes; what a peer sends ahead is held, and then no more is read until the answer has ended.
 *
 * <p>All methods run on the connection's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection
final class HttpConversation extends SimpleChannelInboundHandler<HttpObject> {
  private final Function<String, HttpSection> sections;
  private final BodyBudget budget;
  private final ArrayDeque<HttpObject> held = new ArrayDeque<>();

  private HttpRequest head;
  private String path;
  private HttpSection section;
  private ByteBuf body;
  private ConnectionAnswer answer;

  /** Bytes of a refused request that were thrown away; negative when none was refused. */
  private long discarded = -1;

  private Future<?> alarm;

  /**
   * @param sections who answers for a path
   */
  HttpConversation(Function<String, HttpSection> sections, BodyBudget budget) {
    super(false);
    this.sections = sections;
    this.budget = budget;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    awaitRequest(ctx);
  }

  private void awaitRequest(ChannelHandlerContext ctx) {
    alarm(ctx, HttpLimits.IDLE_NANOS, ctx::close);
  }

  private void alarm(ChannelHandlerContext ctx, long nanos, Runnable action) {
    calm();
    alarm = ctx.executor().schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  private void calm() {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (answer != null && discarded < 0) {
      held.add(part);
      ctx.channel().config().setAutoRead(false);
      return;
    }
    try {
      take(ctx, part);
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  private void take(ChannelHandlerContext ctx, HttpObject part) {
    if (discarded >= 0) {
      discard(ctx, part);
    } else if (part.decoderResult().isFailure()) {
      section = section == null ? sections.apply("/") : section;
      refuse(ctx, Untaken.MALFORMED, Then.CLOSE);
    } else if (part instanceof HttpRequest request) {
      begin(ctx, request);
    }
    if (discarded < 0 && part instanceof HttpContent content && head != null) {
      add(ctx, content);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    head = request;
    path = path(request.uri());
    section = sections.apply(path);
    body = ctx.alloc().heapBuffer();
    alarm(ctx, HttpLimits.REQUEST_NANOS, () -> refuse(ctx, Untaken.TOO_SLOW, Then.CLOSE));
    if (HttpUtil.getContentLength(request, 0L) > section.bodyBytesMax()) {
      refuse(ctx, Untaken.TOO_LARGE, Then.CLOSED_ELSEWHERE);
    } else if (HttpUtil.is100ContinueExpected(request)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  /** The path of a request line, or one that nobody knows. */
  private static String path(String uri) {
    try {
      return new QueryStringDecoder(uri).path();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private void add(ChannelHandlerContext ctx, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    int size = content.content().readableBytes();
    if (body.readableBytes() + size > section.bodyBytesMax()) {
      refuse(ctx, Untaken.TOO_LARGE, last ? Then.CLOSE : Then.CLOSED_ELSEWHERE);
    } else if (!budget.take(size)) {
      refuse(ctx, Untaken.NO_ROOM, last ? Then.CLOSE : Then.CLOSED_ELSEWHERE);
    } else {
      body.writeBytes(content.content());
      if (last) {
        serve(ctx);
      }
    }
  }

  private void serve(ChannelHandlerContext ctx) {
    calm();
    long size = body.readableBytes();
    HttpQuery query =
        new HttpQuery(
            (InetSocketAddress) ctx.channel().remoteAddress(),
            head,
            path,
            body,
            () -> budget.giveBack(size));
    answer = answer(ctx, HttpUtil.isKeepAlive(head) ? Then.NEXT_REQUEST : Then.CLOSE);
    HttpSection serving = section;
    forget();
    serving.serve(query, answer);
  }

  private ConnectionAnswer answer(ChannelHandlerContext ctx, Then then) {
    boolean old = head != null && head.protocolVersion().minorVersion() == 0;
    return new ConnectionAnswer(
        ctx.channel(),
        old ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1,
        then,
        () -> ctx.executor().execute(() -> ended(ctx)));
  }

  /**
   * Says why, and throws away what still comes: were the connection closed at once, the peer might
   * never hear it.
   */
  private void refuse(ChannelHandlerContext ctx, Untaken why, Then then) {
    if (answer != null) {
      return;
    }
    discarded = 0;
    answer = answer(ctx, then);
    HttpPage page = section.refusal(why);
    dropBody();
    forget();
    alarm(ctx, HttpLimits.REQUEST_NANOS, ctx::close);
    answer.whole(page);
  }

  private void discard(ChannelHandlerContext ctx, HttpObject part) {
    if (part instanceof HttpContent content) {
      discarded += content.content().readableBytes();
    }
    boolean over = discarded > HttpLimits.DISCARDED_BYTES || part instanceof LastHttpContent;
    if (over || part.decoderResult().isFailure()) {
      ctx.close();
    }
  }

  private void forget() {
    head = null;
    section = null;
    body = null;
  }

  private void dropBody() {
    if (body != null) {
      budget.giveBack(body.readableBytes());
      body.release();
      body = null;
    }
  }

  private void ended(ChannelHandlerContext ctx) {
    if (discarded >= 0 || !ctx.channel().isActive()) {
      return;
    }
    answer = null;
    awaitRequest(ctx);
    while (answer == null && !held.isEmpty()) {
      HttpObject part = held.poll();
      try {
        take(ctx, part);
      } finally {
        ReferenceCountUtil.release(part);
      }
    }
    if (held.isEmpty()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (answer != null && ctx.channel().isWritable()) {
      answer.moved();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    calm();
    dropBody();
    held.forEach(ReferenceCountUtil::release);
    held.clear();
    if (answer != null) {
      answer.lost();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    if (thrown instanceof DecoderException && section != null) {
      refuse(ctx, Untaken.MALFORMED, Then.CLOSE);
    } else {
      ctx.close();
    }
  }
}
