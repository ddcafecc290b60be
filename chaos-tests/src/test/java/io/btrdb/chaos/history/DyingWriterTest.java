package io.btrdb.chaos.history;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A history outlives the process that writes it. */
class DyingWriterTest {
  private static final long ENOUGH_BYTES = 100_000;

  @TempDir Path folder;

  /** Writes until it is killed. */
  static final class Endless {
    private Endless() {}

    public static void main(String[] arguments) throws IOException {
      HistoryWriter writer = HistoryWriter.create(Path.of(arguments[0]));
      for (long i = 0; true; i++) {
        long id = writer.invoke(1, new Call.Delete(new UUID(i, i), i, i + 1));
        writer.complete(id, Op.Type.OK, new Answer.Done(), new StreamVersion(i, 0));
      }
    }
  }

  @Test
  @Timeout(120)
  void shouldReadAllFramesOfAWriterThatWasKilled() throws Exception {
    Path file = folder.resolve("history.gz");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                file.toString())
            .inheritIO()
            .start();
    try {
      while (Files.notExists(file) || Files.size(file) < ENOUGH_BYTES) {
        assertTrue(child.isAlive(), "the writer has ended by itself");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
    History history = History.read(file);
    assertFalse(history.isComplete());
    assertTrue(history.ops().size() > 1_000, () -> "only " + history.ops().size());
    for (Op op : history.ops()) {
      assertTrue(op.isOk() || op.id() == history.ops().size() - 1);
      assertTrue(
          op.call().equals(new Call.Delete(new UUID(op.id(), op.id()), op.id(), op.id() + 1)));
    }
  }
}
