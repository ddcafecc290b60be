package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.chaos.check.Checkers;
import io.btrdb.chaos.check.Verdict;
import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.HistoryWriter;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import io.btrdb.chaos.report.HtmlReport;
import io.btrdb.client.Btrdb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A run from one seed: streams are created, processes work on them, faults come and go, all heals,
 * the processes end, everything is read once more, and every checker judges the history. What is
 * left is a folder with {@code history.gz}, {@code verdicts.txt} and {@code report.html}.
 *
 * @param seconds how long faults are injected
 * @param periodMillis from one draw of faults to the next
 */
record Scenario(String name, long seed, List<Nemesis> nemeses, long seconds, long periodMillis) {
  /** The process that faults and phases are recorded for. */
  static final int NEMESIS = -1;

  private static final long CALM_MILLIS = 3_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration IMPATIENCE = Duration.ofSeconds(3);

  /** Where results go; kept after the run. */
  private Path folder() throws IOException {
    Path root = Path.of(System.getProperty("btrdb.chaos.results", "target/chaos"));
    return Files.createDirectories(root.resolve(name + "-" + seed + "-" + System.nanoTime()));
  }

  /** Runs it and gives back all verdicts. */
  List<Verdict> run(ClusterUnderTest cluster) throws Exception {
    Path folder = folder();
    Path file = folder.resolve("history.gz");
    try (HistoryWriter history = HistoryWriter.create(file);
        Btrdb patient = connect(cluster, PATIENCE);
        Btrdb impatient = connect(cluster, IMPATIENCE)) {
      record(cluster, history, patient, impatient);
    }
    History history = History.read(file);
    List<Verdict> verdicts = Checkers.judge(history);
    String text = verdicts.stream().map(Verdict::toString).collect(Collectors.joining("\n"));
    Files.writeString(folder.resolve("verdicts.txt"), text + "\n");
    String title = "%s, seed %d".formatted(name, seed);
    Files.writeString(folder.resolve("report.html"), HtmlReport.of(title, history, verdicts));
    System.out.printf("%s%n  %,d operations in %s%n", text, history.ops().size(), folder);
    return verdicts;
  }

  private static Btrdb connect(ClusterUnderTest cluster, Duration deadline) {
    return Btrdb.builder()
        .endpoints(cluster.cluster().endpoints())
        .connectTimeout(Duration.ofSeconds(20))
        .deadline(deadline)
        .connect();
  }

  private void record(
      ClusterUnderTest cluster, HistoryWriter history, Btrdb patient, Btrdb impatient)
      throws Exception {
    AtomicInteger processes = new AtomicInteger();
    List<StreamPlan> plans =
        Generator.createStreams(patient, "chaos/" + name + "/" + seed, new Random(seed));
    ClusterVictims victims = new ClusterVictims(cluster, impatient);
    enter(history, Call.Phase.CALM);
    try (Watch watch = Watch.start(cluster, history, processes, patient);
        Generator load =
            Generator.start(plans, history, processes, List.of(patient, impatient), seed)) {
      Thread.sleep(CALM_MILLIS);
      watch.resources();
      enter(history, Call.Phase.FAULTS);
      new Schedule(nemeses, seed, periodMillis).run(victims, history, seconds);
      enter(history, Call.Phase.HEALED);
      Thread.sleep(CALM_MILLIS);
      load.stop();
      enter(history, Call.Phase.FINAL);
      HistoryClient client = new HistoryClient(history, processes, patient);
      FinalReads reads = new FinalReads(cluster, history, client, processes.getAndIncrement());
      plans.forEach(reads::of);
      watch.resources();
      watch.stop();
    }
  }

  private static void enter(HistoryWriter history, Call.Phase phase) {
    long id = history.invoke(NEMESIS, new Call.Enter(phase));
    history.complete(id, Op.Type.OK, new Answer.Done(), StreamVersion.NONE);
  }

  /** Asserts that every checker is content. */
  static void assertAllHold(List<Verdict> verdicts) {
    List<Verdict> failed = verdicts.stream().filter(verdict -> !verdict.holds()).toList();
    assertEquals(List.of(), failed, "broken promises");
  }

  /** Asserts that these checkers have had something to judge. */
  static void assertJudged(List<Verdict> verdicts, List<String> checkers) {
    List<String> idle =
        verdicts.stream()
            .filter(verdict -> checkers.contains(verdict.checker()) && verdict.checked() == 0)
            .map(Verdict::checker)
            .toList();
    assertEquals(List.of(), idle, "checkers that saw nothing");
  }
}
