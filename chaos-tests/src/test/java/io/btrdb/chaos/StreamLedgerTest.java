package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.btrdb.client.Point;
import io.btrdb.client.Version;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A checker that notices nothing proves nothing: each kind of fault is shown to it. */
class StreamLedgerTest {
  private static final Version V1 = new Version(10, 3);
  private static final Version V2 = new Version(11, 0);

  private final StreamLedger ledger = new StreamLedger(new UUID(1, 2), 7);
  private final StreamLedger.Attempt first = ledger.attempt(100, 200, 300);

  private static Point point(StreamLedger.Attempt attempt, int i) {
    return new Point(attempt.times()[i], attempt.values()[i]);
  }

  private static List<Point> all(StreamLedger.Attempt attempt) {
    return IntStream.range(0, attempt.times().length).mapToObj(i -> point(attempt, i)).toList();
  }

  private List<Violation.Kind> kinds(StreamLedger.Mark mark, Version version, List<Point> read) {
    return ledger.check(mark, 0, 1000, new Points(read, version)).stream()
        .map(Violation::kind)
        .toList();
  }

  @Test
  void shouldAcceptWhatWasAcknowledged() {
    ledger.acknowledged(first, V1);
    assertEquals(List.of(), kinds(ledger.mark(), V1, all(first)));
    assertEquals(3, ledger.acknowledgedCount());
  }

  @Test
  void shouldNoticeALostPoint() {
    ledger.acknowledged(first, V1);
    List<Point> read = List.of(point(first, 0), point(first, 2));
    assertEquals(List.of(Violation.Kind.MISSING), kinds(ledger.mark(), V1, read));
  }

  @Test
  void shouldNoticeADoubledPoint() {
    ledger.acknowledged(first, V1);
    List<Point> read = List.of(point(first, 0), point(first, 1), point(first, 1), point(first, 2));
    assertEquals(List.of(Violation.Kind.DOUBLED), kinds(ledger.mark(), V1, read));
  }

  @Test
  void shouldNoticeADoubledPointOfUnknownFate() {
    ledger.unknown(first);
    assertEquals(1, ledger.unknownCount() / first.times().length);
    assertEquals(List.of(), kinds(ledger.mark(), V1, List.of()));
    assertEquals(List.of(), kinds(ledger.mark(), V1, all(first)));
    List<Point> twice = List.of(point(first, 0), point(first, 0));
    assertEquals(List.of(Violation.Kind.DOUBLED), kinds(ledger.mark(), V1, twice));
  }

  @Test
  void shouldNoticeAResurrectedPoint() {
    ledger.acknowledged(first, V1);
    ledger.deleting(150, 250);
    assertEquals(List.of(), kinds(ledger.mark(), V1, all(first)));
    ledger.deleted(150, 250, V2);
    assertEquals(List.of(Violation.Kind.RESURRECTED), kinds(ledger.mark(), V2, all(first)));
    assertEquals(List.of(), kinds(ledger.mark(), V2, List.of(point(first, 0), point(first, 2))));
  }

  @Test
  void shouldLetAReadBeginBeforeADeleteAndEndAfterIt() {
    ledger.acknowledged(first, V1);
    StreamLedger.Mark mark = ledger.mark();
    ledger.deleting(0, 1000);
    ledger.deleted(0, 1000, V2);
    assertEquals(List.of(), kinds(mark, V1, all(first)));
    assertEquals(List.of(), kinds(mark, V2, List.of()));
  }

  @Test
  void shouldNoticeAStaleRead() {
    ledger.acknowledged(first, V1);
    StreamLedger.Attempt second = ledger.attempt(400);
    StreamLedger.Mark before = ledger.mark();
    ledger.acknowledged(second, V2);
    assertEquals(List.of(), kinds(before, V1, all(first)));
    assertEquals(
        List.of(Violation.Kind.VERSION_WENT_BACK, Violation.Kind.MISSING),
        kinds(ledger.mark(), V1, all(first)));
  }

  @Test
  void shouldNoticeARefusedPointThatIsThere() {
    ledger.refused(first);
    assertEquals(
        List.of(Violation.Kind.REFUSED), kinds(ledger.mark(), V1, List.of(point(first, 1))));
  }

  @Test
  void shouldNoticePointsThatNobodyWrote() {
    ledger.acknowledged(first, V1);
    for (double foreign : new double[] {0.5, 6L << 40, (7L << 40) + 3, -1, Double.NaN}) {
      List<Point> read =
          List.of(point(first, 0), new Point(150, foreign), point(first, 1), point(first, 2));
      assertEquals(
          List.of(Violation.Kind.NEVER_WRITTEN), kinds(ledger.mark(), V1, read), "" + foreign);
    }
  }

  @Test
  void shouldNoticePointsAtAnotherTimeOrOutOfOrder() {
    ledger.acknowledged(first, V1);
    List<Point> moved =
        List.of(point(first, 0), new Point(201, first.values()[1]), point(first, 2));
    assertEquals(List.of(Violation.Kind.MOVED), kinds(ledger.mark(), V1, moved));
    List<Point> unsorted = List.of(point(first, 1), point(first, 0), point(first, 2));
    assertEquals(List.of(Violation.Kind.UNSORTED), kinds(ledger.mark(), V1, unsorted));
  }

  @Test
  void shouldNoticePointsThatWereNotAskedFor() {
    ledger.acknowledged(first, V1);
    List<Violation> found =
        ledger.check(ledger.mark(), 150, 250, new Points(all(first).subList(1, 3), V1));
    assertEquals(
        List.of(Violation.Kind.OUT_OF_RANGE), found.stream().map(Violation::kind).toList());
  }

  @Test
  void shouldNoticeAVersionThatGoesBack() {
    ledger.acknowledged(first, V2);
    StreamLedger.Attempt second = ledger.attempt(400);
    ledger.acknowledged(second, V1);
    assertEquals(
        List.of(Violation.Kind.VERSION_WENT_BACK),
        ledger.brokenPromises().stream().map(Violation::kind).toList());
  }

  @Test
  void shouldAcceptOverlappingWritesThatAreToldInAnyOrder() {
    StreamLedger.Attempt second = ledger.attempt(400);
    ledger.acknowledged(second, V2);
    ledger.acknowledged(first, V1);
    assertEquals(List.of(), ledger.brokenPromises());
  }

  @Test
  void shouldRefuseToSettleTwice() {
    ledger.acknowledged(first, V1);
    assertThrows(IllegalStateException.class, () -> ledger.unknown(first));
  }
}
