package io.btrdb.node.rest;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.http.HttpAnswer;
import io.btrdb.node.http.HttpPage;
import io.btrdb.node.http.HttpQuery;
import io.btrdb.node.http.HttpSection;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything under {@code /v5/}: the methods of the service, by POST with a JSON object as the
 * body, and the pages about them. Thread-safe.
 *
 * <p>Only {@code application/json} is taken, so that a page of another site, which can send forms
 * but not that, has nothing to say to a node on its reader's machine.
 */
public final class RestSection implements HttpSection, AutoCloseable {
  /** An insert of 50,000 points takes 3 MiB, 16 MiB of Arrow 22. */
  static final int BODY_BYTES = 24 << 20;

  /** As large as a message that gRPC takes. */
  private static final int MESSAGE_BYTES = 16 << 20;

  /** Requests that are read at once, which is work for cores alone. */
  private static final int READERS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(RestSection.class);
  static final String ROOT = "/v5";

  /** From whom calls are taken: this port talks plain text. */
  public enum Callers {
    ALL,
    /** Those on this machine, such as a proxy that talks TLS with all others. */
    LOCAL
  }

  private final Supplier<Optional<Channel>> service;
  private final Callers callers;
  private final Map<String, RestMethod> methods = RestMethod.all();
  private final RestPages pages;
  private final Semaphore readers = new Semaphore(READERS);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("btrdb-rest-", 0).factory());

  /**
   * @param service where the service is called; empty while this node does not serve
   * @param version of the program, for the document
   */
  public RestSection(Supplier<Optional<Channel>> service, Callers callers, String version) {
    this.service = service;
    this.callers = callers;
    this.pages = new RestPages(methods.values(), version);
  }

  @Override
  public boolean knows(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  @Override
  public int bodyBytesMax() {
    return BODY_BYTES;
  }

  @Override
  public HttpPage refusal(Untaken why) {
    RestReply reply =
        switch (why) {
          case TOO_LARGE ->
              RestReply.error(
                  ErrorCode.WRONG_ARGUMENTS, "a body may have " + BODY_BYTES + " bytes");
          case TOO_SLOW ->
              RestReply.error(ErrorCode.CONTEXT_ERROR, "the request did not come in time");
          case NO_ROOM ->
              RestReply.error(
                  ErrorCode.RESOURCE_DEPLETED,
                  "requests of others take the memory that there is for them: try again");
          case MALFORMED ->
              RestReply.error(
                  ErrorCode.WRONG_ARGUMENTS, "the body does not uncompress as its header says");
        };
    return reply.page(why.status());
  }

  @Override
  public void serve(HttpQuery query, HttpAnswer answer) {
    try {
      threads.execute(() -> serveNow(query, answer));
    } catch (RejectedExecutionException e) {
      query.close();
      answer.breakOff();
    }
  }

  private void serveNow(HttpQuery query, HttpAnswer answer) {
    try (query) {
      String name = query.path().substring(Math.min(query.path().length(), ROOT.length() + 1));
      RestMethod method = methods.get(name);
      if (method != null && query.method().equals("POST")) {
        call(method, query, answer);
      } else {
        answer.whole(method == null ? page(name, query) : onlyPost(method));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.breakOff();
    } catch (RuntimeException e) {
      LOG.error("{} failed", query.path(), e);
      answer.whole(
          RestReply.error(ErrorCode.GENERIC_ERROR, "internal error, see this node's log").page());
    }
  }

  private HttpPage page(String name, HttpQuery query) {
    return pages
        .page(name, query)
        .orElseGet(
            () ->
                RestReply.error(
                        ErrorCode.NOT_IMPLEMENTED,
                        "there is no method " + name + ": see /v5/openapi.json for all")
                    .page(404));
  }

  private static HttpPage onlyPost(RestMethod method) {
    return RestReply.error(
            ErrorCode.WRONG_ARGUMENTS,
            method.name() + " is called by POST, with a JSON object as the body")
        .page(405)
        .with(Map.of("Allow", "POST"));
  }

  private void call(RestMethod method, HttpQuery query, HttpAnswer answer)
      throws InterruptedException {
    if (callers == Callers.LOCAL && !query.peer().getAddress().isLoopbackAddress()) {
      answer.whole(
          RestReply.error(
                  ErrorCode.UNAUTHORIZED,
                  "this node takes calls by TLS alone, and REST from its own machine")
              .page());
      return;
    }
    Optional<Channel> channel = service.get();
    if (channel.isEmpty()) {
      answer.whole(
          RestReply.error(
                  ErrorCode.CLUSTER_DEGRADED, "this node does not serve yet: see /health/ready")
              .page());
      return;
    }
    byte[] request;
    CallOptions options;
    try {
      options = PassedHeaders.options(query);
      request = request(method, query);
    } catch (JsonMistakeException e) {
      answer.whole(RestReply.error(ErrorCode.WRONG_ARGUMENTS, e.getMessage()).page());
      return;
    }
    if (request == null) {
      answer.whole(
          RestReply.error(
                  ErrorCode.WRONG_ARGUMENTS,
                  "the body must be JSON, and say so: Content-Type: application/json")
              .page(415));
      return;
    }
    query.close();
    ClientCall<byte[], byte[]> call = channel.get().newCall(method.descriptor(), options);
    RestCall.start(method, call, PassedHeaders.metadata(query), request, answer);
  }

  /** The request as a message; null when it is not of the type that is taken. */
  private byte[] request(RestMethod method, HttpQuery query)
      throws JsonMistakeException, InterruptedException {
    try {
      if (query.body().available() > 0 && !isJson(query.header("Content-Type"))) {
        return null;
      }
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    readers.acquire();
    try {
      return RequestJson.read(method.request(), query.body(), MESSAGE_BYTES);
    } finally {
      readers.release();
    }
  }

  private static boolean isJson(Optional<String> type) {
    String[] parts = type.orElse("").toLowerCase(Locale.ROOT).split(";", 2);
    boolean utf8 = parts.length == 1 || parts[1].replaceAll("[\\s\"]", "").equals("charset=utf-8");
    return parts[0].trim().equals("application/json") && utf8;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
