package io.btrdb.chaos;

import io.btrdb.client.Point;
import io.btrdb.client.PointCursor;
import io.btrdb.client.StreamView;
import io.btrdb.client.Version;
import java.util.Arrays;
import java.util.List;

/**
 * Points as a read returned them.
 *
 * @param version they were read at
 */
record Points(List<Point> list, Version version) {
  static Points read(StreamView view, long start, long end) {
    Point[] points = new Point[256];
    int count = 0;
    try (PointCursor cursor = view.values(start, end)) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          if (count == points.length) {
            points = Arrays.copyOf(points, 2 * count);
          }
          points[count++] = new Point(cursor.time(i), cursor.value(i));
        }
      }
      return new Points(Arrays.asList(points).subList(0, count), cursor.version());
    }
  }
}
