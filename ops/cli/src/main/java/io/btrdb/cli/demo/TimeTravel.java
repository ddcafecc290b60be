package io.btrdb.cli.demo;

import io.btrdb.cli.text.Durations;
import io.btrdb.cli.text.IsoTime;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.ChangeCursor;
import io.btrdb.client.Version;
import java.util.ArrayList;
import java.util.List;

/** Chapter: a version that is written down reads the same after inserts and deletes. */
final class TimeTravel {
  private static final long SECOND = 1_000_000_000L;
  private static final long READ_SECONDS = 300;
  private static final long DELETED_SECONDS = 5;
  private static final int INSERTED = 120;

  /** Changed ranges of about a second: 2^30 ns. */
  private static final int RESOLUTION = 30;

  private final Story story;
  private final BtrdbStream stream;

  TimeTravel(Story story, BtrdbStream stream) {
    this.story = story;
    this.stream = stream;
  }

  /**
   * Tells the chapter.
   *
   * @param end of the stream's points; the changes are made shortly before it
   * @return whether everything was as it must be
   */
  boolean tell(long end) {
    long start = end - READ_SECONDS * SECOND;
    Version pinned = stream.flush();
    Digest before = Digest.of(stream.at(pinned), start, end);
    story.say("Version %s, its last five minutes: %s.", pinned, before);

    long insertAt = end - 60 * SECOND;
    long deleteFrom = end - 200 * SECOND;
    long deleteTo = deleteFrom + DELETED_SECONDS * SECOND;
    long deleted = Digest.of(stream.at(pinned), deleteFrom, deleteTo).points();
    insert(insertAt);
    stream.delete(deleteFrom, deleteTo);
    Version sealed = stream.flush();
    Digest after = Digest.of(stream.at(sealed), start, end);
    story.say(
        "Then %d points inserted and %d deleted. Version %s: %s.",
        INSERTED, deleted, sealed, after);

    Digest again = Digest.of(stream.at(pinned), start, end);
    boolean same = again.equals(before);
    boolean counted = after.points() == before.points() + INSERTED - deleted;
    story.say(
        "Version %s again: %s: %s.", pinned, again, same ? "the same, to the bit" : "NOT THE SAME");
    if (!counted) {
      story.say("WRONG: %,d points were expected.", before.points() + INSERTED - deleted);
    }
    boolean told = tellChanges(pinned, sealed, insertAt, deleteFrom);
    return same && counted && told;
  }

  private void insert(long at) {
    long[] times = new long[INSERTED];
    double[] values = new double[INSERTED];
    for (int i = 0; i < INSERTED; i++) {
      // between the points of the grid, which are 8.3 ms apart
      times[i] = at + i * 1_000_003L;
      values[i] = PowerGrid.NOMINAL_VOLTS + i;
    }
    stream.insert(times, values);
  }

  private boolean tellChanges(Version from, Version to, long inserted, long deleted) {
    List<String> lines = new ArrayList<>();
    boolean insertTold = false;
    boolean deleteTold = false;
    try (ChangeCursor changes = stream.changes(from.major(), to.major(), RESOLUTION)) {
      while (changes.next()) {
        for (int i = 0; i < changes.size(); i++) {
          long start = changes.start(i);
          long end = changes.end(i);
          insertTold |= start <= inserted && inserted < end;
          deleteTold |= start <= deleted && deleted < end;
          lines.add("  " + IsoTime.print(start) + "  " + Durations.describe(end - start));
        }
      }
    }
    story.say("What changed since version %s, as 'changes' reports it:", from);
    story.show(lines);
    if (!insertTold || !deleteTold) {
      story.say("WRONG: a change is missing from this list.");
    }
    return insertTold && deleteTold;
  }
}
