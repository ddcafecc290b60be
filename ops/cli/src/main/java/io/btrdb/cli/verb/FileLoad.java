package io.btrdb.cli.verb;

import io.btrdb.cli.csv.CsvOptions;
import io.btrdb.cli.csv.MeasurementFile;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Carries the points of files, one after the other, to their streams. Belongs to one thread. */
final class FileLoad {
  /** Lines between two looks at the clock. */
  private static final int STRIDE = 1024;

  private final CsvOptions options;
  private final boolean strict;
  private final Progress progress;
  private final long totalBytes;
  private final BadLines bad;
  private final Interruption interruption;
  private long bytesBefore;
  private long points;
  private boolean stoppedAtBadLine;

  FileLoad(
      CsvOptions options,
      boolean strict,
      Progress progress,
      long totalBytes,
      BadLines bad,
      Interruption interruption) {
    this.options = options;
    this.strict = strict;
    this.progress = progress;
    this.totalBytes = totalBytes;
    this.bad = bad;
    this.interruption = interruption;
  }

  /**
   * Carries one file.
   *
   * @param targets a sink for each of the file's value columns
   * @return points that were handed over
   */
  long run(Path path, List<PointSink> targets) throws IOException {
    long before = points;
    try (MeasurementFile file = MeasurementFile.open(path, options)) {
      long lines = 0;
      while (!stoppedAtBadLine && file.next()) {
        if (file.isGood()) {
          carry(file, targets);
        } else {
          bad.add(path, file.lineNumber(), file.problem());
          stoppedAtBadLine = strict;
        }
        if (++lines % STRIDE == 0) {
          progress.show(bytesBefore + file.bytesRead(), totalBytes, points);
          if (interruption.requested()) {
            break;
          }
        }
      }
      bytesBefore += file.bytesRead();
    }
    targets.forEach(PointSink::flush);
    return points - before;
  }

  private void carry(MeasurementFile file, List<PointSink> targets) {
    for (int i = 0; i < targets.size(); i++) {
      if (file.hasValue(i)) {
        targets.get(i).add(file.time(), file.value(i));
        points++;
      }
    }
  }

  /** Whether it was strict and met a bad line. */
  boolean stoppedAtBadLine() {
    return stoppedAtBadLine;
  }
}
