package io.btrdb.cli.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a running node's Java machine tells: stacks, heap, flags. Asks {@code jcmd} of this Java.
 */
record JavaProcess(long id) {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  void collect(Bundle bundle, String folder) throws IOException, InterruptedException {
    bundle.add(folder + "/threads.txt", () -> jcmd("Thread.print", "-l"));
    bundle.add(folder + "/heap.txt", () -> jcmd("GC.heap_info"));
    bundle.add(folder + "/flags.txt", () -> jcmd("VM.flags"));
  }

  private String jcmd(String... question) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      throw new IOException(jcmd + " is missing: this Java is a runtime without it");
    }
    String[] whole = new String[question.length + 2];
    whole[0] = jcmd.toString();
    whole[1] = Long.toString(id);
    System.arraycopy(question, 0, whole, 2, question.length);
    return run(whole);
  }

  /**
   * What a command prints on both outputs.
   *
   * @throws IOException when it cannot run, fails or takes too long
   */
  static String run(String... command) throws IOException, InterruptedException {
    Path said = Files.createTempFile("btrdb-support-", ".txt");
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command[0] + " did not end within " + LIMIT.toSeconds() + " s");
      }
      String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(
            command[0] + " failed: " + text.strip().lines().findFirst().orElse("without a word"));
      }
      return text;
    } finally {
      Files.delete(said);
    }
  }
}
