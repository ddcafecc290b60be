package io.btrdb.cli.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/** A node's log: its standard output and error, appended to one file of limited size. */
record NodeLog(Path file) {
  /** Past it a log is set aside; two of them are kept. */
  private static final long SIZE_MAX = 16 << 20;

  private static final int TAIL_BYTES = 64 << 10;

  Path older() {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  /**
   * Sets the file aside when it is too large. A running node writes on at the end of the file,
   * which is then its beginning, so that what it says during the copy may be missing from both.
   */
  void limit() {
    try {
      if (Files.exists(file) && Files.size(file) > SIZE_MAX) {
        Files.copy(file, older(), StandardCopyOption.REPLACE_EXISTING);
        Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a line of our own. */
  void note(String text) {
    try {
      Files.writeString(
          file,
          "--- " + Instant.now() + " " + text + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ClusterProblem("cannot write " + file + ": " + e, e);
    }
  }

  /** The last lines, none when there is no log. */
  List<String> tail(int lines) {
    if (Files.notExists(file)) {
      return List.of();
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, in.length() - TAIL_BYTES);
      byte[] end = new byte[(int) (in.length() - from)];
      in.seek(from);
      in.readFully(end);
      List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines, indented, with where the rest is. */
  String excerpt(int lines) {
    List<String> tail = tail(lines);
    return tail.isEmpty()
        ? "it wrote nothing to " + file
        : "the end of " + file + ":\n    " + String.join("\n    ", tail);
  }
}
