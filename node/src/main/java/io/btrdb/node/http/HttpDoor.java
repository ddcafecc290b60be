package io.btrdb.node.http;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD of {@code /metrics}, {@code /health/live}, {@code /health/ready} and of the
 * console ({@link ConsolePages}); 405 for other methods, 404 for other paths. A few threads and a
 * short queue: past them connections are closed, so that no scraper can weigh on the node.
 */
public final class HttpDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
  private static final int THREADS = 2;
  private static final int QUEUE = 64;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final MetricRegistry registry;
  private final Readiness readiness;
  private final ConsolePages console;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * Opens the port and serves.
   *
   * @param host address to listen on, loopback unless configured otherwise
   * @param port 0 takes a free one
   * @throws IOException when the port cannot be had; the message says what to do
   */
  public static HttpDoor open(
      String host,
      int port,
      MetricRegistry registry,
      Readiness readiness,
      ClusterStatusSource status)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), QUEUE);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on "
              + host
              + ":"
              + port
              + " for HTTP ("
              + e.getMessage()
              + "): stop what holds that port, perhaps another node, or configure another one",
          e);
    }
    Gauge<Integer> ready = () -> readiness.missing().isEmpty() ? 1 : 0;
    registry.gauge("btrdb_ready", () -> ready);
    HttpDoor door = new HttpDoor(server, registry, readiness, status);
    server.start();
    return door;
  }

  private HttpDoor(
      HttpServer server, MetricRegistry registry, Readiness readiness, ClusterStatusSource status) {
    this.server = server;
    this.registry = registry;
    this.readiness = readiness;
    this.console = new ConsolePages(status);
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(QUEUE),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("btrdb-http-" + number.getAndIncrement())
                    .unstarted(task));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  private record Page(int status, String type, String body) {}

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        String path = exchange.getRequestURI().getPath();
        if (console.knows(path) && isRead(exchange)) {
          console.answer(exchange);
        } else {
          send(exchange, page(exchange));
        }
      } catch (RuntimeException e) {
        LOG.error("{} failed", exchange.getRequestURI().getPath(), e);
        send(exchange, new Page(500, TEXT, "internal error, see this node's log\n"));
      }
    }
  }

  private static boolean isRead(HttpExchange exchange) {
    return List.of("GET", "HEAD").contains(exchange.getRequestMethod());
  }

  private Page page(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean known =
        List.of("/metrics", "/health/live", "/health/ready").contains(path) || console.knows(path);
    if (!known) {
      return new Page(
          404, TEXT, "not here; there are /, /metrics, /health/live and /health/ready\n");
    }
    if (!isRead(exchange)) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return new Page(405, TEXT, "only GET and HEAD\n");
    }
    return switch (path) {
      case "/metrics" -> new Page(200, METRICS, PrometheusText.of(registry));
      case "/health/live" -> new Page(200, JSON, "{\"live\":true}\n");
      default -> ready();
    };
  }

  private Page ready() throws IOException {
    List<String> missing = readiness.missing();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ready", missing.isEmpty());
    body.put("reasons", missing);
    List<String> warnings = readiness.warnings();
    if (!warnings.isEmpty()) {
      body.put("warnings", warnings);
    }
    return new Page(missing.isEmpty() ? 200 : 503, JSON, json.writeValueAsString(body) + "\n");
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", page.type());
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(page.status(), head ? -1 : body.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  /** The port that is open. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Closes the port and cuts off what is under way. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
