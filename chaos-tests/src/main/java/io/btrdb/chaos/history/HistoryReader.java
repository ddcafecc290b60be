package io.btrdb.chaos.history;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Puts the lines of a file together to operations. */
final class HistoryReader {
  private record Invocation(int process, Call call, long ns) {}

  private final List<Invocation> invocations = new ArrayList<>();
  private final List<Op> completed = new ArrayList<>();
  private boolean ended;

  private HistoryReader() {}

  static History read(Path file) throws IOException {
    HistoryReader reader = new HistoryReader();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      reader.lines(raw);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
    return reader.history();
  }

  private void lines(InputStream raw) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 16];
    try (InputStream zip = new GZIPInputStream(raw, 1 << 16)) {
      for (int read = zip.read(chunk); read >= 0; read = zip.read(chunk)) {
        for (int i = 0; i < read; i++) {
          if (chunk[i] == '\n') {
            line(Fields.parse(line.toString(StandardCharsets.UTF_8)));
            line.reset();
          } else {
            line.write(chunk[i]);
          }
        }
      }
    } catch (EOFException e) {
      // The frame that was being written when the writer died; its whole lines have been taken.
      return;
    }
  }

  private void line(Fields line) {
    if (ended) {
      throw new IllegalArgumentException("a line behind the end: " + line);
    }
    if (line.has("i")) {
      if (line.number("i") != invocations.size()) {
        throw new IllegalArgumentException("invocation " + invocations.size() + " is missing");
      }
      invocations.add(new Invocation(line.integer("p"), CallLines.read(line), line.number("t")));
    } else if (line.has("c")) {
      complete(line);
    } else {
      ended = line.number("end") == invocations.size();
      if (!ended) {
        throw new IllegalArgumentException(invocations.size() + " operations, not as in " + line);
      }
    }
  }

  private void complete(Fields line) {
    int id = line.integer("c");
    if (id >= invocations.size() || invocations.get(id) == null) {
      throw new IllegalArgumentException("nothing to complete: " + line);
    }
    Invocation invocation = invocations.get(id);
    Op.Type type = Op.Type.valueOf(line.text("type"));
    completed.add(
        new Op(
            id,
            invocation.process(),
            invocation.call(),
            invocation.ns(),
            type == Op.Type.INFO ? Op.NEVER : line.number("t"),
            type,
            AnswerLines.read(line),
            StreamVersion.parse(line.text("version"))));
    invocations.set(id, null);
  }

  private History history() {
    List<Op> ops = new ArrayList<>(completed);
    for (int id = 0; id < invocations.size(); id++) {
      Invocation open = invocations.get(id);
      if (open != null) {
        ops.add(
            new Op(
                id,
                open.process(),
                open.call(),
                open.ns(),
                Op.NEVER,
                Op.Type.INFO,
                new Answer.Done(),
                StreamVersion.NONE));
      }
    }
    return new History(ops, ended);
  }
}
