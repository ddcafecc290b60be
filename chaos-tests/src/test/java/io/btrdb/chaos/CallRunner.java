package io.btrdb.chaos;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.StreamVersion;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.ChangeCursor;
import io.btrdb.client.Consistency;
import io.btrdb.client.Direction;
import io.btrdb.client.MergePolicy;
import io.btrdb.client.Point;
import io.btrdb.client.StreamView;
import io.btrdb.client.Version;
import io.btrdb.client.WindowCursor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Makes the calls of a history through the Java client. */
final class CallRunner {
  private final Btrdb db;

  /** What came back, and for which version. */
  record Reply(Answer answer, StreamVersion version) {}

  CallRunner(Btrdb db) {
    this.db = db;
  }

  /**
   * @throws io.btrdb.client.BtrdbException when it fails
   */
  Reply run(Call.Write write) {
    BtrdbStream stream = db.stream(write.uuid());
    Version made =
        switch (write) {
          case Call.Insert insert ->
              stream.insert(
                  insert.points().times(),
                  insert.points().values(),
                  MergePolicy.valueOf(insert.policy().name()));
          case Call.Delete delete -> stream.delete(delete.start(), delete.end());
          case Call.Flush flush -> stream.flush();
        };
    return new Reply(new Answer.Done(), version(made));
  }

  /**
   * @throws io.btrdb.client.BtrdbException when it fails
   */
  Reply run(Call.Read read) {
    StreamView view = view(read);
    return switch (read) {
      case Call.Values values -> points(Points.read(view, values.start(), values.end()));
      case Call.Windows asked -> windows(view.windows(asked.start(), asked.end(), asked.width()));
      case Call.Aligned asked ->
          windows(view.alignedWindows(asked.start(), asked.end(), asked.pointWidth()));
      case Call.Nearest asked -> nearest(view, asked);
      case Call.Changes asked -> changes(view.changesSince(asked.from(), asked.resolution()));
      case Call.Replica replica ->
          throw new IllegalArgumentException("not a question for a client: " + replica);
    };
  }

  private StreamView view(Call.Read read) {
    BtrdbStream stream = db.stream(read.uuid());
    Call.At at = read.at();
    if (at.isPinned()) {
      return stream.at(at.major());
    }
    return at.isLatest()
        ? stream.latest()
        : stream.at(Consistency.boundedStaleness(Duration.ofMillis(at.stalenessMillis())));
  }

  private static StreamVersion version(Version version) {
    return new StreamVersion(version.major(), version.minor());
  }

  private static Reply points(Points points) {
    Columns columns =
        new Columns(
            points.list().stream().mapToLong(Point::time).toArray(),
            points.list().stream().mapToDouble(Point::value).toArray());
    return new Reply(new Answer.Points(columns), version(points.version()));
  }

  /** Of a pinned version only: the client does not tell another one. */
  private static Reply nearest(StreamView view, Call.Nearest asked) {
    Optional<Point> found =
        view.nearest(asked.time(), asked.backward() ? Direction.BACKWARD : Direction.FORWARD);
    Columns columns =
        found
            .map(p -> new Columns(new long[] {p.time()}, new double[] {p.value()}))
            .orElse(Columns.NOTHING);
    return new Reply(new Answer.Points(columns), new StreamVersion(asked.at().major(), 0));
  }

  private static Reply windows(WindowCursor cursor) {
    LongStream.Builder starts = LongStream.builder();
    LongStream.Builder counts = LongStream.builder();
    DoubleStream.Builder[] columns = new DoubleStream.Builder[4];
    Arrays.setAll(columns, i -> DoubleStream.builder());
    try (cursor) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          starts.add(cursor.start(i));
          counts.add(cursor.count(i));
          columns[0].add(cursor.min(i));
          columns[1].add(cursor.mean(i));
          columns[2].add(cursor.max(i));
          columns[3].add(cursor.stddev(i));
        }
      }
      Answer answer =
          new Answer.Statistics(
              starts.build().toArray(),
              counts.build().toArray(),
              columns[0].build().toArray(),
              columns[1].build().toArray(),
              columns[2].build().toArray(),
              columns[3].build().toArray());
      return new Reply(answer, version(cursor.version()));
    }
  }

  private static Reply changes(ChangeCursor cursor) {
    LongStream.Builder starts = LongStream.builder();
    LongStream.Builder ends = LongStream.builder();
    try (cursor) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          starts.add(cursor.start(i));
          ends.add(cursor.end(i));
        }
      }
      Answer answer = new Answer.Ranges(starts.build().toArray(), ends.build().toArray());
      return new Reply(answer, version(cursor.version()));
    }
  }
}
