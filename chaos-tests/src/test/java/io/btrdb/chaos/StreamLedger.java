package io.btrdb.chaos;

import io.btrdb.client.Point;
import io.btrdb.client.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * What the writer of one stream attempted and was told, and what every read must therefore show.
 *
 * <p>A point's value is its identity: {@code writer << 40 | sequence}, exact as a double. So each
 * point that is read is known to be one certain attempt, or none.
 *
 * <p>Every acknowledged point must be there exactly once in every read that began after it was
 * acknowledged; one of unknown fate at most once; one that was refused or deleted not at all.
 *
 * <p>Safe for any number of threads.
 */
final class StreamLedger {
  private static final int SEQUENCE_BITS = 40;
  private static final int VIOLATIONS_SHOWN = 5;
  private static final Version NONE = new Version(0, 0);

  private enum Fate {
    PENDING,
    ACKNOWLEDGED,
    UNKNOWN,
    REFUSED,
    /** A delete of it was begun, and its end is not known. */
    PERHAPS_DELETED,
    DELETED
  }

  private final UUID stream;
  private final long writer;
  private long[] times = new long[1024];
  private Fate[] fates = new Fate[1024];
  private int size;
  private final Sequences acknowledged = new Sequences();
  private final Sequences deleted = new Sequences();
  private Version newest = NONE;
  private final List<Violation> brokenPromises = new ArrayList<>();

  StreamLedger(UUID stream, int writer) {
    this.stream = stream;
    this.writer = writer;
  }

  /** Sequence numbers in the order in which something happened to them. */
  private static final class Sequences {
    int[] numbers = new int[1024];
    int size;

