package io.btrdb.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that is not part of the build: promtool, ansible-playbook, docker, ... */
final class Tool {
  private static final boolean REQUIRED = System.getenv("BTRDB_REQUIRE_TOOLS") != null;

  private final List<String> command;
  private Path directory = Repository.ROOT;

  private Tool(List<String> command) {
    this.command = command;
  }

  /** The tool, or the end of the test: skipped, and failed where tools are required. */
  static Tool require(String name) {
    return new Tool(List.of(find(name).toString()));
  }

  /** A script of this repository, which there always is. */
  static Tool script(String path) {
    return new Tool(List.of(Repository.ROOT.resolve(path).toString()));
  }

  static Tool at(Path program) {
    return new Tool(List.of(program.toString()));
  }

  private static Path find(String name) {
    Path own = Repository.ROOT.resolve("ops/checks/target/tools/bin").resolve(name);
    return Stream.concat(
            Stream.of(own),
            Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> missing(name));
  }

  private static Path missing(String name) {
    String text = name + " is not here; ops/checks/install-tools installs it";
    if (REQUIRED) {
      return fail(text);
    }
    return abort(text);
  }

  /** Skips the test when something is missing that is no program, as {@link #require} does. */
  static void requireThat(boolean there, String otherwise) {
    if (!there && REQUIRED) {
      fail(otherwise);
    } else if (!there) {
      abort(otherwise);
    }
  }

  Tool in(Path folder) {
    directory = folder;
    return this;
  }

  /** Runs it and returns what it said, on both outputs; fails unless it exits with 0. */
  String run(Duration limit, Map<String, String> environment, Object... arguments)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(command);
    Stream.of(arguments).map(Object::toString).forEach(whole::add);
    Path said = Files.createTempFile("btrdb-ops-", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(whole)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        fail(String.join(" ", whole) + " took longer than " + limit + ":\n" + text(said));
      }
      assertEquals(0, process.exitValue(), () -> String.join(" ", whole) + ":\n" + text(said));
      return text(said);
    } finally {
      Files.delete(said);
    }
  }

  String run(Duration limit, Object... arguments) throws IOException, InterruptedException {
    return run(limit, Map.of(), arguments);
  }

  private static String text(Path said) {
    try {
      return new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }
}
