package io.btrdb.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.v5.CreateResponse;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.node.http.HttpDoor;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** REST before a service that does what a test says. */
@Timeout(60)
class RestSectionTest {
  private static final Map<String, RestMethod> METHODS = RestMethod.all();

  /** A message of about 300 KB of JSON. */
  private static final byte[] CHUNK = chunk();

  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Consumer<Asked> behaviour = asked -> asked.answer(new byte[0]);
  private volatile boolean serving = true;
  private volatile Metadata headers;
  private volatile Context context;
  private Server server;
  private ManagedChannel channel;
  private RestSection rest;
  private HttpDoor door;

  private static byte[] chunk() {
    RawValuesResponse.Builder points = RawValuesResponse.newBuilder().setVersionMajor(10);
    for (int i = 0; i < 5_000; i++) {
      points.addValues(RawPoint.newBuilder().setTime(1_700_000_000_000_000_000L + i).setValue(i));
    }
    return points.build().toByteArray();
  }

  /** A call that the service has been given. */
  private record Asked(ServerCall<byte[], byte[]> call) {
    void answer(byte[] message) {
      call.sendHeaders(new Metadata());
      call.sendMessage(message);
      call.close(Status.OK, new Metadata());
    }
  }

  private volatile Runnable onReady = () -> {};
  private final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();