    void add(int number) {
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * size);
      }
      numbers[size++] = number;
    }
  }

  /**
   * A batch that is about to be inserted.
   *
   * @param first sequence number of its first point
   * @param floor the newest version that was told before
   */
  record Attempt(int first, long[] times, double[] values, Version floor) {}

  /** What had been told at one moment; a read that begins later must show all of it. */
  record Mark(int acknowledged, int deleted, Version version) {}

  UUID stream() {
    return stream;
  }

  /** Opens a batch of points at the given times. Gives them their values. */
  synchronized Attempt attempt(long... batchTimes) {
    int first = size;
    double[] values = new double[batchTimes.length];
    for (int i = 0; i < batchTimes.length; i++) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        fates = Arrays.copyOf(fates, 2 * size);
      }
      values[i] = (double) (writer << SEQUENCE_BITS | size);
      times[size] = batchTimes[i];
      fates[size++] = Fate.PENDING;
    }
    return new Attempt(first, batchTimes, values, newest);
  }

  synchronized void acknowledged(Attempt attempt, Version version) {
    told(version, attempt.floor());
    for (int i = 0; i < attempt.times().length; i++) {
      settle(attempt.first() + i, Fate.ACKNOWLEDGED);
      acknowledged.add(attempt.first() + i);
    }
  }

  synchronized void unknown(Attempt attempt) {
    for (int i = 0; i < attempt.times().length; i++) {
      settle(attempt.first() + i, Fate.UNKNOWN);
    }
  }

  synchronized void refused(Attempt attempt) {
    for (int i = 0; i < attempt.times().length; i++) {
      settle(attempt.first() + i, Fate.REFUSED);
    }
  }

  private void settle(int sequence, Fate fate) {
    if (fates[sequence] != Fate.PENDING) {
      throw new IllegalStateException("point " + sequence + " is already " + fates[sequence]);
    }
    fates[sequence] = fate;
  }

  /**
   * A delete of [start, end) is about to be sent. No insert may be under way. Points of unknown
   * fate stay so: they may yet come behind the delete.
   */
  synchronized void deleting(long start, long end) {
    for (int i = 0; i < size; i++) {
      if (fates[i] == Fate.PENDING) {
        throw new IllegalStateException("insert " + i + " is under way");
      }
      if (fates[i] == Fate.ACKNOWLEDGED && times[i] >= start && times[i] < end) {
        fates[i] = Fate.PERHAPS_DELETED;
      }
    }
  }

  /** The delete of [start, end) was acknowledged. */
  synchronized void deleted(long start, long end, Version version) {
    told(version, newest);
    for (int i = 0; i < size; i++) {
      if (fates[i] == Fate.PERHAPS_DELETED && times[i] >= start && times[i] < end) {
        fates[i] = Fate.DELETED;
        deleted.add(i);
      }
    }
  }

  /** A version that was told by a call that began when {@code floor} was known already. */
  private void told(Version version, Version floor) {
    if (version.compareTo(floor) < 0) {
      brokenPromises.add(
          new Violation(Violation.Kind.VERSION_WENT_BACK, stream + ": " + version + " < " + floor));
    }
    if (version.compareTo(newest) > 0) {
      newest = version;
    }
  }

  /** Takes note of what has been told up to now. */
  synchronized Mark mark() {
    return new Mark(acknowledged.size, deleted.size, newest);
  }

  synchronized long acknowledgedCount() {
    return acknowledged.size;
  }

  synchronized long unknownCount() {
    return Arrays.stream(fates, 0, size).filter(fate -> fate == Fate.UNKNOWN).count();
  }

  /** Time of a point that was acknowledged before the mark, for readers to look around. */
  synchronized long acknowledgedTime(Mark mark, int which) {
    return times[acknowledged.numbers[Math.floorMod(which, mark.acknowledged())]];
  }

  /** What writers were told that cannot be true together. */
  synchronized List<Violation> brokenPromises() {
    return List.copyOf(brokenPromises);
  }

  /**
   * What is wrong with a read of the latest version.
   *
   * @param mark made before the read began
   * @param points all that was read in [start, end)
   */
  synchronized List<Violation> check(Mark mark, long start, long end, Points points) {
    List<Violation> found = new ArrayList<>();
    if (points.version().compareTo(mark.version()) < 0) {
      found.add(
          violation(
              Violation.Kind.VERSION_WENT_BACK,
              "read " + points.version() + ", told " + mark.version()));
    }
    int[] seen = new int[size];
    long before = start;
    for (Point point : points.list()) {
      checkPoint(point, start, end, seen, found);
      if (point.time() < before) {
        found.add(violation(Violation.Kind.UNSORTED, point.time() + " after " + before));
      }
      before = point.time();
    }
    for (int i = 0; i < mark.acknowledged(); i++) {
      int sequence = acknowledged.numbers[i];
      boolean asked = times[sequence] >= start && times[sequence] < end;
      if (asked && fates[sequence] == Fate.ACKNOWLEDGED && seen[sequence] == 0) {
        found.add(violation(Violation.Kind.MISSING, describe(sequence) + missing(points, mark)));
      }
    }
    for (int i = 0; i < mark.deleted(); i++) {
      if (seen[deleted.numbers[i]] > 0) {
        found.add(violation(Violation.Kind.RESURRECTED, describe(deleted.numbers[i])));
      }
    }
    return found;
  }

  private void checkPoint(Point point, long start, long end, int[] seen, List<Violation> found) {
    long identity = (long) point.value();
    boolean mine = identity == point.value() && identity >>> SEQUENCE_BITS == writer;
    long sequence = identity & (1L << SEQUENCE_BITS) - 1;
    if (!mine || sequence >= size) {
      found.add(violation(Violation.Kind.NEVER_WRITTEN, point.toString()));
      return;
    }
    int index = (int) sequence;
    seen[index]++;
    if (seen[index] == 2) {
      found.add(violation(Violation.Kind.DOUBLED, describe(index)));
    }
    if (point.time() != times[index]) {
      found.add(violation(Violation.Kind.MOVED, describe(index) + " to " + point.time()));
    }
    if (point.time() < start || point.time() >= end) {
      found.add(violation(Violation.Kind.OUT_OF_RANGE, describe(index)));
    }
    if (fates[index] == Fate.REFUSED) {
      found.add(violation(Violation.Kind.REFUSED, describe(index)));
    }
  }

  private String describe(int sequence) {
    return "point " + sequence + " of " + size + " at " + times[sequence] + ", " + fates[sequence];
  }

  private static String missing(Points points, Mark mark) {
    return " in a read of " + points.version() + " with " + mark.version() + " told before";
  }

  private Violation violation(Violation.Kind kind, String detail) {
    return new Violation(kind, "stream " + stream + ", writer " + writer + ": " + detail);
  }

  /** The first few of many violations and how many there are. */
  static String summary(List<Violation> violations) {
    StringBuilder text = new StringBuilder().append(violations.size()).append(" violations");
    violations.stream().limit(VIOLATIONS_SHOWN).forEach(v -> text.append("\n  ").append(v));
    return text.toString();
  }
}
