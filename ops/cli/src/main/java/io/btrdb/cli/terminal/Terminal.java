package io.btrdb.cli.terminal;

import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The three standard streams. Output is bytes without a buffer and tells of failures, as when the
 * reader of a pipe has gone; {@link PrintStream} would hide them.
 */
public final class Terminal {
  /** Wide enough for a table when nobody knows how wide the terminal is. */
  private static final int DEFAULT_COLUMNS = 100;

  private static final int DEFAULT_ROWS = 24;

  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final int columns;
  private final int rows;

  private Terminal(
      InputStream in,
      OutputStream out,
      PrintStream err,
      boolean outIsTerminal,
      boolean errIsTerminal,
      int columns,
      int rows) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * This process's streams. Which of them are terminals the launcher knows, and says in {@code
   * btrdb.terminal}, a list of {@code in}, {@code out} and {@code err}: Java can tell only of all
   * at once, and does so differently from release to release.
   */
  public static Terminal system() {
    String terminals = System.getProperty("btrdb.terminal", "");
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        terminals.contains("out"),
        terminals.contains("err"),
        size("btrdb.columns", DEFAULT_COLUMNS),
        size("btrdb.rows", DEFAULT_ROWS));
  }

  /** Some terminals, as those of serial lines, say that they are 0 wide and high. */
  private static int size(String property, int otherwise) {
    int size = Integer.getInteger(property, otherwise);
    return size > 0 ? size : otherwise;
  }

  /** No terminal: reads the given text and writes to the given sinks. */
  public static Terminal of(String input, OutputStream out, OutputStream err) {
    return new Terminal(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        out,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        false,
        DEFAULT_COLUMNS,
        DEFAULT_ROWS);
  }

  /** A terminal of this size that nobody types on: writes what it would show to the given sinks. */
  public static Terminal screen(OutputStream out, OutputStream err, int columns, int rows) {
    return new Terminal(
        InputStream.nullInputStream(),
        out,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        true,
        true,
        columns,
        rows);
  }

  public InputStream in() {
    return in;
  }

  /** For data. Unbuffered; callers put a buffer before it and flush that. */
  public OutputStream out() {
    return out;
  }

  /** For everything that is not data. */
  public PrintStream err() {
    return err;
  }

  public boolean outIsTerminal() {
    return outIsTerminal;
  }

  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  /** Width in characters, a guess when there is no terminal. */
  public int columns() {
    return columns;
  }

  /** Height in lines, a guess when there is no terminal. */
  public int rows() {
    return rows;
  }

  /** Whether output may have colours: a terminal whose user did not ask for none. */
  public boolean colours() {
    return outIsTerminal && System.getenv("NO_COLOR") == null;
  }

  /** Writes data and a line end. */
  public void print(String text) {
    try {
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells the user something: a line on standard error. */
  public void say(String text) {
    err.println(text);
  }

  /**
   * Asks a question and reads the answer.
   *
   * @throws CommandFailed as a usage error when there is nobody to ask
   */
  public boolean confirm(String question) {
    if (!errIsTerminal) {
      throw new CommandFailed(
          ExitCode.USAGE, question + " Nobody is there to ask: repeat it with --yes");
    }
    err.print(question + " [y/N] ");
    err.flush();
    try {
      int answer = in.read();
      return answer == 'y' || answer == 'Y';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
