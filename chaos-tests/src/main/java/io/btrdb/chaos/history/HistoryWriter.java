package io.btrdb.chaos.history;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a history as it happens. An invocation is written before the call is made, a completion
 * when it has ended; {@link #close} writes the last line.
 *
 * <pre>
 * file       := frame*                      each a gzip member of its own: zcat reads the file
 * frame      := line*                       64 KiB of text or more, or 200 ms old when the next comes
 * line       := (invoke | complete | end) LF         a flat JSON object in UTF-8
 * invoke     := {"i": ID, "p": PROCESS, "t": NS, "f": FUNCTION, ["uuid"], ["at","stale"], args}
 * complete   := {"c": ID, "t": NS, "type": "OK"|"FAIL"|"INFO", "version": "MAJOR.MINOR", "r": KIND, result}
 * end        := {"end": OPERATIONS}         nothing follows
 *
 * args by FUNCTION                          result by KIND
 *   insert    policy times values             done
 *   delete    start end                       failure     code text
 *   flush                                     points      times values
 *   values    start end                       statistics  starts counts min mean max stddev
 *   windows   start end width                 ranges      starts ends
 *   aligned   start end width (exponent)      digest      points hash
 *   nearest   start backward                  reigns      GROUP/TERM/LEADER ...
 *   changes   from width (exponent)           slots       starts counts
 *   replica   node                            figures     NAME=NUMBER ...
 *   leaders, slots, resources, alarm  node
 *   damage    node what
 *   fault     what node (several)
 *   enter     what
 * </pre>
 *
 * <p>IDs count from 0 in the order of lines. NS is monotonic. Columns are strings of numbers with a
 * space between. An operation without completion is INFO. The writer's death costs the lines of the
 * frame that was being gathered or written: since lines are in order, what is left is what had
 * happened up to some moment.
 *
 * <p>Safe for any number of threads; time is taken under the lock, so that the order of lines is
 * that of times.
 */
public final class HistoryWriter implements AutoCloseable {
  private static final int FRAME_BYTES = 64 << 10;
  private static final long FRAME_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final OutputStream file;
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream();
  private long frameBegun = System.nanoTime();
  private long operations;
  private boolean closed;

  private HistoryWriter(OutputStream file) {
    this.file = file;
  }

  /**
   * @throws IOException when the file exists or cannot be created
   */
  public static HistoryWriter create(Path file) throws IOException {
    return new HistoryWriter(
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** To be called before the call is made; returns the id to complete. */
  public synchronized long invoke(int process, Call call) {
    long id = operations++;
    Fields line = new Fields().put("i", id).put("p", process).put("t", System.nanoTime());
    CallLines.write(call, line);
    append(line);
    return id;
  }

  /** To be called once for an id at most, after its answer came. */
  public synchronized void complete(long id, Op.Type type, Answer answer, StreamVersion version) {
    Fields line =
        new Fields()
            .put("c", id)
            .put("t", System.nanoTime())
            .put("type", type.name())
            .put("version", version.toString());
    AnswerLines.write(answer, line);
    append(line);
  }

  private void append(Fields line) {
    if (closed) {
      // An answer that came too late to count: the operation stays open.
      return;
    }
    frame.writeBytes(line.toString().getBytes(StandardCharsets.UTF_8));
    frame.write('\n');
    if (frame.size() >= FRAME_BYTES || System.nanoTime() - frameBegun >= FRAME_NANOS) {
      flush();
    }
  }

  /** Hands all lines to the operating system. */
  public synchronized void flush() {
    if (frame.size() == 0) {
      return;
    }
    try {
      ByteArrayOutputStream member = new ByteArrayOutputStream();
      try (GZIPOutputStream zip = new GZIPOutputStream(member)) {
        frame.writeTo(zip);
      }
      file.write(member.toByteArray());
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be written", e);
    }
    frame.reset();
    frameBegun = System.nanoTime();
  }

  /** Ends the history; operations that are under way stay open for ever. */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      append(new Fields().put("end", operations));
      flush();
      closed = true;
      file.close();
    }
  }
}
