package io.btrdb.chaos.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.HistoryWriter;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final UUID STREAM = new UUID(1, 2);

  @TempDir Path folder;

  private static void done(HistoryWriter writer, Call call, Answer answer, long minor) {
    long id = writer.invoke(1, call);
    writer.complete(id, Op.Type.OK, answer, new StreamVersion(10, minor));
  }

  private Path history(Columns seen) throws IOException {
    Path file = folder.resolve("h<1>.gz");
    Files.deleteIfExists(file);
    Columns points = new Columns(new long[] {5}, new double[] {1});
    try (HistoryWriter writer = HistoryWriter.create(file)) {
      done(writer, new Call.Enter(Call.Phase.CALM), new Answer.Done(), 0);
      done(writer, new Call.Insert(STREAM, Call.Policy.NEVER, points), new Answer.Done(), 1);
      done(writer, new Call.Fault("kill <all>", List.of("n1", "n2")), new Answer.Done(), 0);
      writer.invoke(2, new Call.Flush(STREAM));
      done(writer, new Call.Enter(Call.Phase.FINAL), new Answer.Done(), 0);
      Call read = new Call.Values(STREAM, Call.At.LATEST, 0, 10);
      done(writer, read, new Answer.Points(seen), 1);
    }
    return file;
  }

  private String judge(int code, Path file) throws IOException {
    Path page = folder.resolve("report.html");
    assertEquals(code, Recheck.run(new String[] {file.toString(), page.toString()}));
    return Files.readString(page);
  }

  @Test
  void shouldShowARunThatKeptItsPromises() throws IOException {
    String page = judge(0, history(new Columns(new long[] {5}, new double[] {1})));
    assertTrue(page.contains("Every checker is content."));
    assertTrue(page.contains("<title>kill &lt;all&gt;</title>"), "faults are in the timeline");
    assertTrue(page.contains("h&lt;1&gt;.gz"));
    assertFalse(page.contains("kill <all>"));
    assertFalse(page.matches("(?s).*(src|href)=.*"), "needs something beside itself");
  }

  @Test
  void shouldShowABrokenPromise() throws IOException {
    String page = judge(1, history(Columns.NOTHING));
    assertTrue(page.contains("A promise was broken."));
    assertTrue(page.contains("LOST"));
  }

  @Test
  void shouldSayWhenThereIsNothingToJudge() throws IOException {
    assertEquals(2, Recheck.run(new String[] {}));
    assertEquals(2, Recheck.run(new String[] {folder.resolve("none").toString()}));
    Path noHistory = Files.writeString(folder.resolve("text"), "not a history");
    assertEquals(2, Recheck.run(new String[] {noHistory.toString()}));
  }
}
