package io.btrdb.node.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them. */
final class Trees {
  private Trees() {}

  /** Deletes a folder; nothing when it is not there. */
  static void delete(Path root) throws IOException {
    if (Files.notExists(root)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> walked = Files.walk(root)) {
      deepestFirst = walked.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  /** Copies a folder into one that is not there yet; nothing when there is none. */
  static void copy(Path from, Path to) throws IOException {
    if (Files.notExists(from)) {
      return;
    }
    List<Path> parentsFirst;
    try (Stream<Path> walked = Files.walk(from)) {
      parentsFirst = walked.sorted().toList();
    }
    for (Path path : parentsFirst) {
      Files.copy(path, to.resolve(from.relativize(path).toString()));
    }
  }
}
