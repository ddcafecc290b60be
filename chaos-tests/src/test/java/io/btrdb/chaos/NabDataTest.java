package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.verb.LoadCommand;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Point;
import io.btrdb.client.TimeBounds;
import io.btrdb.client.WindowCursor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/**
 * All 58 series of the Numenta Anomaly Benchmark, through the command line into three nodes and
 * back, against a program that reads the files by itself.
 */
@Timeout(300)
class NabDataTest {
  private static final int FILES = 58;
  private static final long DAY_NANOS = TimeUnit.DAYS.toNanos(1);
  private static final double RELATIVE_ERROR_MAX = 1e-9;

  /** Tests run in their module's folder; the data lies beside the project. */
  private static final Path DATA =
      Path.of("").toAbsolutePath().getParent().getParent().resolve("shared/data/nab/data");

  private static final Path SCRIPT = Path.of("nab", "expected.py").toAbsolutePath();

  @RegisterExtension static final ClusterUnderTest cluster = new ClusterUnderTest();

  private static List<Path> files = List.of();

  @BeforeAll
  static void load() throws IOException {
    assumeTrue(Files.isDirectory(DATA), () -> "SKIPPED: there is no data in " + DATA);
    try (Stream<Path> found = Files.walk(DATA)) {
      files = found.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
    List<String> arguments = new ArrayList<>();
    arguments.add("--collection=nab/{folder}");
    arguments.add("--endpoint=" + String.join(",", cluster.cluster().endpoints()));
    files.forEach(file -> arguments.add(file.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        new CommandLine(new LoadCommand(Terminal.of("", out, err)))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments.toArray(String[]::new));
    String said = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    assertEquals(0, exit, said);
    System.out.println(
        said.lines().reduce((first, last) -> last).orElse("").indent(2).stripTrailing());
  }

  private static BtrdbStream stream(Btrdb db, Path file) {
    String name = file.getFileName().toString().replaceFirst("\\.csv$", "");
    return db.find("nab/" + file.getParent().getFileName(), name).orElseThrow();
  }

  @Test
  void shouldHaveLoadedEveryFileAsAStream() {
    assertEquals(FILES, files.size());
    try (Btrdb db = cluster.connect()) {
      for (Path file : files) {
        assertTrue(stream(db, file).count() > 1_000, file.toString());
      }
    }
  }

  @Test
  void shouldAgreeWithAProgramThatReadsTheFilesItself() throws Exception {
    Optional<JsonNode> expected = expected();
    assumeTrue(expected.isPresent(), "SKIPPED: the independent computation needs python3");
    long points = 0;
    long windows = 0;
    try (Btrdb db = cluster.connect()) {
      for (Path file : files) {
        String name = DATA.relativize(file).toString().replace('\\', '/');
        JsonNode figures = expected.get().path(name);
        BtrdbStream stream = stream(db, file);
        List<Point> read = readBack(stream);
        assertEquals(figures.path("count").asInt(), read.size(), name);
        assertEquals(figures.path("digest").asText(), digest(read), name);
        checkWhole(name, figures, stream);
        windows += checkDays(name, figures.path("windows"), stream);
        points += read.size();
      }
    }
    System.out.printf(
        "  %d files agree: %,d raw values to the bit, %,d windows of a day%n",
        files.size(), points, windows);
  }

  private static Optional<JsonNode> expected() throws IOException, InterruptedException {
    Path answer = Files.createTempFile("nab-expected", ".json");
    try {
      Process python =
          new ProcessBuilder("python3", SCRIPT.toString(), DATA.toString())
              .redirectOutput(answer.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertEquals(0, python.waitFor(), SCRIPT.toString());
      return Optional.of(new ObjectMapper().readTree(answer.toFile()));
    } catch (IOException e) {
      if (e.getMessage() != null && e.getMessage().contains("Cannot run program")) {
        return Optional.empty();
      }
      throw e;
    } finally {
      Files.delete(answer);
    }
  }

  private static List<Point> readBack(BtrdbStream stream) {
    return Points.read(stream.latest(), TimeBounds.MIN, TimeBounds.MAX - 1).list();
  }

  private static String digest(List<Point> points) throws NoSuchAlgorithmException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    points.stream()
        .sorted(
            Comparator.comparingLong(Point::time)
                .thenComparingLong(point -> Double.doubleToRawLongBits(point.value())))
        .forEach(
            point ->
                sha.update(
                    ByteBuffer.allocate(16)
                        .putLong(point.time())
                        .putLong(Double.doubleToRawLongBits(point.value()))
                        .flip()));
    return HexFormat.of().formatHex(sha.digest());
  }

  /** One aligned window over everything. */
  private static void checkWhole(String name, JsonNode figures, BtrdbStream stream) {
    try (WindowCursor all = stream.alignedWindows(TimeBounds.MIN, TimeBounds.MAX, 62)) {
      assertTrue(all.next(), name);
      assertEquals(1, all.size(), name);
      assertWindow(
          name,
          all,
          0,
          List.of(
              figures.path("count"),
              figures.path("min"),
              figures.path("max"),
              figures.path("mean")));
      assertTrue(!all.next(), name);
    }
  }

  private static long checkDays(String name, JsonNode days, BtrdbStream stream) {
    long start = days.get(0).get(0).asLong();
    int next = 0;
    try (WindowCursor windows = stream.windows(start, start + days.size() * DAY_NANOS, DAY_NANOS)) {
      while (windows.next()) {
        for (int i = 0; i < windows.size(); i++) {
          JsonNode day = days.get(next++);
          assertEquals(day.get(0).asLong(), windows.start(i), name);
          assertWindow(
              name + " at " + windows.start(i),
              windows,
              i,
              List.of(day.get(1), day.get(2), day.get(3), day.get(4)));
        }
      }
    }
    assertEquals(days.size(), next, name);
    return next;
  }

  /**
   * @param expected count, min, max, mean
   */
  private static void assertWindow(
      String what, WindowCursor windows, int i, List<JsonNode> expected) {
    double mean = expected.get(3).asDouble();
    assertEquals(expected.get(0).asLong(), windows.count(i), what);
    assertEquals(expected.get(1).asDouble(), windows.min(i), what);
    assertEquals(expected.get(2).asDouble(), windows.max(i), what);
    assertEquals(mean, windows.mean(i), Math.abs(mean) * RELATIVE_ERROR_MAX + 1e-300, what);
  }

  @Test
  void shouldAnswerTheSameThroughEveryNode() {
    Map<Path, String> counts = new TreeMap<>();
    for (String node : cluster.nodes()) {
      try (Btrdb db = Btrdb.connect(cluster.cluster().endpoint(node))) {
        for (Path file : files) {
          BtrdbStream stream = stream(db, file);
          String answer = stream.count() + " " + stream.latest().earliest();
          assertEquals(counts.computeIfAbsent(file, first -> answer), answer, node + " " + file);
        }
      }
    }
  }
}
