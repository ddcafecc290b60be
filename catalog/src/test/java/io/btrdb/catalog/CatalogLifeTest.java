package io.btrdb.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.catalog.CatalogOutcome.Accepted;
import io.btrdb.catalog.CatalogOutcome.Noted;
import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatalogLifeTest {
  private static final Map<String, String> TAGS = Map.of("name", "L1MAG", "unit", "volts");
  private static final Map<String, String> NOTES = Map.of("site", "roof");

  private final TestCatalog test = TestCatalog.initialised();
  private final UUID uuid = test.id();
  private final UUID request = test.id();

  private CatalogOutcome reserve(UUID by) {
    return test.apply(new CatalogCommand.Reserve(by, uuid, "pmu", TAGS, NOTES));
  }

  private CatalogOutcome confirm(UUID by) {
    return test.apply(new CatalogCommand.Confirm(by, uuid));
  }

  private static void assertRefused(Reason reason, CatalogOutcome outcome) {
    assertEquals(reason, assertInstanceOf(Refused.class, outcome).reason());
  }

  @Test
  void shouldShowStreamOnlyWhenConfirmed() {
    assertEquals(new Accepted(Lifecycle.RESERVED, 1), reserve(request));
    assertEquals(Optional.empty(), test.catalog().describe(uuid));
    assertEquals(List.of(), test.collections("", 10));

    assertEquals(new Accepted(Lifecycle.ACTIVE, 1), confirm(request));
    assertEquals(
        Optional.of(new StreamDescriptor(uuid, "pmu", TAGS, NOTES, 1)),
        test.catalog().describe(uuid));
    assertEquals(List.of("pmu"), test.collections("", 10));
    assertEquals(1, test.catalog().info().streams());
    assertEquals(0, test.catalog().info().unfinished());
  }

  @Test
  void shouldRefuseUuidOfActiveStreamEvenWithSameContent() {
    reserve(request);
    confirm(request);
    assertRefused(Reason.SAME_STREAM, reserve(test.id()));
    assertRefused(
        Reason.SAME_STREAM,
        test.apply(new CatalogCommand.Reserve(test.id(), uuid, "other", Map.of(), Map.of())));
  }

  @Test
  void shouldAcceptTheVeryRequestThatCreatedTheStreamAgain() {
    reserve(request);
    confirm(request);
    assertEquals(new Accepted(Lifecycle.ACTIVE, 1), reserve(request));
    assertEquals(new Accepted(Lifecycle.ACTIVE, 1), confirm(request));
  }

  @Test
  void shouldLetIdenticalRequestDriveAnAbandonedReservationOn() {
    UUID second = test.id();
    reserve(request);
    assertEquals(new Accepted(Lifecycle.RESERVED, 1), reserve(second));
    assertRefused(Reason.SAME_STREAM, confirm(request));
    assertEquals(new Accepted(Lifecycle.ACTIVE, 1), confirm(second));
    assertRefused(Reason.SAME_STREAM, confirm(request));
    assertRefused(Reason.SAME_STREAM, reserve(request));
  }

  @Test
  void shouldRefuseOtherContentForReservedUuid() {
    reserve(request);
    assertRefused(
        Reason.SAME_STREAM,
        test.apply(new CatalogCommand.Reserve(test.id(), uuid, "pmu", TAGS, Map.of())));
  }

  @Test
  void shouldRefuseNameThatIsReservedActiveOrHidden() {
    CatalogCommand other =
        new CatalogCommand.Reserve(test.id(), test.id(), "pmu", TAGS, Map.of("a", "b"));
    reserve(request);
    assertRefused(Reason.AMBIGUOUS_STREAM, test.apply(other));
    confirm(request);
    assertRefused(Reason.AMBIGUOUS_STREAM, test.apply(other));
    test.apply(new CatalogCommand.Hide(test.id(), uuid));
    assertRefused(Reason.AMBIGUOUS_STREAM, test.apply(other));
    test.apply(new CatalogCommand.Bury(uuid));
    assertInstanceOf(Accepted.class, test.apply(other));
  }

  @Test
  void shouldReleaseUuidAndNameWhenShardRefused() {
    reserve(request);
    assertEquals(new Noted(), test.apply(new CatalogCommand.Release(request, uuid)));
    assertEquals(new Noted(), test.apply(new CatalogCommand.Release(request, uuid)));
    assertRefused(Reason.NO_SUCH_STREAM, confirm(request));
    assertEquals(new Accepted(Lifecycle.RESERVED, 1), reserve(test.id()));
  }

  @Test
  void shouldNotReleaseReservationOfAnotherRequestNorActiveStream() {
    UUID second = test.id();
    reserve(request);
    reserve(second);
    test.apply(new CatalogCommand.Release(request, uuid));
    assertEquals(new Accepted(Lifecycle.ACTIVE, 1), confirm(second));
    test.apply(new CatalogCommand.Release(second, uuid));
    assertTrue(test.catalog().describe(uuid).isPresent());
  }

  @Test
  void shouldHideAtOnceAndNeverGiveTheUuidAgain() {
    reserve(request);
    confirm(request);
    UUID obliterate = test.id();
    assertEquals(
        new Accepted(Lifecycle.HIDDEN, 1), test.apply(new CatalogCommand.Hide(obliterate, uuid)));
    assertEquals(Optional.empty(), test.catalog().describe(uuid));
    assertEquals(List.of(), test.collections("", 10));
    assertRefused(Reason.REUSED_UUID, reserve(test.id()));

    test.apply(new CatalogCommand.Bury(uuid));
    assertRefused(Reason.REUSED_UUID, reserve(test.id()));
    assertRefused(Reason.REUSED_UUID, confirm(request));
    assertEquals(
        new Accepted(Lifecycle.BURIED, 0), test.apply(new CatalogCommand.Hide(obliterate, uuid)));
    assertRefused(Reason.NO_SUCH_STREAM, test.apply(new CatalogCommand.Hide(test.id(), uuid)));
    assertEquals(0, test.catalog().info().streams());
    assertEquals(0, test.catalog().info().unfinished());
  }

  @Test
  void shouldNotObliterateWhatIsNotActive() {
    assertRefused(Reason.NO_SUCH_STREAM, test.apply(new CatalogCommand.Hide(test.id(), uuid)));
    reserve(request);
    assertRefused(Reason.NO_SUCH_STREAM, test.apply(new CatalogCommand.Hide(test.id(), uuid)));
    assertEquals(new Noted(), test.apply(new CatalogCommand.Bury(uuid)));
    assertEquals(new Accepted(Lifecycle.ACTIVE, 1), confirm(request));
  }

  @Test
  void shouldListUnfinishedStreamsInPages() {
    for (int i = 0; i < 5; i++) {
      test.apply(
          new CatalogCommand.Reserve(test.id(), test.id(), "c", Map.of("name", "n" + i), Map.of()));
    }
    UUID active = test.create("c", "done");
    UUID obliterate = test.id();
    test.apply(new CatalogCommand.Hide(obliterate, active));
    List<UnfinishedStream> first = test.catalog().unfinished(Optional.empty(), 4);
    List<UnfinishedStream> second =
        test.catalog().unfinished(Optional.of(first.getLast().uuid()), 4);
    assertEquals(4, first.size());
    assertEquals(2, second.size());
    assertEquals(new UnfinishedStream(active, Lifecycle.HIDDEN, obliterate), second.getLast());
    assertEquals(6, test.catalog().info().unfinished());
  }

  @Test
  void shouldRefuseStreamsBeforeInitAndOtherClusters() {
    TestCatalog fresh = new TestCatalog();
    assertRefused(Reason.NOT_INITIALISED, fresh.apply(new CatalogCommand.Hide(request, uuid)));
    assertEquals(new Noted(), fresh.apply(new CatalogCommand.Init("a")));
    assertEquals(new Noted(), fresh.apply(new CatalogCommand.Init("a")));
    assertRefused(Reason.OTHER_CLUSTER, fresh.apply(new CatalogCommand.Init("b")));
    assertEquals(Optional.of("a"), fresh.catalog().info().clusterId());
  }

  @Test
  void shouldStopAtWhatOnlyANewerReleaseKnows() {
    assertEquals(new Noted(), test.apply(new CatalogCommand.Activate(1)));
    assertThrows(
        IllegalStateException.class,
        () -> test.apply(new CatalogCommand.Activate(Catalog.LEVEL + 1)));
    assertThrows(
        CorruptCatalogException.class,
        () -> test.apply(new TestCatalog.Entry(50, new byte[] {1, 99})));
    assertThrows(
        CorruptCatalogException.class,
        () -> test.apply(new TestCatalog.Entry(51, new byte[] {2, 1})));
  }

  @Test
  void shouldRefuseEntriesOutOfOrder() {
    test.create("c", "n");
    byte[] command = CatalogCommandCodec.encode(new CatalogCommand.Init("cluster"));
    assertThrows(IllegalStateException.class, () -> test.apply(new TestCatalog.Entry(0, command)));
  }

  @Test
  void shouldRefuseNamesThatKeysCannotHold() {
    assertRefused(Reason.INVALID_COLLECTION, reserveNamed("", Map.of(), Map.of()));
    assertRefused(Reason.INVALID_COLLECTION, reserveNamed("a\0b", Map.of(), Map.of()));
    assertRefused(Reason.INVALID_COLLECTION, reserveNamed("x".repeat(256), Map.of(), Map.of()));
    assertRefused(Reason.INVALID_TAG_KEY, reserveNamed("c", Map.of("", "v"), Map.of()));
    assertRefused(Reason.INVALID_TAG_VALUE, reserveNamed("c", Map.of("k", "\0"), Map.of()));
    assertRefused(Reason.INVALID_ANNOTATION_KEY, reserveNamed("c", Map.of(), Map.of("k\0", "v")));
    assertRefused(
        Reason.ANNOTATIONS_TOO_BIG,
        reserveNamed("c", Map.of(), Map.of("k", "x".repeat(CatalogLimits.ANNOTATION_BYTES_MAX))));
    assertInstanceOf(
        Accepted.class, reserveNamed("x".repeat(255), Map.of("k", ""), Map.of("k", "\0")));
  }

  private CatalogOutcome reserveNamed(
      String collection, Map<String, String> tags, Map<String, String> annotations) {
    return test.apply(
        new CatalogCommand.Reserve(test.id(), test.id(), collection, tags, annotations));
  }
}
