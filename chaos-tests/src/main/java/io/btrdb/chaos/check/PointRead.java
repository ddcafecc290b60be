package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.Op;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A read of raw values beside all points that somebody tried to write in its range. */
final class PointRead {
  private final Op op;
  private final Call.Values call;
  private final int first;
  private final int end;
  private final BitSet seen = new BitSet();

  private PointRead(Op op, Call.Values call, Columns read, WrittenPoints points) {
    this.op = op;
    this.call = call;
    first = points.from(call.start());
    end = points.from(call.end());
    for (int i = 0; i < read.size(); i++) {
      int at = points.find(read.times()[i], read.values()[i]);
      if (at >= first) {
        seen.set(at - first);
      }
    }
  }

  /** All such reads of one stream that were answered, made one by one. */
  static Stream<PointRead> of(List<Op> ops, WrittenPoints points) {
    return ops.stream().flatMap(op -> of(op, points).stream());
  }

  private static Optional<PointRead> of(Op op, WrittenPoints points) {
    return op.isOk()
            && op.call() instanceof Call.Values call
            && op.answer() instanceof Answer.Points read
        ? Optional.of(new PointRead(op, call, read.columns(), points))
        : Optional.empty();
  }

  Op op() {
    return op;
  }

  boolean isLatest() {
    return call.at().isLatest();
  }

  /** Index of the first point in its range. */
  int first() {
    return first;
  }

  /** Index behind the last. */
  int end() {
    return end;
  }

  /** Whether it shows a point of its range. */
  boolean shows(int point) {
    return seen.get(point - first);
  }
}
