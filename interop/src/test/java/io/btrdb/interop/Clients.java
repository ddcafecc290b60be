package io.btrdb.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The programs that drive the clients of other languages. */
final class Clients {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private Clients() {}

  /**
   * Runs the one in Python.
   *
   * @param environment on top of this process's own
   */
  static void python(String log, List<String> endpoints, Map<String, String> environment)
      throws IOException {
    Script script = new Script(Path.of("python"), environment);
    Path python = TARGET.resolve("venv/bin/python");
    Path installed = TARGET.resolve("venv/installed");
    String wanted = Files.readString(Path.of("python/requirements.txt"));
    if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
      script.prepare(
          TARGET.resolve("venv.log"),
          "python3",
          "-m",
          "venv",
          python.getParent().getParent().toString());
      script.prepare(
          TARGET.resolve("pip.log"),
          python.toString(),
          "-m",
          "pip",
          "install",
          "--disable-pip-version-check",
          "-r",
          "requirements.txt");
      Files.writeString(installed, wanted);
    }
    script.check(TARGET.resolve(log), List.of(python.toString(), "-B", "main.py"), endpoints);
  }

  /** Runs the one in Go, likewise. */
  static void go(String log, List<String> endpoints, Map<String, String> environment) {
    Script script = new Script(Path.of("go"), environment);
    Path program = TARGET.resolve("go-client");
    script.prepare(TARGET.resolve("go-build.log"), "go", "build", "-o", program.toString(), ".");
    script.check(TARGET.resolve(log), List.of(program.toString()), endpoints);
  }
}
