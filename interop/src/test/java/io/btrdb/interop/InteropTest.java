package io.btrdb.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients that people have, as their registries give them: each drives all of its public API
 * against three nodes and compares every answer with a plain model.
 */
@Timeout(900)
class InteropTest {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static ThreeNodes cluster;

  @BeforeAll
  static void found(@TempDir Path folder) {
    cluster = ThreeNodes.found(folder);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void shouldServeThePythonClient() throws IOException {
    Script script = new Script(Path.of("python"));
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
    script.check(
        TARGET.resolve("python.log"),
        List.of(python.toString(), "-B", "main.py"),
        cluster.endpoints());
  }

  @Test
  void shouldServeTheGoClient() {
    Script script = new Script(Path.of("go"));
    Path program = TARGET.resolve("go-client");
    script.prepare(TARGET.resolve("go-build.log"), "go", "build", "-o", program.toString(), ".");
    script.check(TARGET.resolve("go.log"), List.of(program.toString()), cluster.endpoints());
  }
}
