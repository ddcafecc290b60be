package io.btrdb.chaos.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  private static final UUID STREAM = new UUID(3, -4);

  /** The trailer, and the bits that end the data. */
  private static final int GZIP_TRAILER = 10;

  private static final StreamVersion VERSION = new StreamVersion(12, 7);

  @TempDir Path folder;

  private static Columns points() {
    return new Columns(new long[] {-5, 1_500_000_000_000_000_000L}, new double[] {1L << 52, -0.1});
  }

  /** Every kind of call with an answer that it may have. */
  private static Map<Call, Answer> all() {
    Call.At pinned = Call.At.version(11);
    Map<Call, Answer> all = new LinkedHashMap<>();
    all.put(new Call.Enter(Call.Phase.CALM), new Answer.Done());
    all.put(new Call.Insert(STREAM, Call.Policy.REPLACE, points()), new Answer.Done());
    all.put(new Call.Delete(STREAM, -7, 8), new Answer.Failure(419, "no \"quorum\" \\ \n at n1"));
    all.put(new Call.Flush(STREAM), new Answer.Done());
    all.put(new Call.Values(STREAM, Call.At.LATEST, 0, 9), new Answer.Points(points()));
    all.put(
        new Call.Windows(STREAM, Call.At.bounded(40), 0, 9, 3),
        new Answer.Statistics(
            new long[] {0}, new long[] {2}, column(0.5), column(-0.0), column(7), column(1e-300)));
    all.put(
        new Call.Aligned(STREAM, pinned, 0, 64, 5),
        new Answer.Statistics(new long[0], new long[0], column(), column(), column(), column()));
    all.put(new Call.Nearest(STREAM, pinned, 5, true), new Answer.Points(Columns.NOTHING));
    all.put(
        new Call.Changes(STREAM, 10, pinned, 3),
        new Answer.Ranges(new long[] {1, 5}, new long[] {2, 9}));
    all.put(new Call.Replica(STREAM, "n1", pinned), new Answer.Digest(5, Long.MIN_VALUE));
    all.put(
        new Call.Leaders("n2"), new Answer.Reigns(List.of(new Answer.Reign("g-1", 5, "n3:ab"))));
    all.put(
        new Call.Slots("n2"),
        new Answer.SlotRanges(new int[] {0, 2_048}, new int[] {2_048, 2_048}));
    all.put(new Call.Resources("n2"), new Answer.Figures(Map.of("threads", 50L)));
    all.put(new Call.Alarm("n2"), new Answer.Figures(Map.of("a=b", -1L)));
    all.put(new Call.Damage("n2", "a byte"), new Answer.Done());
    all.put(new Call.Fault("kill", List.of("n1", "n2")), new Answer.Done());
    return all;
  }

  private static double[] column(double... values) {
    return values;
  }

  private Path write(Map<Call, Answer> calls) throws IOException {
    Path file = folder.resolve("history.gz");
    Files.deleteIfExists(file);
    try (HistoryWriter writer = HistoryWriter.create(file)) {
      for (Map.Entry<Call, Answer> each : calls.entrySet()) {
        long id = writer.invoke(9, each.getKey());
        writer.complete(id, Op.Type.OK, each.getValue(), VERSION);
        writer.flush();
      }
    }
    return file;
  }

  @Test
  void shouldReadWhatWasWrittenOfEveryKind() throws IOException {
    Map<Call, Answer> all = all();
    assertEquals(
        Call.class.getPermittedSubclasses().length
            - 1
            + Call.Write.class.getPermittedSubclasses().length
            + Call.Read.class.getPermittedSubclasses().length,
        all.size(),
        "a kind of call is missing here");
    History history = History.read(write(all));
    assertTrue(history.isComplete());
    assertEquals(new ArrayList<>(all.keySet()), history.ops().stream().map(Op::call).toList());
    assertEquals(new ArrayList<>(all.values()), history.ops().stream().map(Op::answer).toList());
    long before = 0;
    for (Op op : history.ops()) {
      assertEquals(VERSION, op.version());
      assertEquals(9, op.process());
      assertTrue(op.invokeNs() >= before && op.completeNs() >= op.invokeNs());
      before = op.completeNs();
    }
  }

  /** Wherever the file ends, what is left is the beginning of the history. */
  @Test
  void shouldTakeATornTailAtAnyByte() throws IOException {
    Path file = write(all());
    byte[] bytes = Files.readAllBytes(file);
    List<Op> whole = History.read(file).ops();
    int before = 0;
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      History torn = History.read(file);
      assertFalse(torn.isComplete() && length < bytes.length - GZIP_TRAILER);
      List<Op> left = torn.ops();
      assertTrue(left.size() >= before, "fewer operations in a longer file");
      before = left.size();
      for (int i = 0; i < left.size(); i++) {
        assertEquals(whole.get(i).call(), left.get(i).call());
        boolean last = i == left.size() - 1;
        assertTrue(left.get(i).isOk() || last && left.get(i).type() == Op.Type.INFO);
      }
    }
    assertTrue(before >= whole.size() - 1, "only " + before);
  }

  @Test
  void shouldLeaveWhatWasUnderWayOpen() throws IOException {
    Path file = folder.resolve("open.gz");
    try (HistoryWriter writer = HistoryWriter.create(file)) {
      long id = writer.invoke(1, new Call.Flush(STREAM));
      writer.complete(id, Op.Type.INFO, new Answer.Failure(0, "timeout"), StreamVersion.NONE);
      writer.invoke(2, new Call.Flush(STREAM));
    }
    for (Op op : History.read(file).ops()) {
      assertEquals(Op.Type.INFO, op.type());
      assertEquals(Op.NEVER, op.completeNs());
    }
  }

  @Test
  void shouldNotTakeAnswersThatComeBehindTheEnd() throws IOException {
    Path file = folder.resolve("late.gz");
    HistoryWriter writer = HistoryWriter.create(file);
    long id = writer.invoke(1, new Call.Flush(STREAM));
    writer.close();
    writer.complete(id, Op.Type.OK, new Answer.Done(), VERSION);
    assertEquals(Op.Type.INFO, History.read(file).ops().get(0).type());
  }

  @Test
  void shouldNotOverwriteAHistory() throws IOException {
    Path file = write(Map.of());
    assertThrows(IOException.class, () -> HistoryWriter.create(file));
  }

  @Test
  void shouldRefuseDamageInTheMiddle() throws IOException {
    Path file = write(all());
    byte[] bytes = Files.readAllBytes(file);
    // In the first member's data, behind its header of ten bytes.
    bytes[14] ^= 0x55;
    Files.write(file, bytes);
    assertThrows(IOException.class, () -> History.read(file));
  }

  @Test
  void shouldRefuseLinesThatDoNotFollow() throws IOException {
    String first = "{\"i\":0,\"p\":1,\"t\":5,\"f\":\"leaders\",\"node\":\"n1\"}";
    String done = "{\"c\":0,\"t\":6,\"type\":\"OK\",\"version\":\"0.0\",\"r\":\"done\"}";
    refuses("{\"i\":1,\"p\":1,\"t\":5,\"f\":\"leaders\",\"node\":\"n1\"}");
    refuses(done);
    refuses(first, done, done);
    refuses(first, "{\"end\":2}");
    refuses(first, "{\"end\":1}", first.replace("\"i\":0", "\"i\":1"));
    refuses(first.replace("leaders", "lenders"));
    refuses("{\"i\":0,");
    refuses("");
  }

  private void refuses(String... lines) throws IOException {
    Path file = folder.resolve("bad.gz");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Files.write(file, bytes.toByteArray());
    assertThrows(IOException.class, () -> History.read(file), () -> Arrays.toString(lines));
  }

  /** What the grammar says, to the letter. */
  @Test
  void shouldWriteLinesOfJson() throws IOException {
    Path file = write(Map.of(new Call.Delete(STREAM, 1, 2), new Answer.Done()));
    String text =
        new String(
            new GZIPInputStream(Files.newInputStream(file)).readAllBytes(), StandardCharsets.UTF_8);
    String pattern =
        """
        \\{"i":0,"p":9,"t":\\d+,"f":"delete","uuid":"00000000-0000-0003-ffff-fffffffffffc","start":1,"end":2}
        \\{"c":0,"t":\\d+,"type":"OK","version":"12.7","r":"done"}
        \\{"end":1}
        """;
    assertTrue(text.matches(pattern), text);
    assertEquals(3, Stream.of(text.split("\n")).count());
  }
}
