package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Version;
import java.util.ArrayList;
import java.util.List;

/** Compares whole streams with their ledgers when nobody writes any more. */
final class Verification {
  private Verification() {}

  /** Asserts that each stream holds what it must, and nothing else, and counts it right. */
  static void assertAllThere(Btrdb db, List<StreamLedger> ledgers) {
    List<Violation> found = new ArrayList<>();
    long points = 0;
    long unknown = 0;
    for (StreamLedger ledger : ledgers) {
      found.addAll(ledger.brokenPromises());
      points += check(db.stream(ledger.stream()), ledger, found);
      unknown += ledger.unknownCount();
    }
    assertNone(found);
    System.out.printf(
        "  verified %,d points in %d streams (%d of unknown fate)%n",
        points, ledgers.size(), unknown);
  }

  private static long check(BtrdbStream stream, StreamLedger ledger, List<Violation> found) {
    StreamLedger.Mark mark = ledger.mark();
    Points points = Points.read(stream.latest(), WriteLoad.START, WriteLoad.END);
    found.addAll(ledger.check(mark, WriteLoad.START, WriteLoad.END, points));
    if (stream.count() != points.list().size()) {
      found.add(
          new Violation(
              Violation.Kind.WRONG_STATISTICS,
              stream + " counts " + stream.count() + " of " + points.list().size() + " points"));
    }
    Version sealed = stream.flush();
    Points pinned = Points.read(stream.at(sealed), WriteLoad.START, WriteLoad.END);
    if (!pinned.list().equals(points.list())) {
      found.add(new Violation(Violation.Kind.UNREPEATABLE, stream + " changed by a flush"));
    }
    found.addAll(
        StatisticsCheck.check(stream.at(sealed), WriteLoad.START, WriteLoad.END, pinned.list()));
    return points.list().size();
  }

  static void assertNone(List<Violation> found) {
    assertTrue(found.isEmpty(), () -> StreamLedger.summary(found));
  }
}
