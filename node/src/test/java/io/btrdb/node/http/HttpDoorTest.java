package io.btrdb.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.btrdb.api.cluster.ClusterStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class HttpDoorTest {
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|summary)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "(\\{[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\""
              + "(?:,[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\")*\\})?"
              + " (NaN|[+-]Inf|-?[0-9.]+(?:E-?[0-9]+)?)");

  private final MetricRegistry registry = new MetricRegistry();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile List<String> missing = List.of();
  private HttpDoor door;

  @BeforeEach
  void open() throws IOException {
    door =
        HttpDoor.open("127.0.0.1", 0, registry, () -> missing, ClusterStatus::getDefaultInstance);
  }

  @AfterEach
  void close() {
    door.close();
    client.close();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  /** All samples by name and labels; fails on any line that the format does not know. */
  private Map<String, String> scrape() throws Exception {
    HttpResponse<String> page = send("GET", "/metrics");
    assertEquals(200, page.statusCode());
    assertTrue(page.headers().firstValue("Content-Type").orElse("").contains("version=0.0.4"));
    Map<String, String> samples = new HashMap<>();
    Set<String> families = new HashSet<>();
    String family = "";
    for (String line : page.body().split("\n")) {
      if (line.matches("# HELP \\w+ .+\\.")) {
        continue;
      }
      Matcher type = TYPE.matcher(line);
      if (type.matches()) {
        family = type.group(1);
        assertTrue(families.add(family), "family twice: " + line);
        continue;
      }
      Matcher sample = SAMPLE.matcher(line);
      assertTrue(sample.matches(), "not a sample: " + line);
      assertTrue(sample.group(1).startsWith(family), line + " is not of " + family);
      String labels = sample.group(2) == null ? "" : sample.group(2);
      assertEquals(null, samples.put(sample.group(1) + labels, sample.group(3)), line);
    }
    return samples;
  }

  @Test
  void shouldShowEveryKindOfMetricInThePrometheusFormat() throws Exception {
    registry.counter("plain.count-er").inc(3);
    registry.counter(MetricName.of("asked", "method", "Insert", "code", "0")).inc(2);
    registry.counter("asked_more").inc();
    registry.counter(MetricName.of("asked", "method", "a\"b\\c\nd", "code", "{}")).inc(1);
    registry.meter("marks").mark(7);
    Gauge<Double> gauge = () -> Double.POSITIVE_INFINITY;
    registry.register("level", gauge);
    Gauge<Boolean> flag = () -> true;
    registry.register("flag", flag);
    Gauge<String> text = () -> "not a number";
    registry.register("text", text);
    registry
        .timer(MetricName.of("latency", "method", "Insert"), LatencyTimer::new)
        .update(1500, TimeUnit.MILLISECONDS);
    registry.histogram("pause.nanos").update(2_000_000_000L);
    registry.histogram("batch").update(120);

    Map<String, String> samples = scrape();
    assertEquals("3", samples.get("plain_count_er_total"));
    assertEquals("2", samples.get("asked_total{method=\"Insert\",code=\"0\"}"));
    assertEquals("1", samples.get("asked_total{method=\"a\\\"b\\\\c\\nd\",code=\"{}\"}"));
    assertEquals("7", samples.get("marks_total"));
    assertEquals("+Inf", samples.get("level"));
    assertEquals("1", samples.get("flag"));
    assertEquals("1.5", samples.get("latency_seconds{method=\"Insert\",quantile=\"0.99\"}"));
    assertEquals("1.5", samples.get("latency_seconds_sum{method=\"Insert\"}"));
    assertEquals("1", samples.get("latency_seconds_count{method=\"Insert\"}"));
    assertEquals("2", samples.get("pause_seconds{quantile=\"0.5\"}"));
    assertEquals("120", samples.get("batch{quantile=\"0.5\"}"));
    assertEquals(null, samples.get("text"));
  }

  @Test
  void shouldShowSamplesThatAreCountedUpWhenAskedFor() throws Exception {
    registry.register(
        "here",
        (SampledMetric)
            out -> {
              out.add("here_total", () -> 3, "group", "shard-1");
              out.add("here_level", () -> 0.5, "group", "shard-1");
              out.add(
                  "here_level",
                  () -> {
                    throw new IllegalStateException("broken sample");
                  },
                  "group",
                  "shard-2");
            });
    Map<String, String> samples = scrape();
    assertEquals("3", samples.get("here_total{group=\"shard-1\"}"));
    assertEquals("0.5", samples.get("here_level{group=\"shard-1\"}"));
    assertEquals("NaN", samples.get("here_level{group=\"shard-2\"}"));
    assertTrue(send("GET", "/metrics").body().contains("# TYPE here_total counter\n"));
    assertTrue(send("GET", "/metrics").body().contains("# HELP btrdb_ready 1 while "));
  }

  @Test
  void shouldLiveWithAGaugeThatFails() throws Exception {
    registry.counter("good").inc();
    Gauge<Integer> broken =
        () -> {
          throw new IllegalStateException("broken gauge");
        };
    registry.register("broken", broken);
    assertEquals("1", scrape().get("good_total"));
    assertEquals("NaN", scrape().get("broken"));
  }

  @Test
  void shouldSayWhyANodeIsNotReady() throws Exception {
    assertEquals("{\"ready\":true,\"reasons\":[]}\n", send("GET", "/health/ready").body());
    missing = List.of("shard 3 has no \"leader\"");
    HttpResponse<String> page = send("GET", "/health/ready");
    assertEquals(503, page.statusCode());
    assertEquals(
        "{\"ready\":false,\"reasons\":[\"shard 3 has no \\\"leader\\\"\"]}\n", page.body());
    assertEquals(200, send("GET", "/health/live").statusCode());
  }

  @Test
  void shouldRefuseOtherPathsAndMethods() throws Exception {
    assertEquals(404, send("GET", "/nothing").statusCode());
    assertEquals(404, send("GET", "/metrics/x").statusCode());
    assertEquals(405, send("POST", "/metrics").statusCode());
    assertEquals("GET, HEAD", send("PUT", "/metrics").headers().firstValue("Allow").orElse(""));
    assertEquals(200, send("HEAD", "/metrics").statusCode());
  }

  @Test
  void shouldSayWhichPortIsTaken() {
    IOException taken =
        assertThrows(
            IOException.class,
            () ->
                HttpDoor.open(
                        "127.0.0.1",
                        door.port(),
                        registry,
                        List::of,
                        ClusterStatus::getDefaultInstance)
                    .close());
    assertTrue(taken.getMessage().contains(":" + door.port()), taken.getMessage());
  }

  // ------------------------------------------------------------------------------------ the wire

  /** Sends bytes as they are, and returns all that comes until the node closes. */
  private String talk(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", door.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void shouldAnswerRequestsThatCameTogetherOneAfterTheOther() throws Exception {
    String many =
        "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100)
            + "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    String answers = talk(many);
    assertEquals(100, count(answers, "HTTP/1.1 200 OK"));
    assertEquals(1, count(answers, "HTTP/1.1 404"));
    assertTrue(answers.lastIndexOf("HTTP/1.1 200") < answers.indexOf("HTTP/1.1 404"));
  }

  @Test
  void shouldSpeakTheOldVersion() throws Exception {
    String answer = talk("GET /health/live HTTP/1.0\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.0 200 OK\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n{\"live\":true}\n"), answer);
  }

  @Test
  void shouldCompressForThoseThatLikeIt() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/"))
            .header("Accept-Encoding", "gzip")
            .build();
    HttpResponse<byte[]> page = client.send(request, BodyHandlers.ofByteArray());
    assertEquals("gzip", page.headers().firstValue("Content-Encoding").orElse(""));
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(page.body())).readAllBytes();
    assertEquals(send("GET", "/").body(), new String(plain, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "'GET /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n', 413",
    "'GET /x HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\nExpect: 100-continue\r\n\r\n', 413",
    "'GET /x NOTHTTP\r\n\r\n', 400",
    "'GET /x HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\nabcdefghijkl', 400"
  })
  void shouldSayWhyItTakesARequestNoFurther(String request, int status) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", door.port())) {
      String bytes = request.replace("\\r", "\r").replace("\\n", "\n");
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      String first = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      assertEquals("HTTP/1.1 " + status, first);
    }
    assertEquals(200, send("GET", "/health/live").statusCode());
  }

  @Test
  void shouldLetAPeerThatSendsTooMuchHearWhy() throws Exception {
    String piece = "10000\r\n" + "x".repeat(65_536) + "\r\n";
    String answer =
        talk(
            "GET /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + piece.repeat(20)
                + "0\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
  }

  @Test
  void shouldRefuseHeadersWithoutEnd() throws Exception {
    String answer = talk("GET /x HTTP/1.1\r\nHost: " + "x".repeat(40_000) + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
  }
}
