package io.btrdb.cli.demo;

import io.btrdb.client.PointCursor;
import io.btrdb.client.StreamView;

/**
 * What a range holds, to the last bit.
 *
 * @param points how many
 * @param checksum over all times and values in their order
 */
record Digest(long points, long checksum) {
  static Digest of(StreamView view, long start, long end) {
    long points = 0;
    long checksum = 0;
    try (PointCursor cursor = view.values(start, end)) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          checksum = 31 * checksum + cursor.time(i);
          checksum = 31 * checksum + Double.doubleToRawLongBits(cursor.value(i));
          points++;
        }
      }
    }
    return new Digest(points, checksum);
  }

  @Override
  public String toString() {
    return String.format("%,d points, checksum %016x", points, checksum);
  }
}
