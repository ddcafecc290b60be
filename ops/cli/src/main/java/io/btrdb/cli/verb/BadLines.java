package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.Progress;
import java.nio.file.Path;

/** Reports lines that could not be read, up to a number of them, and counts the rest. */
final class BadLines {
  private final Progress progress;
  private final int printed;
  private long count;

  BadLines(Progress progress, int printed) {
    this.progress = progress;
    this.printed = printed;
  }

  void add(Path file, long line, String problem) {
    count++;
    if (count <= printed) {
      progress.say(file + ":" + line + ": " + problem);
    } else if (count == printed + 1L) {
      progress.say("More bad lines follow; --show-bad N prints more of them.");
    }
  }

  long count() {
    return count;
  }
}
