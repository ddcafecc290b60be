package io.btrdb.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
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
    Clients.python("python.log", cluster.endpoints(), Map.of());
  }

  @Test
  void shouldServeTheGoClient() {
    Clients.go("go.log", cluster.endpoints(), Map.of());
  }
}
