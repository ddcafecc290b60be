package io.btrdb.node.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what, where, and how it ended: a line each, only ever appended, never with a secret.
 * Files are renamed when they are full, and the oldest is deleted, so that the log has a bound.
 *
 * <pre>
 * file "audit.log", then "audit.log.1" ... "audit.log.9", the oldest last
 * line = time SP caller SP address SP method SP subject SP outcome LF   ; no blanks within
 * </pre>
 *
 * <p>Lines are written by a thread of its own. When more come than it can write, the rest is left
 * out and counted, and a line says how many: refused calls must not stop those that are served.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final int WAITING_MAX = 4_096;
  private static final int FIELD_CHARS_MAX = 512;

  /** Without one. */
  public static final AuditLog NONE = new AuditLog(null, 0, 0);

  private final Path file;
  private final long fileBytesMax;
  private final int filesKept;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread writer;
  private volatile boolean closed;

  private AuditLog(Path file, long fileBytesMax, int filesKept) {
    this.file = file;
    this.fileBytesMax = fileBytesMax;
    this.filesKept = filesKept;
    this.writer = Thread.ofPlatform().daemon().name("btrdb-audit").unstarted(this::write);
  }

  /**
   * @param fileBytesMax after which a new file is begun
   * @param filesKept besides the one that is written; 1 or more
   * @throws IOException when the folder cannot be written
   */
  public static AuditLog open(Path folder, long fileBytesMax, int filesKept) throws IOException {
    Files.createDirectories(folder);
    AuditLog log = new AuditLog(folder.resolve("audit.log"), fileBytesMax, filesKept);
    log.append("");
    log.writer.start();
    return log;
  }

  /**
   * Notes a call. Any thread; does not block.
   *
   * @param caller who, as {@link Caller#name}
   * @param address from where
   * @param method what
   * @param subject on which stream or collection; may be empty
   * @param outcome "ok", or why not
   */
  public void note(String caller, String address, String method, String subject, String outcome) {
    if (file == null) {
      return;
    }
    String line =
        String.join(
            " ",
            Instant.now().toString(),
            field(caller),
            field(address),
            field(method),
            field(subject),
            field(outcome));
    if (!waiting.offer(line)) {
      leftOut.incrementAndGet();
    }
  }

  /** Blanks and control characters would end a field or a line. */
  private static String field(String text) {
    if (text.isEmpty()) {
      return "-";
    }
    String cut = text.substring(0, Math.min(text.length(), FIELD_CHARS_MAX));
    return cut.replaceAll("[\\s\\p{Cntrl}]+", "_");
  }

  private void write() {
    while (!closed || !waiting.isEmpty()) {
      try {
        String line = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (line != null) {
          append(lines(line));
        }
      } catch (InterruptedException e) {
        closed = true;
      } catch (IOException | UncheckedIOException e) {
        LOG.error("the audit log {} cannot be written", file, e);
      }
    }
  }

  private String lines(String first) {
    StringBuilder lines = new StringBuilder(first).append('\n');
    for (String next = waiting.poll();
        next != null && lines.length() < 1 << 16;
        next = waiting.poll()) {
      lines.append(next).append('\n');
    }
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      lines.append(Instant.now()).append(" - - - - left_out:").append(missing).append('\n');
    }
    return lines.toString();
  }

  private void append(String lines) throws IOException {
    if (Files.exists(file) && Files.size(file) + lines.length() > fileBytesMax) {
      rotate();
    }
    try (Writer out =
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(lines);
    }
  }

  private void rotate() throws IOException {
    for (int i = filesKept - 1; i >= 1; i--) {
      if (Files.exists(numbered(i))) {
        Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path numbered(int i) {
    return file.resolveSibling(file.getFileName() + "." + i);
  }

  /** Writes what waits, and stops. */
  @Override
  public void close() {
    if (file == null) {
      return;
    }
    closed = true;
    try {
      writer.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
