package io.btrdb.node.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.btrdb.api.cluster.ClusterStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ConsolePagesTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile ClusterStatusSource source =
      () -> SampleStatus.healthy(16, "n1", "n2", "n3").build();
  private HttpDoor door;

  @BeforeEach
  void open() throws IOException {
    door = HttpDoor.open("127.0.0.1", 0, new MetricRegistry(), List::of, () -> source.status());
  }

  @AfterEach
  void close() {
    door.close();
    client.close();
  }

  private HttpResponse<byte[]> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console", "/console?x=1", "/console/console.js", "/api/cluster"})
  void shouldLetAPageLoadFromThisNodeOnly(String path) throws Exception {
    HttpResponse<byte[]> answer = send("GET", path);
    assertEquals(200, answer.statusCode());
    assertTrue(header(answer, "Content-Security-Policy").startsWith("default-src 'self';"));
    assertTrue(header(answer, "Content-Security-Policy").contains("frame-ancestors 'none'"));
    assertEquals("nosniff", header(answer, "X-Content-Type-Options"));
    assertEquals("", header(answer, "Access-Control-Allow-Origin"));
  }

  /** What the page and its modules ask for is there, with its type; nothing is of another site. */
  @Test
  void shouldServeEveryFileThatThePageIsMadeOf() throws Exception {
    String page = text(send("GET", "/"));
    assertFalse(page.contains("://"), "a link to elsewhere");
    assertFalse(Pattern.compile(" on[a-z]+=| style=|<style|<script>").matcher(page).find(), page);
    Matcher link = Pattern.compile("(?:href|src)=\"(console/[^\"]+)\"").matcher(page);
    while (link.find()) {
      HttpResponse<byte[]> file = send("GET", "/" + link.group(1));
      assertEquals(200, file.statusCode(), link.group(1));
      if (link.group(1).endsWith(".js")) {
        assertModules("/" + link.group(1));
      }
    }
    assertEquals(
        "text/css; charset=utf-8", header(send("GET", "/console/console.css"), "Content-Type"));
    assertEquals("image/svg+xml", header(send("GET", "/console/icon.svg"), "Content-Type"));
    assertArrayEquals(send("GET", "/").body(), send("GET", "/console").body());
  }

  private void assertModules(String path) throws Exception {
    HttpResponse<byte[]> module = send("GET", path);
    assertEquals(200, module.statusCode(), path);
    assertEquals("text/javascript; charset=utf-8", header(module, "Content-Type"));
    String script = text(module);
    assertFalse(script.contains("innerHTML") || script.contains("eval("), path);
    Matcher imported = Pattern.compile("from \"\\./([a-z]+\\.js)\"").matcher(script);
    while (imported.find()) {
      if (!path.endsWith(imported.group(1))) {
        assertModules("/console/" + imported.group(1));
      }
    }
  }

  @Test
  void shouldSendAFileOnlyWhenTheBrowserHasAnother() throws Exception {
    HttpResponse<byte[]> first = send("GET", "/console/console.css");
    String tag = header(first, "ETag");
    assertTrue(tag.matches("\"[0-9a-f]{24}\""), tag);
    assertEquals("no-cache", header(first, "Cache-Control"));
    HttpResponse<byte[]> again = send("GET", "/console/console.css", "If-None-Match", tag);
    assertEquals(304, again.statusCode());
    assertEquals(0, again.body().length);
    assertEquals(tag, header(again, "ETag"));
    assertEquals(
        200, send("GET", "/console/console.css", "If-None-Match", "\"other\"").statusCode());
    assertNotEquals(tag, header(send("GET", "/"), "ETag"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console/map.js", "/api/cluster"})
  void shouldAnswerHeadWithoutABody(String path) throws Exception {
    HttpResponse<byte[]> head = send("HEAD", path);
    assertEquals(200, head.statusCode());
    assertEquals(0, head.body().length);
    assertEquals(Integer.toString(send("GET", path).body().length), header(head, "Content-Length"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void shouldOnlyRead(String method) throws Exception {
    for (String path : List.of("/", "/console/console.js", "/api/cluster")) {
      HttpResponse<byte[]> answer = send(method, path);
      assertEquals(405, answer.statusCode(), path);
      assertEquals("GET, HEAD", header(answer, "Allow"));
    }
  }

  /** Sent as they are: an HTTP client would tidy them up first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/../console.js",
        "/console/..%2f..%2fio/btrdb/node/Main.class",
        "/console/%2e%2e/%2e%2e/etc/passwd",
        "/../../../../etc/passwd",
        "/console//etc/passwd",
        "/console/console.js%00.css",
        "/console/index.html",
        "/console/",
        "/index.html",
        "/api/cluster/",
        "/api"
      })
  void shouldFindNothingBesideItsFiles(String path) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String status = answer.readLine();
      assertTrue(status.startsWith("HTTP/1.1 404 "), path + ": " + status);
    }
  }

  @Test
  void shouldTellTheStatusAsJsonWithEveryField() throws Exception {
    HttpResponse<byte[]> answer = send("GET", "/api/cluster");
    assertEquals("application/json", header(answer, "Content-Type"));
    assertEquals("no-store", header(answer, "Cache-Control"));
    JsonNode status = new ObjectMapper().readTree(answer.body());
    assertEquals("grid-north", status.get("clusterName").asText());
    assertEquals(17, status.get("groups").size());
    assertEquals("n2", status.at("/groups/1/leader").asText());
    assertTrue(status.at("/groups/16/catalog").asBoolean());
    assertFalse(status.at("/groups/0/catalog").asBoolean(true));
    assertEquals(0, status.at("/groups/0/members/1/lagEntries").asLong(-1));
    assertEquals(500_000_000_000L, status.at("/nodes/0/diskTotalBytes").asLong());
    assertTrue(status.at("/nodes/0/verify").isNull());
    assertEquals(0, status.get("moves").size());
    assertEquals("good", status.at("/health/level").asText());
  }

  @Test
  void shouldKeepLargeNumbersAndEscapeText() throws Exception {
    source =
        () ->
            ClusterStatus.newBuilder()
                .setClusterName("</script>\"\\\n\u2028")
                .addNodes(SampleStatus.forming().getNodes(0).toBuilder().setDataBytes(-1))
                .build();
    JsonNode status = new ObjectMapper().readTree(send("GET", "/api/cluster").body());
    assertEquals("</script>\"\\\n\u2028", status.get("clusterName").asText());
    assertEquals("18446744073709551615", status.at("/nodes/0/dataBytes").asText());
  }

  @Test
  void shouldSayThatItFailedWhenTheStatusCannotBeTold() throws Exception {
    source =
        () -> {
          throw new IllegalStateException("broken");
        };
    HttpResponse<byte[]> answer = send("GET", "/api/cluster");
    assertEquals(500, answer.statusCode());
    assertFalse(text(answer).contains("broken"));
    assertEquals(200, send("GET", "/").statusCode());
  }
}
