package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.btrdb.api.v5.BTrDBGrpc;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every method of the contract by REST, against a node. */
@Timeout(120)
class RestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static InProcessNodes nodes;

  private final UUID stream = UUID.randomUUID();
  private final UUID other = UUID.randomUUID();
  private final String collection = "rest/" + stream;

  /** Paths of the methods that answered, and of those that refused a mistake as they should. */
  private final Set<String> worked = new TreeSet<>();

  private final Set<String> refused = new TreeSet<>();

  @BeforeAll
  static void start() {
    nodes = new InProcessNodes(folder, 2).found("n1");
  }

  @AfterAll
  static void stop() {
    nodes.close();
    CLIENT.close();
  }

  private static HttpRequest.Builder request(String method) {
    return HttpRequest.newBuilder(URI.create("http://" + nodes.http("n1") + "/v5/" + method))
        .header("Content-Type", "application/json");
  }

  private static HttpResponse<String> post(String method, String body) throws Exception {
    return CLIENT.send(
        request(method).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** The lines of a successful answer; names in the body are replaced by this test's own. */
  private List<JsonNode> lines(String method, String body) throws Exception {
    HttpResponse<String> answer = post(method, filled(body));
    assertEquals(200, answer.statusCode(), answer.body());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : answer.body().split("\n")) {
      JsonNode message = JSON.readTree(line);
      assertFalse(message.has("stat"), line);
      lines.add(message);
    }
    worked.add(method);
    return lines;
  }

  private String filled(String body) {
    return body.replace("STREAM", stream.toString())
        .replace("OTHER", other.toString())
        .replace("COLLECTION", collection);
  }

  private JsonNode one(String method, String body) throws Exception {
    List<JsonNode> lines = lines(method, body);
    assertEquals(1, lines.size());
    return lines.get(0);
  }

  private void refused(int status, int code, String method, String body) throws Exception {
    HttpResponse<String> answer = post(method, filled(body));
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(
        code, JSON.readTree(answer.body()).path("stat").path("code").asInt(), answer.body());
    refused.add(method);
  }

  // ------------------------------------------------------------------------------ every method

  @Test
  void shouldServeEveryMethodOfTheContract() throws Throwable {
    Map<String, Executable> methods = new LinkedHashMap<>();
    methods.put("Info", this::info);
    methods.put("Create", this::create);
    methods.put("Insert", this::insert);
    methods.put("RawValues", this::rawValues);
    methods.put("Flush", this::flush);
    methods.put("Windows", this::windows);
    methods.put("AlignedWindows", this::alignedWindows);
    methods.put("Nearest", this::nearest);
    methods.put("Changes", this::changes);
    methods.put("StreamInfo", this::streamInfo);
    methods.put("SetStreamTags", this::setStreamTags);
    methods.put("SetStreamAnnotations", this::setStreamAnnotations);
    methods.put("ListCollections", this::listCollections);
    methods.put("LookupStreams", this::lookupStreams);
    methods.put("GetMetadataUsage", this::getMetadataUsage);
    methods.put(
        "ArrowRawValues", () -> arrow("arrowrawvalues", "\"start\":\"0\",\"end\":\"9999\""));
    methods.put("ArrowInsert", this::arrowInsert);
    methods.put("MultiRawValues", this::multiRawValues);
    methods.put("ArrowMultiValues", () -> arrow("arrowmultivalues", "\"start\":0,\"end\":9999"));
    methods.put(
        "ArrowWindows", () -> arrow("arrowwindows", "\"start\":0,\"end\":4000,\"width\":1000"));
    methods.put(
        "ArrowAlignedWindows",
        () -> arrow("arrowalignedwindows", "\"start\":0,\"end\":8192,\"pointWidth\":10"));
    methods.put("GenerateCSV", this::generateCsv);
    methods.put("Subscribe", this::subscribe);
    methods.put("SQLQuery", this::sqlQuery);
    methods.put("SetCompactionConfig", this::setCompactionConfig);
    methods.put("GetCompactionConfig", this::getCompactionConfig);
    methods.put("FaultInject", () -> refused(403, 424, "faultinject", "{\"type\":1}"));
    methods.put("Delete", this::delete);
    methods.put("Obliterate", this::obliterate);

    Set<String> contract =
        BTrDBGrpc.getServiceDescriptor().getMethods().stream()
            .map(method -> method.getBareMethodName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(contract, new TreeSet<>(methods.keySet()));
    for (Map.Entry<String, Executable> method : methods.entrySet()) {
      try {
        method.getValue().execute();
      } catch (Throwable e) {
        throw new AssertionError(method.getKey() + ": " + e.getMessage(), e);
      }
    }
    assertDocumented(contract);
  }

  /** The column REST of docs/compatibility.md says what has just been seen. */
  private void assertDocumented(Set<String> contract) throws IOException {
    Map<String, String> documented = new TreeMap<>();
    int column = -1;
    for (String line : Files.readAllLines(Path.of("..", "docs", "compatibility.md"))) {
      List<String> cells = Stream.of(line.split("\\|")).map(String::strip).toList();
      if (cells.contains("REST")) {
        column = cells.indexOf("REST");
      } else if (column > 0 && cells.size() > column) {
        for (String method : cells.get(1).split(", ")) {
          documented.put(method, cells.get(column));
        }
      }
    }
    Map<String, String> seen = new TreeMap<>();
    for (String method : contract) {
      String path = method.toLowerCase(Locale.ROOT);
      String works = worked.contains(path) ? "works" : "refused unless configured";
      seen.put(method, works + (refused.contains(path) ? ", codes" : ""));
    }
    documented.keySet().retainAll(contract);
    assertEquals(seen, documented);
  }

  private void info() throws Exception {
    JsonNode info = one("info", "");
    assertEquals(5, info.get("majorVersion").asInt());
    assertTrue(info.get("minorVersion").asInt() >= 30);
    assertTrue(info.get("mash").get("members").get(0).get("hash").isIntegralNumber());
  }

  private void create() throws Exception {
    String body =
        """
        {"uuid": "%s", "collection": "COLLECTION",
         "tags": [{"key": "name", "val": {"value": "%s"}}, {"key": "unit", "val": {"value": "V"}}],
         "annotations": [{"key": "site", "val": {"value": "north \\u20ac"}}]}""";
    one("create", body.formatted("STREAM", "a"));
    one("create", body.formatted("OTHER", "b"));
    refused(409, 417, "create", body.formatted("STREAM", "a"));
  }

  private void insert() throws Exception {
    JsonNode inserted =
        one(
            "insert",
            """
            {"uuid": "STREAM", "values": [{"time": 1000, "value": 1.5}, {"time": "2000", "value": -2},
             {"time": 3e3, "value": "1e-3"}], "mergePolicy": "REPLACE"}""");
    assertEquals("10", inserted.get("versionMajor").asText());
    assertTrue(inserted.get("versionMajor").isTextual());
    assertEquals("3", inserted.get("versionMinor").asText());
    refused(
        400, 425, "insert", "{\"uuid\":\"STREAM\",\"values\":[{\"time\":1,\"value\":\"NaN\"}]}");
  }

  private void rawValues() throws Exception {
    JsonNode points = one("rawvalues", "{\"uuid\":\"STREAM\",\"start\":0,\"end\":\"5000\"}");
    assertEquals(
        "[{\"time\":\"1000\",\"value\":1.5},{\"time\":\"2000\",\"value\":-2.0},"
            + "{\"time\":\"3000\",\"value\":0.001}]",
        points.get("values").toString());
  }

  private void flush() throws Exception {
    assertEquals("11", one("flush", "{\"uuid\":\"STREAM\"}").get("versionMajor").asText());
  }

  private void windows() throws Exception {
    JsonNode windows =
        one("windows", "{\"uuid\":\"STREAM\",\"start\":0,\"end\":4000,\"width\":2000}");
    assertEquals("11", windows.get("versionMajor").asText());
    assertEquals(
        "{\"time\":\"2000\",\"min\":-2.0,\"mean\":-0.9995,\"max\":0.001,\"count\":\"2\","
            + "\"stddev\":1.0005}",
        windows.get("values").get(1).toString());
    refused(400, 415, "windows", "{\"uuid\":\"STREAM\",\"end\":5}");
  }

  private void alignedWindows() throws Exception {
    JsonNode windows =
        one("alignedwindows", "{\"uuid\":\"STREAM\",\"start\":0,\"end\":4096,\"pointWidth\":12}");
    assertEquals("3", windows.get("values").get(0).get("count").asText());
  }

  private void nearest() throws Exception {
    assertEquals(
        "2000",
        one("nearest", "{\"uuid\":\"STREAM\",\"time\":2001,\"backward\":true}")
            .get("value")
            .get("time")
            .asText());
    refused(404, 401, "nearest", "{\"uuid\":\"STREAM\",\"time\":3001}");
  }

  private void changes() throws Exception {
    JsonNode changes = one("changes", "{\"uuid\":\"STREAM\",\"fromMajor\":10,\"toMajor\":11}");
    assertEquals(1, changes.get("ranges").size());
    assertTrue(changes.get("ranges").get(0).get("start").asLong() <= 1_000);
  }

  private void streamInfo() throws Exception {
    JsonNode info = one("streaminfo", "{\"uuid\":\"STREAM\"}");
    assertEquals(collection, info.get("descriptor").get("collection").asText());
    assertEquals("11", info.get("versionMajor").asText());
    byte[] uuid = info.get("descriptor").get("uuid").binaryValue();
    assertEquals(16, uuid.length);
    // What is answered may be asked with.
    assertEquals(
        info, one("streaminfo", "{\"uuid\":\"" + Base64.getEncoder().encodeToString(uuid) + "\"}"));
    assertEquals("north €", annotation(info));
  }

  private static String annotation(JsonNode info) {
    return info.get("descriptor").get("annotations").get(0).get("val").get("value").asText();
  }

  private void setStreamTags() throws Exception {
    one(
        "setstreamtags",
        """
        {"uuid": "STREAM", "expectedPropertyVersion": 1, "collection": "COLLECTION",
         "tags": [{"key": "name", "val": {"value": "c"}}, {"key": "unit", "val": {"value": "A"}}]}""");
    refused(
        412,
        423,
        "setstreamtags",
        "{\"uuid\":\"STREAM\",\"expectedPropertyVersion\":1,\"collection\":\"COLLECTION\"}");
  }

  private void setStreamAnnotations() throws Exception {
    one(
        "setstreamannotations",
        "{\"uuid\":\"STREAM\",\"changes\":[{\"key\":\"site\",\"val\":{\"value\":\"south\"}}]}");
    JsonNode info = one("streaminfo", "{\"uuid\":\"STREAM\"}");
    assertEquals("south", annotation(info));
    assertEquals("3", info.get("descriptor").get("propertyVersion").asText());
  }

  private void listCollections() throws Exception {
    assertEquals(
        "[\"" + collection + "\"]",
        one("listcollections", "{\"prefix\":\"COLLECTION\"}").get("collections").toString());
  }

  private void lookupStreams() throws Exception {
    JsonNode found =
        one(
            "lookupstreams",
            """
            {"collection": "rest/", "isCollectionPrefix": true, "tags": [{"key": "unit",
             "val": {"value": "A"}}, {"key": "name"}], "annotations": [{"key": "site"}]}""");
    assertEquals(1, found.get("results").size());
    assertEquals(collection, found.get("results").get(0).get("collection").asText());
    assertEquals(0, one("lookupstreams", "{\"collection\":\"no/such\"}").get("results").size());
  }

  private void getMetadataUsage() throws Exception {
    JsonNode usage = one("getmetadatausage", "{\"prefix\":\"COLLECTION\"}");
    assertEquals("site", usage.get("annotations").get(0).get("key").asText());
    assertEquals("2", usage.get("annotations").get(0).get("count").asText());
  }

  private void arrow(String method, String more) throws Exception {
    boolean several = method.contains("multi");
    String uuid = several ? "[\"STREAM\",\"OTHER\"]" : "\"STREAM\"";
    for (JsonNode line : lines(method, "{\"uuid\":" + uuid + "," + more + "}")) {
      byte[] bytes = line.get("arrowBytes").binaryValue();
      // A stream of Arrow begins with its marker of continuation and ends with one and a zero.
      assertEquals(-1, bytes[0]);
      assertEquals(0, bytes[bytes.length - 1]);
      assertEquals(-1, bytes[bytes.length - 8]);
    }
  }

  private void arrowInsert() throws Exception {
    JsonNode read = one("arrowrawvalues", "{\"uuid\":\"STREAM\",\"start\":0,\"end\":2500}");
    JsonNode inserted =
        one(
            "arrowinsert",
            "{\"uuid\":\"OTHER\",\"arrowBytes\":" + read.get("arrowBytes").toString() + "}");
    assertEquals("2", inserted.get("versionMinor").asText());
    refused(400, 421, "arrowinsert", "{\"uuid\":\"OTHER\",\"arrowBytes\":\"AAAA\"}");
  }

  private void multiRawValues() throws Exception {
    JsonNode rows =
        one("multirawvalues", "{\"uuid\":[\"STREAM\",\"OTHER\"],\"start\":0,\"end\":5000}");
    assertEquals(
        "[{\"time\":\"1000\",\"value\":[1.5,1.5]},{\"time\":\"2000\",\"value\":[-2.0,-2.0]},"
            + "{\"time\":\"3000\",\"value\":[0.001,\"NaN\"]}]",
        rows.get("values").toString());
    assertEquals("[\"11\",\"10\"]", rows.get("versionMajor").toString());
  }

  private void generateCsv() throws Exception {
    List<JsonNode> rows =
        lines(
            "generatecsv",
            """
            {"queryType": "RAW_QUERY", "startTime": 0, "endTime": 5000,
             "streams": [{"uuid": "STREAM", "label": "one"}, {"uuid": "OTHER", "label": "two"}]}""");
    assertTrue(rows.get(0).get("isHeader").asBoolean());
    assertEquals("one", rows.get(0).get("row").get(2).asText());
    assertEquals(4, rows.size());
    assertEquals("1.500000", rows.get(1).get("row").get(2).asText());
  }

  /** The answer begins before anything is inserted, and goes on until the reader goes. */
  private void subscribe() throws Exception {
    HttpResponse<InputStream> answer =
        CLIENT.send(
            request("subscribe")
                .POST(BodyPublishers.ofString(filled("{\"uuid\":[\"STREAM\"]}")))
                .build(),
            BodyHandlers.ofInputStream());
    assertEquals(200, answer.statusCode());
    assertEquals("1", answer.headers().firstValue("btrdb-subscribed").orElse(""));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < 3; i++) {
        one(
            "insert",
            "{\"uuid\":\"STREAM\",\"values\":[{\"time\":" + (4_000 + i) + ",\"value\":7}]}");
        JsonNode news = JSON.readTree(lines.readLine());
        assertEquals(
            "[{\"time\":\"" + (4_000 + i) + "\",\"value\":7.0}]", news.get("values").toString());
      }
    }
    awaitNobody("Subscribe");
    worked.add("subscribe");
    refused(404, 404, "subscribe", "{\"uuid\":[\"" + UUID.randomUUID() + "\"]}");
  }

  private void sqlQuery() throws Exception {
    JsonNode answer =
        one(
            "sqlquery",
            """
            {"query": "select collection, uuid from streams where uuid = $1", "params": ["STREAM"]}""");
    JsonNode row = JSON.readTree(answer.get("SQLQueryRow").get(0).binaryValue());
    assertEquals(collection, row.get("collection").asText());
    assertEquals(stream.toString(), row.get("uuid").asText());
    refused(400, 441, "sqlquery", "{\"query\": \"select nmae from streams\"}");
  }

  /** Not before the shard's log is at the level that knows of it, which its leader sees to. */
  private void setCompactionConfig() throws Exception {
    String nothing = filled("{\"uuid\":\"STREAM\"}");
    while (post("setcompactionconfig", nothing).statusCode() == 501) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    one(
        "setcompactionconfig",
        """
        {"uuid": "STREAM",
         "reducedResolutionRanges": [{"Start": 0, "End": "1024", "Resolution": 4}]}""");
  }

  private void getCompactionConfig() throws Exception {
    JsonNode config = one("getcompactionconfig", "{\"uuid\":\"STREAM\"}");
    assertEquals(
        "[{\"Start\":\"0\",\"End\":\"1024\",\"Resolution\":4}]",
        config.get("reducedResolutionRanges").toString());
    assertEquals("11", config.get("LatestMajorVersion").asText());
  }

  private void delete() throws Exception {
    JsonNode deleted = one("delete", "{\"uuid\":\"STREAM\",\"start\":0,\"end\":3500}");
    assertEquals("13", deleted.get("versionMajor").asText());
    JsonNode left = one("rawvalues", "{\"uuid\":\"STREAM\",\"start\":2000,\"end\":9999}");
    assertEquals(3, left.get("values").size());
  }

  private void obliterate() throws Exception {
    one("obliterate", "{\"uuid\":\"STREAM\"}");
    refused(404, 404, "streaminfo", "{\"uuid\":\"STREAM\"}");
    refused(404, 404, "rawvalues", "{\"uuid\":\"STREAM\",\"start\":0,\"end\":1}");
  }

  // ---------------------------------------------------------------------------------- mistakes

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nosuchmethod | {} | 404 | 501",
        "RawValues | {} | 404 | 501",
        "rawvalues | {\"uuid\" | 400 | 421",
        "rawvalues | {\"stream\":\"\"} | 400 | 421",
        "rawvalues | [] | 400 | 421",
        "rawvalues | {\"uuid\":\"STREAM\",\"start\":5,\"end\":5} | 400 | 413",
        "rawvalues | {\"uuid\":\"STREAM\",\"start\":0,\"end\":5} | 404 | 404",
        "streaminfo | {\"uuid\":\"AAAA\"} | 400 | 421",
        "subscribe | {\"op\":\"ADD_UUIDS\"} | 400 | 421"
      })
  void shouldSayWhatIsWrong(String method, String body, int status, int code) throws Exception {
    refused(status, code, method, body);
  }

  @Test
  void shouldTakeJsonByPostOnly() throws Exception {
    for (String type : List.of("text/plain", "application/json; charset=latin1", "text/json")) {
      HttpResponse<String> answer =
          CLIENT.send(
              request("info")
                  .setHeader("Content-Type", type)
                  .POST(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString());
      assertEquals(415, answer.statusCode(), type);
    }
    HttpResponse<String> good =
        CLIENT.send(
            request("info")
                .setHeader("Content-Type", "Application/JSON; charset=\"UTF-8\"")
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    assertEquals(200, good.statusCode());
    for (String method : List.of("GET", "PUT", "OPTIONS", "DELETE")) {
      HttpResponse<String> answer =
          CLIENT.send(
              request("info").method(method, BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      assertEquals(405, answer.statusCode(), method);
      assertEquals("POST", answer.headers().firstValue("Allow").orElse(""));
      assertNull(answer.headers().map().get("access-control-allow-origin"));
    }
  }

  @Test
  void shouldTakeBodiesUpToItsLimit() throws Exception {
    StringBuilder points = new StringBuilder("{\"uuid\":\"" + stream + "\",\"values\":[{}");
    for (int i = 0; i < 65_536; i++) {
      points
          .append(",{\"time\":\"17000000000")
          .append(i)
          .append("\",\"value\":")
          .append(i)
          .append('}');
    }
    refused(413, 414, "insert", points + "]}");
    refused(413, 421, "insert", " ".repeat(25 << 20));
  }

  // --------------------------------------------------------------------------------- streaming

  @Test
  void shouldStreamLinesAndCompressThem() throws Exception {
    create();
    for (int block = 0; block < 3; block++) {
      StringBuilder points = new StringBuilder("{\"uuid\":\"" + stream + "\",\"values\":[");
      for (int i = 0; i < 10_000; i++) {
        int time = block * 10_000 + i;
        points.append(i == 0 ? "" : ",").append("{\"time\":").append(time).append(",\"value\":1}");
      }
      ByteArrayOutputStream zipped = new ByteArrayOutputStream();
      try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
        zip.write((points + "]}").getBytes(StandardCharsets.UTF_8));
      }
      HttpResponse<String> inserted =
          CLIENT.send(
              request("insert")
                  .header("Content-Encoding", "gzip")
                  .POST(BodyPublishers.ofByteArray(zipped.toByteArray()))
                  .build(),
              BodyHandlers.ofString());
      assertEquals(200, inserted.statusCode(), inserted.body());
    }
    String query = filled("{\"uuid\":\"STREAM\",\"start\":0,\"end\":30000}");
    List<JsonNode> lines = lines("rawvalues", query);
    assertEquals(6, lines.size());
    HttpResponse<byte[]> compressed =
        CLIENT.send(
            request("rawvalues")
                .header("Accept-Encoding", "gzip")
                .POST(BodyPublishers.ofString(query))
                .build(),
            BodyHandlers.ofByteArray());
    assertEquals("gzip", compressed.headers().firstValue("Content-Encoding").orElse(""));
    assertEquals(
        "application/x-ndjson", compressed.headers().firstValue("Content-Type").orElse(""));
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes();
    String[] again = new String(plain, StandardCharsets.UTF_8).split("\n");
    int next = 0;
    for (int i = 0; i < again.length; i++) {
      assertEquals(lines.get(i), JSON.readTree(again[i]));
      for (JsonNode point : lines.get(i).get("values")) {
        assertEquals(next++, point.get("time").asInt());
      }
    }
    assertEquals(30_000, next);
  }

  @Test
  void shouldEndAQueryWhoseReaderGoes() throws Exception {
    create();
    String body =
        filled("{\"uuid\":\"STREAM\",\"start\":0,\"end\":\"1000000000000\",\"width\":\"10000\"}");
    try (Socket socket = socket()) {
      socket
          .getOutputStream()
          .write(
              ("POST /v5/windows HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      String start = new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII);
      assertEquals("HTTP/1.1 200 OK", start);
      assertTrue(inFlight("Windows") > 0);
    }
    awaitNobody("Windows");
  }

  private static Socket socket() throws IOException {
    URI door = URI.create("http://" + nodes.http("n1"));
    return new Socket(door.getHost(), door.getPort());
  }

  private static void awaitNobody(String method) throws Exception {
    while (inFlight(method) > 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static int inFlight(String method) throws Exception {
    String metrics =
        CLIENT
            .send(
                HttpRequest.newBuilder(URI.create("http://" + nodes.http("n1") + "/metrics"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    String gauge = "btrdb_door_in_flight{method=\"" + method + "\"} ";
    return metrics
        .lines()
        .filter(line -> line.startsWith(gauge))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(gauge.length())))
        .sum();
  }

  @Test
  void shouldDescribeItself() throws Exception {
    JsonNode document =
        JSON.readTree(
            CLIENT.send(request("openapi.json").GET().build(), BodyHandlers.ofString()).body());
    assertEquals(
        BTrDBGrpc.getServiceDescriptor().getMethods().size(), document.get("paths").size());
    BTrDBGrpc.getServiceDescriptor()
        .getMethods()
        .forEach(
            method ->
                assertTrue(
                    document
                        .get("paths")
                        .has("/v5/" + method.getBareMethodName().toLowerCase(Locale.ROOT))));
  }
}