  private final class AnyMethod extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      String path = name.substring(name.indexOf('/') + 1).toLowerCase(java.util.Locale.ROOT);
      MethodDescriptor<byte[], byte[]> method = METHODS.get(path).descriptor();
      return ServerMethodDefinition.create(
          method,
          (call, metadata) -> {
            headers = metadata;
            context = Context.current();
            call.request(2);
            return new ServerCall.Listener<>() {
              @Override
              public void onHalfClose() {
                behaviour.accept(new Asked(call));
              }

              @Override
              public void onReady() {
                onReady.run();
              }

              @Override
              public void onCancel() {
                cancelled.complete(true);
              }
            };
          });
    }
  }

  @BeforeEach
  void open() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .fallbackHandlerRegistry(new AnyMethod())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
    rest =
        new RestSection(
            () -> serving ? Optional.<Channel>of(channel) : Optional.empty(),
            RestSection.Callers.ALL,
            "test");
    door =
        HttpDoor.open(
            "127.0.0.1",
            0,
            new MetricRegistry(),
            List::of,
            ClusterStatus::getDefaultInstance,
            rest);
  }

  @AfterEach
  void close() {
    door.close();
    rest.close();
    channel.shutdownNow();
    server.shutdownNow();
    client.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path));
  }

  private HttpResponse<String> post(String method, String... more) throws Exception {
    HttpRequest.Builder request =
        request("/v5/" + method)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"));
    if (more.length > 0) {
      request.headers(more);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Test
  void shouldPassOnWhoAsksAndHowAndNothingElse() throws Exception {
    post(
        "flush",
        "Authorization",
        "Bearer secret",
        "btrdb-no-forward",
        "1",
        "btrdb-max-staleness-ms",
        "250",
        "btrdb-forwarded",
        "1",
        "Grpc-Timeout",
        "20S");
    assertEquals("Bearer secret", headers.get(key("authorization")));
    assertEquals("1", headers.get(key("btrdb-no-forward")));
    assertEquals("250", headers.get(key("btrdb-max-staleness-ms")));
    assertEquals(null, headers.get(key("btrdb-forwarded")));
    assertNotNull(context.getDeadline());
    assertTrue(context.getDeadline().timeRemaining(TimeUnit.SECONDS) <= 20);
    post("flush");
    assertEquals(null, headers.get(key("authorization")));
    assertEquals(null, context.getDeadline());
    assertEquals(400, post("flush", "grpc-timeout", "soon").statusCode());
  }

  @Test
  void shouldTellStatusesOfTheServiceByHttpAndInTheBody() throws Exception {
    Map<Status, Integer> statuses =
        Map.of(
            Status.UNAUTHENTICATED.withDescription("invalid api key"),
            401,
            Status.PERMISSION_DENIED.withDescription("user does not"),
            403,
            Status.INVALID_ARGUMENT.withDescription("malformed"),
            400,
            Status.UNAVAILABLE,
            503,
            Status.INTERNAL,
            500);
    for (Map.Entry<Status, Integer> status : statuses.entrySet()) {
      for (String method : List.of("flush", "rawvalues")) {
        behaviour = asked -> asked.call().close(status.getKey(), new Metadata());
        HttpResponse<String> answer = post(method);
        assertEquals(status.getValue(), answer.statusCode());
        String text = status.getKey().getDescription();
        assertTrue(
            answer.body().contains(text == null ? status.getKey().getCode().name() : text),
            answer.body());
        assertTrue(answer.body().startsWith("{\"stat\":{\"code\":"), answer.body());
      }
    }
    behaviour = asked -> asked.call().close(Status.UNAUTHENTICATED, new Metadata());
    assertEquals("Bearer", post("info").headers().firstValue("WWW-Authenticate").orElse(""));
    behaviour =
        asked ->
            asked.answer(
                CreateResponse.newBuilder()
                    .setStat(io.btrdb.api.v5.Status.newBuilder().setCode(426).setMsg("busy"))
                    .build()
                    .toByteArray());
    HttpResponse<String> busy = post("rawvalues");
    assertEquals(429, busy.statusCode());
    assertEquals("1", busy.headers().firstValue("Retry-After").orElse(""));
    assertEquals(
        "{\"stat\":{\"code\":426,\"msg\":\"busy\"},\"versionMajor\":\"0\",\"versionMinor\":\"0\",\"values\":[]}\n",
        busy.body());
  }

  @Test
  void shouldSayInTheLastLineWhatWentWrongOnTheWay() throws Exception {
    behaviour =
        asked -> {
          asked.call().sendHeaders(new Metadata());
          asked.call().sendMessage(CHUNK);
          asked.call().close(Status.UNAVAILABLE.withDescription("lost it"), new Metadata());
        };
    HttpResponse<String> answer = post("rawvalues");
    assertEquals(200, answer.statusCode());
    String[] lines = answer.body().split("\n");
    assertEquals(2, lines.length);
    assertEquals("{\"stat\":{\"code\":419,\"msg\":\"lost it\"}}", lines[1]);
  }

  /** Of a thousand messages only as many are sent as the reader's network has room for. */
  @Test
  void shouldSendNoFasterThanItIsReadAndCancelWhenTheReaderGoes() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    behaviour =
        asked -> {
          asked.call().sendHeaders(new Metadata());
          onReady =
              () -> {
                while (asked.call().isReady() && sent.get() < 1_000) {
                  sent.incrementAndGet();
                  asked.call().sendMessage(CHUNK);
                }
              };
          onReady.run();
        };
    try (Socket socket = new Socket("127.0.0.1", door.port())) {
      String head =
          "POST /v5/rawvalues HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Content-Length: 2\r\n\r\n{}";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertEquals('H', in.read());
      int seen = -1;
      while (sent.get() != seen) {
        seen = sent.get();
        TimeUnit.MILLISECONDS.sleep(500);
      }
      assertTrue(seen < 500, seen + " messages of 300 KB wait for a reader");
      in.readNBytes(30_000_000);
      assertTrue(sent.get() > seen, "reading on lets it go on");
    }
    assertTrue(cancelled.get(30, TimeUnit.SECONDS));
    assertTrue(sent.get() < 1_000);
  }

  @Test
  void shouldSayThatItDoesNotServeYet() throws Exception {
    serving = false;
    HttpResponse<String> answer = post("info");
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("\"code\":419"), answer.body());
    assertEquals(200, get("/v5/openapi.json").statusCode());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  @Test
  void shouldServeThePageFromThisNodeAlone() throws Exception {
    HttpResponse<String> page = get("/v5/");
    assertEquals(200, page.statusCode());
    assertTrue(!page.body().contains("://"), "a link to elsewhere");
    assertTrue(
        page.headers()
            .firstValue("Content-Security-Policy")
            .orElse("")
            .startsWith("default-src 'self';"));
    for (String file : List.of("page.js", "swagger-ui.js", "swagger-ui.css", "openapi.json")) {
      assertTrue(file.equals("openapi.json") || page.body().contains("\"" + file + "\""), file);
      HttpResponse<String> answer = get("/v5/" + file);
      assertEquals(200, answer.statusCode(), file);
      String tag = answer.headers().firstValue("ETag").orElse("");
      HttpResponse<String> again =
          client.send(
              request("/v5/" + file).header("If-None-Match", tag).build(), BodyHandlers.ofString());
      assertEquals(304, again.statusCode(), file);
    }
    HttpResponse<String> bare = get("/v5");
    assertEquals(302, bare.statusCode());
    assertEquals("v5/", bare.headers().firstValue("Location").orElse(""));
    HttpResponse<String> posted =
        client.send(
            request("/v5/openapi.json").POST(BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertEquals(405, posted.statusCode());
  }
}
