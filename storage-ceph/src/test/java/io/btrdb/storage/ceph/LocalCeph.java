package io.btrdb.storage.ceph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Ceph on loopback. Where it is not installed the test that asks for one is skipped with a
 * line that says so, unless the environment has {@code BTRDB_REQUIRE_CEPH=1}.
 */
final class LocalCeph implements AutoCloseable {
  private static final Path SCRIPT = Path.of("../ops/ceph/local-ceph").toAbsolutePath().normalize();
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Path folder;

  private LocalCeph(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts one.
   *
   * @param arguments for the script's {@code start}, beside folder and port
   */
  static LocalCeph start(String... arguments) {
    boolean required = "1".equals(System.getenv("BTRDB_REQUIRE_CEPH"));
    boolean installed =
        Stream.of("ceph-mon", "ceph-osd", "ceph", "rados")
            .allMatch(
                tool ->
                    Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(entry -> Files.isExecutable(Path.of(entry, tool))));
    if (!installed && !required) {
      System.out.println("Ceph is not installed here: tests against a real one are skipped");
    }
    Assumptions.assumeTrue(installed || required, "Ceph is not installed here");
    try {
      Path folder = Files.createTempDirectory("btrdb-ceph");
      LocalCeph ceph = new LocalCeph(folder);
      Runtime.getRuntime().addShutdownHook(new Thread(ceph::close));
      List<String> all = new ArrayList<>(List.of("--port", Integer.toString(freePorts())));
      all.addAll(List.of(arguments));
      ceph.script("start", all.toArray(String[]::new));
      return ceph;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The admin's settings, with timeouts for tests and a namespace that nobody else uses. */
  CephSettings settings() {
    return CephSettings.of(folder.resolve("ceph.conf"))
        .withUser("client.admin", folder.resolve("admin.keyring"))
        .withNamespace("n" + NAMES.incrementAndGet())
        .withTimeouts(
            new CephSettings.Timeouts(
                Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(10)));
  }

  /** Timeouts for tests that run into them. */
  static CephSettings impatient(CephSettings settings) {
    return settings.withTimeouts(
        new CephSettings.Timeouts(
            Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2)));
  }

  Path folder() {
    return folder;
  }

  void pause(String daemon) {
    script("pause", daemon);
  }

  void resume(String daemon) {
    script("resume", daemon);
  }

  void kill(String daemon) {
    script("kill", daemon);
  }

  void revive(String daemon) {
    script("revive", daemon);
  }

  /** Runs the {@code ceph} command as the admin; what it prints. */
  String ceph(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("ceph", "-c", folder.resolve("ceph.conf").toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private void script(String verb, String... arguments) {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), verb, folder.toString()));
    command.addAll(List.of(arguments));
    run(command);
  }

  /** Runs a command that must succeed. */
  static String run(List<String> command) {
    try {
      Path output = Files.createTempFile("btrdb-ceph", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(180, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          throw new IllegalStateException(String.join(" ", command) + " failed: " + text);
        }
        return text;
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Two neighbouring ports that are free now, below those that systems give to outgoing
   * connections.
   */
  private static int freePorts() throws IOException {
    Random random = new Random();
    while (true) {
      int port = random.nextInt(12_000, 32_000);
      if (isFree(port) && isFree(port + 1)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (BindException taken) {
      return false;
    }
  }

  /** Ends it and removes its folder. */
  @Override
  public void close() {
    if (!Files.exists(folder)) {
      return;
    }
    script("stop");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
