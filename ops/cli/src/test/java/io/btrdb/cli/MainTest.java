package io.btrdb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class MainTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return Main.run(Terminal.of("", out, err), arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldGiveEveryVerbHelpWithExamples() {
    CommandLine all = Verbs.commandLine(Terminal.of("", out, err));
    for (String verb : all.getSubcommands().keySet()) {
      if (!verb.equals("help")) {
        assertEquals(ExitCode.OK, run(verb, "--help"), verb);
        assertTrue(out().contains("Examples:"), verb);
        assertTrue(out().lines().count() > 5, verb);
      }
    }
  }

  @Test
  void shouldPrintHelpAndVersion() {
    assertEquals(ExitCode.OK, run());
    assertTrue(out().contains("First steps:"));
    assertEquals(ExitCode.OK, run("--version"));
    assertTrue(out().startsWith("btrdb "));
    assertEquals(ExitCode.OK, run("help", "load"));
    assertTrue(out().contains("--dry-run"));
    assertEquals(ExitCode.OK, run("completion"));
    assertTrue(out().contains("complete -F"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vals",
        "values",
        "values nothing",
        "values a/b --from noon",
        "values a/b --format xml",
        "windows a/b --width 1s --pointwidth 3",
        "windows a/b --width fast",
        "load x.csv",
        "load /no/such.csv -c a",
        "delete a/b",
        "up --timeout soon",
        "config",
        "config show",
        "create 6ba7b810-9dad-11d1-80b4-00c04fd430c8"
      })
  void shouldExplainWrongUsageInALineOrTwo(String line) {
    assertEquals(ExitCode.USAGE, run(line.split(" ")), line);
    assertEquals("", out());
    assertTrue(err().length() > 10 && err().lines().count() <= 4, err());
  }

  @Test
  void shouldNameTheAddressThatDoesNotAnswer() {
    int port = Ports.free(1).get(0).grpc();
    assertEquals(ExitCode.UNREACHABLE, run("count", "a/b", "--endpoint", "127.0.0.1:" + port));
    assertTrue(err().contains("127.0.0.1:" + port), err());
    assertTrue(err().contains("btrdb up"), err());
  }

  @Test
  void shouldCheckConfigurationFiles() throws IOException {
    assertEquals(ExitCode.OK, run("config", "show", "--defaults"));
    Path good = Files.writeString(folder.resolve("good.yaml"), out());
    assertEquals(ExitCode.OK, run("config", "check", good.toString()));
    Path bad = Files.writeString(folder.resolve("bad.yaml"), "node: n1\nshard: 3\nshards: x\n");
    assertEquals(ExitCode.FAILED, run("config", "check", good.toString(), bad.toString()));
    assertTrue(err().contains("shard ") && err().contains("shards"), err());
  }

  @Test
  void shouldReportBadLinesAndSayItWasDoneInPart() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "time,v\n1,2\nx,3\n4,5\n");
    assertEquals(
        ExitCode.PARTIAL, run("load", file.toString(), "-c", "c", "--dry-run", "--format", "json"));
    assertEquals(
        "[\n{\"file\":\"" + file + "\",\"streams\":1,\"points\":2,\"bad_lines\":1}\n]\n", out());
    assertTrue(err().contains(file + ":3: 'x'"), err());
    run("load", file.toString(), "-c", "c", "--dry-run", "--strict", "--format", "json");
    assertTrue(out().contains("\"points\":1,"), out());
  }

  @Test
  void shouldRefuseTwoFilesForOneStream() throws IOException {
    Path one = Files.createDirectories(folder.resolve("one")).resolve("a.csv");
    Path two = Files.createDirectories(folder.resolve("two")).resolve("a.csv");
    Files.writeString(one, "time,v\n1,2\n");
    Files.writeString(two, "time,v\n1,2\n");
    String[] load = {"load", one.toString(), two.toString(), "-c", "c", "--dry-run"};
    assertEquals(ExitCode.USAGE, run(load));
    assertTrue(err().contains("--name"), err());
    load[4] = "c/{folder}";
    assertEquals(ExitCode.OK, run(load));
  }

  @Test
  void shouldSayWhatToDoWhereNoClusterIs() {
    assertEquals(ExitCode.FAILED, run("status", "--dir", folder.toString()));
    assertTrue(err().contains("btrdb up"), err());
  }
}
