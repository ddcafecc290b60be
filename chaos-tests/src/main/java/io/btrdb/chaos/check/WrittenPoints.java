package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** All points that anybody tried to insert into a stream that keeps all, by time and value. */
final class WrittenPoints {
  /** One point and the insert that carried it. */
  record Written(long time, double value, Op op) {}

  private static final Comparator<Written> ORDER =
      Comparator.comparingLong(Written::time).thenComparingDouble(Written::value);

  private final List<Written> points = new ArrayList<>();

  WrittenPoints(List<Op> ops) {
    for (Op op : ops) {
      if (op.call() instanceof Call.Insert insert) {
        Columns columns = insert.points();
        for (int i = 0; i < columns.size(); i++) {
          points.add(new Written(columns.times()[i], columns.values()[i], op));
        }
      }
    }
    points.sort(ORDER);
  }

  /** Whether no insert drops or replaces points. */
  static boolean keepsAll(List<Op> ops) {
    return ops.stream()
        .allMatch(
            op ->
                !(op.call() instanceof Call.Insert insert) || insert.policy() == Call.Policy.NEVER);
  }

  int size() {
    return points.size();
  }

  Written get(int i) {
    return points.get(i);
  }

  /** Index of the first point at or behind a time. */
  int from(long time) {
    int low = 0;
    int high = points.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (points.get(middle).time() < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Index of a point, negative when nobody wrote it. */
  int find(long time, double value) {
    return Collections.binarySearch(points, new Written(time, value, null), ORDER);
  }
}
