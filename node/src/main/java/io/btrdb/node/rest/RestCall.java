package io.btrdb.node.rest;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.http.HttpAnswer;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;

/**
 * One call, from its request as a message to the end of its answer. A stream's messages become
 * lines, each asked for when the network has taken the one before, so that a slow reader slows the
 * query and fills no memory; and a peer that goes takes its call with it.
 *
 * <p>The HTTP status is that of the first message. What goes wrong later is the last line.
 */
final class RestCall extends ClientCall.Listener<byte[]> {
  /** Newline-delimited JSON. */
  static final String LINES = "application/x-ndjson";

  /** What the node says when a subscription holds, before anything is inserted. */
  private static final Metadata.Key<String> SUBSCRIBED =
      Metadata.Key.of("btrdb-subscribed", Metadata.ASCII_STRING_MARSHALLER);

  private final RestMethod method;
  private final ClientCall<byte[], byte[]> call;
  private final HttpAnswer answer;
  private RestReply only;
  private boolean begun;

  private RestCall(RestMethod method, ClientCall<byte[], byte[]> call, HttpAnswer answer) {
    this.method = method;
    this.call = call;
    this.answer = answer;
  }

  /**
   * Makes the call. Its answer comes by the threads of its channel.
   *
   * @param call not started
   */
  static void start(
      RestMethod method,
      ClientCall<byte[], byte[]> call,
      Metadata headers,
      byte[] request,
      HttpAnswer answer) {
    RestCall listener = new RestCall(method, call, answer);
    call.start(listener, headers);
    answer.onGone(() -> call.cancel("the peer is gone", null));
    // A second one only to notice that there is none.
    call.request(method.streams() ? 1 : 2);
    call.sendMessage(request);
    call.halfClose();
  }

  @Override
  public void onHeaders(Metadata headers) {
    String holds = headers.get(SUBSCRIBED);
    if (holds != null) {
      begin(HttpStatuses.OK, Map.of(SUBSCRIBED.name(), holds));
    }
  }

  @Override
  public void onMessage(byte[] message) {
    RestReply reply = RestReply.of(method, message);
    if (!method.streams()) {
      only = reply;
      return;
    }
    int status = HttpStatuses.of(reply.code());
    begin(status, RestReply.headers(status));
    answer.write(reply.line());
    answer.onReady(() -> call.request(1));
  }

  private void begin(int status, Map<String, String> headers) {
    if (!begun) {
      begun = true;
      Map<String, String> all = new HashMap<>(headers);
      all.put("Cache-Control", "no-store");
      answer.begin(status, LINES, all);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (begun) {
      if (!status.isOk()) {
        answer.write(failed(status).line());
      }
      answer.end();
    } else if (!status.isOk()) {
      answer.whole(failed(status).page(HttpStatuses.of(status)));
    } else if (only != null) {
      answer.whole(only.page());
    } else {
      begin(HttpStatuses.OK, Map.of());
      answer.end();
    }
  }

  private static RestReply failed(Status status) {
    ErrorCode code = HttpStatuses.code(status);
    String text = status.getDescription();
    return RestReply.error(code, text == null ? status.getCode().name() : text);
  }
}
