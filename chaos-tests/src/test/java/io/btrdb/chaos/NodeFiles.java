package io.btrdb.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a node that is down, and ways to damage them. */
final class NodeFiles {
  private static final Pattern CLOSED_LOG = Pattern.compile("log_(\\d+)-(\\d+)");
  private static final Pattern OPEN_LOG = Pattern.compile("log_inprogress_(\\d+)");

  private NodeFiles() {}

  private static List<Path> files(Path folder, String part, Pattern name) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(part))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .toList();
    }
  }

  /** Groups whose log begins behind the given indexes, by group id. */
  static List<String> purgedPast(Path data, Map<String, Long> indexes) throws IOException {
    List<String> purged = new ArrayList<>();
    for (Map.Entry<String, Long> entry : indexes.entrySet()) {
      long first = Long.MAX_VALUE;
      for (Pattern pattern : List.of(CLOSED_LOG, OPEN_LOG)) {
        for (Path file : files(data, "raft/" + entry.getKey(), pattern)) {
          Matcher name = pattern.matcher(file.getFileName().toString());
          first = name.matches() ? Math.min(first, Long.parseLong(name.group(1))) : first;
        }
      }
      if (first > entry.getValue() + 1) {
        purged.add(entry.getKey());
      }
    }
    return purged;
  }

  /** The largest open log file, the one a node was writing when it went down. */
  static Path openLog(Path data) throws IOException {
    return files(data, "raft", OPEN_LOG).stream()
        .max(Comparator.comparingLong(file -> contentSize(file)))
        .orElseThrow();
  }

  /** The largest log file that is complete, if there is one that is worth damaging. */
  static Optional<Path> closedLog(Path data) throws IOException {
    return files(data, "raft", CLOSED_LOG).stream()
        .filter(file -> contentSize(file) > 1_000)
        .max(Comparator.comparingLong(file -> contentSize(file)));
  }

  static List<Path> extents(Path data) throws IOException {
    return files(data, "segments", Pattern.compile(".+"));
  }

  /** Size without zeros at the end: log files are allocated before they are written. */
  private static long contentSize(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int size = bytes.length;
      while (size > 0 && bytes[size - 1] == 0) {
        size--;
      }
      return size;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cuts the last bytes of what was written off, as a write that was torn. */
  static void tear(Path file, int bytes) throws IOException {
    long size = Math.max(0, contentSize(file) - bytes);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(size);
    }
    System.out.printf("  cut %s to %,d bytes%n", file.getFileName(), size);
  }

  /** Flips one byte at each multiple of a distance, beginning at half of it. */
  static void flip(Path file, long distance, Random random) throws IOException {
    long size = contentSize(file);
    int flipped = 0;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (long at = distance / 2; at < size; at += distance) {
        out.seek(at);
        int old = out.read();
        out.seek(at);
        out.write(old ^ 1 + random.nextInt(255));
        flipped++;
      }
    }
    System.out.printf("  flipped %d bytes of %s (%,d bytes)%n", flipped, file.getFileName(), size);
  }

  /** Flips the byte in the middle. */
  static void flipMiddle(Path file, Random random) throws IOException {
    flip(file, contentSize(file), random);
  }
}
