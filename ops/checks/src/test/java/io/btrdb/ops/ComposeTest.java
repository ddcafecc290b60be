package io.btrdb.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The Compose cluster as a user runs it, from an image without a registry: it comes up, a container
 * is killed, nothing is lost.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ComposeTest {
  private static final Path FOLDER = Repository.ROOT.resolve("ops/compose");
  private static final Path ENGINE = Repository.ROOT.resolve("ops/checks/target/docker");
  private static final Duration STEP = Duration.ofMinutes(2);
  private static final String BASE = "btrdb-base:checks";
  private static final String IMAGE = "btrdb:checks";

  /** Another loopback address than the usual one, where a cluster of the developer's may run. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "BTRDB_IMAGE", IMAGE,
          "BTRDB_BIND", "127.0.0.77",
          "COMPOSE_PROJECT_NAME", "btrdb-checks");

  @Test
  void shouldConfigureEachNode() throws IOException {
    List<String> seen = new ArrayList<>();
    for (Path file : Repository.files("ops/compose/config", ".yaml")) {
      NodeConfig config = ConfigFile.read(file);
      assertEquals(file.getFileName().toString(), config.node() + ".yaml");
      assertEquals("0.0.0.0", config.self().host());
      assertEquals(config.node(), config.self().advertise());
      seen.add(config.node());
    }
    assertEquals(List.of("n1", "n2", "n3"), seen);
  }

  @Test
  void shouldLoseNothingWhenAContainerIsKilled() throws Exception {
    Tool docker = Tool.require("docker");
    Tool.require("dockerd");
    Tool.require("mmdebstrap");
    Path tarball = tarball();
    Tool.script("ops/docker/local-engine").run(STEP, "start", ENGINE);
    try {
      Tool.script("ops/docker/local-engine").run(STEP, "base", BASE);
      Tool.script("ops/docker/build").run(STEP, "--base", BASE, "--tag", IMAGE, tarball);
      try {
        run(docker);
      } finally {
        compose("down", "-v");
      }
    } finally {
      Tool.script("ops/docker/local-engine").run(STEP, "stop", ENGINE);
    }
  }

  private static Path tarball() throws IOException {
    Optional<String> given = Optional.ofNullable(System.getProperty("btrdb.tarball"));
    if (given.isPresent()) {
      return Path.of(given.get());
    }
    Path target = Repository.ROOT.resolve("ops/dist/target");
    List<Path> tarballs = List.of();
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        tarballs =
            files
                .filter(
                    file -> file.getFileName().toString().matches("btrdb-.*-linux-.*\\.tar\\.gz"))
                .toList();
      }
    }
    Tool.requireThat(!tarballs.isEmpty(), "there is no tarball: mvn -Pdist package makes one");
    return tarballs.get(0);
  }

  private static void run(Tool docker) throws Exception {
    compose("up", "-d");
    for (String service : List.of("zk1", "zk2", "zk3", "n1", "n2", "n3")) {
      awaitHealthy(docker, service);
    }
    btrdb("n1", "create", "plant/voltage");
    btrdb("n1", "insert", "plant/voltage", "1=230.5", "2=229.5");
    compose("kill", "-s", "SIGKILL", "n2");
    btrdb("n3", "insert", "plant/voltage", "3=231");
    assertPoints("n1", 3);
    compose("up", "-d");
    awaitHealthy(docker, "n2");
    assertPoints("n2", 3);
    // All of them at once, as with the machine's power.
    compose("kill", "-s", "SIGKILL");
    compose("up", "-d");
    for (String node : List.of("n1", "n2", "n3")) {
      awaitHealthy(docker, node);
    }
    assertPoints("n3", 3);
  }

  private static void assertPoints(String node, int number) throws Exception {
    String csv = btrdb(node, "values", "plant/voltage", "--format", "csv");
    assertEquals(number, csv.lines().filter(line -> line.matches("\\d+,.*")).count(), csv);
    assertTrue(csv.contains("1,230.5\n"), csv);
  }

  private static String btrdb(String node, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("exec", "-T", node, "btrdb"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--endpoint", node + ":4410"));
    return compose(all.toArray(String[]::new));
  }

  private static void awaitHealthy(Tool docker, String service) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    String container = lastLine(compose("ps", "-q", service));
    String state = "";
    while (System.nanoTime() - deadline < 0) {
      state =
          docker.run(STEP, "inspect", "--format", "{{.State.Health.Status}}", container).strip();
      if (state.equals("healthy")) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
    }
    fail(service + " is " + state + ":\n" + compose("logs", "--tail", "60", service));
  }

  private static String lastLine(String text) {
    return text.lines().reduce("", (first, last) -> last).strip();
  }

  /** Both generations of Compose: the plugin of docker, or else the program of its own. */
  private static String compose(String... arguments) throws Exception {
    List<String> all = new ArrayList<>();
    Tool compose;
    if (plugin()) {
      compose = Tool.require("docker");
      all.add("compose");
    } else {
      compose = Tool.require("docker-compose");
    }
    all.addAll(List.of("-f", "docker-compose.yml", "-f", "without-registry.yml"));
    all.addAll(Arrays.asList(arguments));
    return compose.in(FOLDER).run(STEP, ENVIRONMENT, all.toArray());
  }

  private static boolean plugin() throws IOException, InterruptedException {
    Process asked =
        new ProcessBuilder("docker", "compose", "version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return asked.waitFor() == 0;
  }
}
