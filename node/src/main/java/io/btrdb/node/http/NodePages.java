package io.btrdb.node.http;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD of {@code /metrics}, {@code /health/live}, {@code /health/ready} and of the
 * console ({@link ConsolePages}); 405 for other methods, 404 for other paths. A few threads and a
 * short queue: past them requests are refused, so that no scraper can weigh on the node.
 */
final class NodePages implements HttpSection, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodePages.class);
  private static final int THREADS = 2;
  private static final int QUEUE = 64;
  private static final int BODY_BYTES = 64 << 10;
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final Set<String> PATHS = Set.of("/metrics", "/health/live", "/health/ready");

  private final MetricRegistry registry;
  private final Readiness readiness;
  private final ConsolePages console;
  private final ThreadPoolExecutor threads;
  private final ObjectMapper json = new ObjectMapper();

  NodePages(MetricRegistry registry, Readiness readiness, ClusterStatusSource status) {
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
    Gauge<Integer> ready = () -> readiness.missing().isEmpty() ? 1 : 0;
    registry.gauge("btrdb_ready", () -> ready);
  }

  /** Whatever no other section knows. */
  @Override
  public boolean knows(String path) {
    return true;
  }

  @Override
  public int bodyBytesMax() {
    return BODY_BYTES;
  }

  @Override
  public HttpPage refusal(Untaken why) {
    return HttpPage.of(
        why.status(),
        HttpPage.TEXT,
        switch (why) {
          case TOO_LARGE -> "no request here has a body\n";
          case TOO_SLOW -> "the request did not come in time\n";
          case NO_ROOM -> "too many requests at once: try again\n";
          case MALFORMED -> "this is not HTTP, or too long a line or header\n";
        });
  }

  @Override
  public void serve(HttpQuery query, HttpAnswer answer) {
    query.close();
    try {
      threads.execute(() -> answer.whole(answered(query)));
    } catch (RejectedExecutionException e) {
      answer.whole(HttpPage.of(503, HttpPage.TEXT, "too many requests at once: try again\n"));
    }
  }

  private HttpPage answered(HttpQuery query) {
    try {
      return page(query);
    } catch (RuntimeException | IOException e) {
      LOG.error("{} failed", query.path(), e);
      return HttpPage.of(500, HttpPage.TEXT, "internal error, see this node's log\n");
    }
  }

  private HttpPage page(HttpQuery query) throws IOException {
    String path = query.path();
    if (!PATHS.contains(path) && !console.knows(path)) {
      return HttpPage.of(
          404,
          HttpPage.TEXT,
          "not here; there are /, /metrics, /health/live, /health/ready and /v5/\n");
    }
    if (!query.isRead()) {
      return HttpPage.of(405, HttpPage.TEXT, "only GET and HEAD\n")
          .with(Map.of("Allow", "GET, HEAD"));
    }
    return switch (path) {
      case "/metrics" -> HttpPage.of(200, METRICS, PrometheusText.of(registry));
      case "/health/live" -> HttpPage.of(200, HttpPage.JSON, "{\"live\":true}\n");
      case "/health/ready" -> ready();
      default -> console.page(query);
    };
  }

  private HttpPage ready() throws IOException {
    List<String> missing = readiness.missing();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ready", missing.isEmpty());
    body.put("reasons", missing);
    List<String> warnings = readiness.warnings();
    if (!warnings.isEmpty()) {
      body.put("warnings", warnings);
    }
    return HttpPage.of(
        missing.isEmpty() ? 200 : 503, HttpPage.JSON, json.writeValueAsString(body) + "\n");
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
