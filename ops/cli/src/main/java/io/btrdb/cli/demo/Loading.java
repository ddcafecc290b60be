package io.btrdb.cli.demo;

import io.btrdb.cli.terminal.Progress;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.BufferedWriter;
import io.btrdb.client.WriteFailure;
import io.btrdb.client.WriterOptions;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** First chapter: generates a year of measurements and stores it. */
final class Loading {
  private static final int BLOCK = 10_000;

  private final Story story;
  private final PowerGrid grid;
  private final Timeline timeline;
  private final AtomicReference<WriteFailure> failure = new AtomicReference<>();

  Loading(Story story, PowerGrid grid, Timeline timeline) {
    this.story = story;
    this.grid = grid;
    this.timeline = timeline;
  }

  /** Creates a stream for each channel and fills it; returns when all points are durable. */
  Map<Channel, BtrdbStream> load(Btrdb db, String collection) {
    Map<Channel, BtrdbStream> streams = create(db, collection);
    long total = (long) timeline.size() * streams.size();
    story.say(
        "%d streams of a three-phase feeder in %s: one point every so often for a year, then 120 a"
            + " second: %,d points. Every point is on the disks of two nodes before it counts.",
        streams.size(), collection, total);
    long begun = System.nanoTime();
    try (Progress progress = story.progress("loading", "points");
        BufferedWriter writer =
            db.writer(
                WriterOptions.defaults()
                    .withMaxBufferedPoints(streams.size() * 2 * BLOCK)
                    .withOnFailure(lost -> failure.compareAndSet(null, lost)))) {
      write(streams, writer, progress, total);
      writer.flush();
    }
    checkWritten();
    double seconds = (System.nanoTime() - begun) / 1e9;
    story.say(
        "Loaded %,d points in %.1f s: %s points/s, generating them included.",
        total, seconds, Progress.rate(total, seconds));
    streams.values().forEach(BtrdbStream::flush);
    return streams;
  }

  private static Map<Channel, BtrdbStream> create(Btrdb db, String collection) {
    Map<Channel, BtrdbStream> streams = new EnumMap<>(Channel.class);
    for (Channel channel : Channel.values()) {
      Map<String, String> tags = Map.of("name", channel.name(), "unit", channel.unit());
      Map<String, String> notes = Map.of("source", "btrdb demo", "rate", "120 Hz");
      streams.put(channel, db.create(UUID.randomUUID(), collection, tags, notes));
    }
    return streams;
  }

  private void write(
      Map<Channel, BtrdbStream> streams, BufferedWriter writer, Progress progress, long total) {
    long[] times = new long[BLOCK];
    double[] values = new double[BLOCK];
    long done = 0;
    for (int from = 0; from < timeline.size(); from += BLOCK) {
      int count = Math.min(BLOCK, timeline.size() - from);
      for (int i = 0; i < count; i++) {
        times[i] = timeline.time(from + i);
      }
      for (Map.Entry<Channel, BtrdbStream> entry : streams.entrySet()) {
        for (int i = 0; i < count; i++) {
          values[i] = grid.reading(entry.getKey(), times[i]);
        }
        writer.add(entry.getValue(), times, values, 0, count);
        done += count;
        progress.show(done, total, done);
      }
      story.checkWanted();
      checkWritten();
    }
  }

  private void checkWritten() {
    WriteFailure lost = failure.get();
    if (lost != null) {
      throw lost.cause();
    }
  }
}
