package io.btrdb.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Counts the bytes that were ever written to the log segments below some folders. Segments are
 * purged while it counts, so it looks often and remembers. A segment under way is allocated ahead;
 * of it only what precedes the zeros at its end counts.
 *
 * <p>Thread-safe.
 */
final class LogMeter implements AutoCloseable {
  private static final String UNDER_WAY = "log_inprogress_";
  private static final long PERIOD_MILLIS = 200;
  private static final int BLOCK = 1 << 16;

  private final List<Path> folders;
  private final Map<String, Long> sizes = new HashMap<>();
  private final ScheduledExecutorService watcher =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "bench-log-meter");
            thread.setDaemon(true);
            return thread;
          });

  LogMeter(List<Path> folders) {
    this.folders = List.copyOf(folders);
    var unused =
        watcher.scheduleWithFixedDelay(
            () -> look(false), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Bytes in all segments seen so far. */
  synchronized long bytes() {
    look(true);
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private synchronized void look(boolean alsoUnderWay) {
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.getFileName().toString().startsWith("log_"))
            .forEach(file -> note(file, alsoUnderWay));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (UncheckedIOException e) {
        // purged while it was listed; the next look goes on
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e;
        }
      }
    }
  }

  private void note(Path file, boolean alsoUnderWay) {
    String name = file.getFileName().toString();
    try {
      if (!name.startsWith(UNDER_WAY)) {
        sizes.put(key(file), Files.size(file));
      } else if (alsoUnderWay) {
        sizes.put(key(file), used(file));
      }
    } catch (NoSuchFileException e) {
      // closed or purged this moment: under its other name it is found next time
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same for {@code log_inprogress_7} and {@code log_7-90}: a segment is known by its start.
   */
  static String key(Path file) {
    String start = file.getFileName().toString().replaceFirst("^log_(inprogress_)?(\\d+).*", "$2");
    return file.resolveSibling(start).toString();
  }

  /** Bytes before the zeros at the end. */
  static long used(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      long end = channel.size();
      while (end > 0) {
        long start = Math.max(0, end - BLOCK);
        block.clear().limit((int) (end - start));
        int read = channel.read(block, start);
        for (int i = read - 1; i >= 0; i--) {
          if (block.get(i) != 0) {
            return start + i + 1;
          }
        }
        end = start;
      }
      return 0;
    }
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }
}
