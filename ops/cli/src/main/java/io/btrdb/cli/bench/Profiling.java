package io.btrdb.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * Flight recordings of the nodes and of this process, for {@code jfr print} or JDK Mission Control.
 * A node writes its recording when it is stopped.
 */
final class Profiling implements AutoCloseable {
  private final Path directory;
  private final Recording recording;

  private Profiling(Path directory, Recording recording) {
    this.directory = directory;
    this.recording = recording;
  }

  /** Records this process until {@link #close}. */
  static Profiling start(Path directory) throws IOException {
    Files.createDirectories(directory);
    try {
      Recording recording = new Recording(Configuration.getConfiguration("profile"));
      recording.start();
      return new Profiling(directory, recording);
    } catch (ParseException e) {
      throw new IllegalStateException("the JDK's own profile settings cannot be read", e);
    }
  }

  /** Java options with which a node records itself; %p is its process id. */
  static List<String> nodeOptions(List<String> options, Path directory) {
    List<String> all = new ArrayList<>(options);
    all.add(
        "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
            + directory.resolve("node-%p.jfr"));
    return all;
  }

  @Override
  public void close() {
    try {
      recording.dump(directory.resolve("client.jfr"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      recording.close();
    }
  }
}
