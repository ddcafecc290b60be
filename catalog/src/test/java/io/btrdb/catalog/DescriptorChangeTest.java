package io.btrdb.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.btrdb.catalog.CatalogOutcome.Accepted;
import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DescriptorChangeTest {
  private final TestCatalog test = TestCatalog.initialised();
  private final UUID uuid =
      test.create("pmu", Map.of("name", "a", "unit", "V"), Map.of("k", "1", "l", "2"));

  private CatalogOutcome setTags(
      long expected, String collection, Map<String, String> tags, List<String> removals) {
    return test.apply(
        new CatalogCommand.SetTags(test.id(), uuid, expected, collection, tags, removals));
  }

  private StreamDescriptor stream() {
    return test.catalog().describe(uuid).orElseThrow();
  }

  private static void assertRefused(Reason reason, CatalogOutcome outcome) {
    assertEquals(reason, assertInstanceOf(Refused.class, outcome).reason());
  }

  @Test
  void shouldKeepTagsWhenOnlyTheCollectionChanges() {
    assertEquals(new Accepted(Lifecycle.ACTIVE, 2), setTags(1, "moved", Map.of(), List.of()));
    assertEquals("moved", stream().collection());
    assertEquals(Map.of("name", "a", "unit", "V"), stream().tags());
    assertEquals(Map.of("k", "1", "l", "2"), stream().annotations());
    assertEquals(List.of("moved"), test.collections("", 10));
  }

  @Test
  void shouldKeepCollectionWhenNoneIsGiven() {
    setTags(0, "", Map.of("name", "b"), List.of("unit", "absent"));
    assertEquals("pmu", stream().collection());
    assertEquals(Map.of("name", "b"), stream().tags());
    assertEquals(2, stream().propertyVersion());
  }

  @Test
  void shouldRefuseUnexpectedPropertyVersion() {
    assertRefused(Reason.VERSION_MISMATCH, setTags(2, "", Map.of("name", "b"), List.of()));
    assertEquals(1, stream().propertyVersion());
    setTags(0, "", Map.of("name", "b"), List.of());
    assertEquals(new Accepted(Lifecycle.ACTIVE, 3), setTags(2, "", Map.of("name", "b"), List.of()));
  }

  @Test
  void shouldChangeAnnotations() {
    assertEquals(
        new Accepted(Lifecycle.ACTIVE, 2),
        test.apply(
            new CatalogCommand.SetAnnotations(
                test.id(), uuid, 1, Map.of("k", "3", "m", ""), List.of("l", "m"))));
    assertEquals(Map.of("k", "3", "m", ""), stream().annotations());
    assertEquals(Map.of("k", 1L, "m", 1L), test.catalog().usage("").annotations());
  }

  @Test
  void shouldRefuseNameOfAnotherStream() {
    test.create("pmu", Map.of("name", "b", "unit", "V"), Map.of());
    assertRefused(Reason.AMBIGUOUS_STREAM, setTags(0, "", Map.of("name", "b"), List.of()));
    assertEquals(1, stream().propertyVersion());
    assertInstanceOf(Accepted.class, setTags(0, "", Map.of("name", "a"), List.of()));
  }

  @Test
  void shouldFreeTheOldName() {
    setTags(0, "", Map.of("name", "b"), List.of());
    UUID heir = test.create("pmu", Map.of("name", "a", "unit", "V"), Map.of());
    assertEquals("a", test.catalog().describe(heir).orElseThrow().tags().get("name"));
  }

  @Test
  void shouldAcceptRepeatedRequestWithoutASecondEffect() {
    UUID request = test.id();
    CatalogCommand command =
        new CatalogCommand.SetAnnotations(request, uuid, 1, Map.of("k", "mine"), List.of());
    assertEquals(new Accepted(Lifecycle.ACTIVE, 2), test.apply(command));
    test.apply(
        new CatalogCommand.SetAnnotations(test.id(), uuid, 0, Map.of("k", "theirs"), List.of()));
    assertEquals(new Accepted(Lifecycle.ACTIVE, 3), test.apply(command));
    assertEquals("theirs", stream().annotations().get("k"));
  }

  @Test
  void shouldRememberABoundedNumberOfChanges() {
    for (int i = 0; i < 3 * CatalogLimits.REMEMBERED_CHANGES; i++) {
      test.apply(
          new CatalogCommand.SetAnnotations(test.id(), uuid, 0, Map.of("k", "" + i), List.of()));
    }
    test.checkpoint();
    test.crashAndReplay();
    assertEquals(1 + 3L * CatalogLimits.REMEMBERED_CHANGES, stream().propertyVersion());
  }

  @Test
  void shouldNotChangeUnknownOrHiddenStreams() {
    assertRefused(
        Reason.NO_SUCH_STREAM,
        test.apply(new CatalogCommand.SetTags(test.id(), test.id(), 0, "", Map.of(), List.of())));
    test.apply(new CatalogCommand.Hide(test.id(), uuid));
    assertRefused(Reason.NO_SUCH_STREAM, setTags(0, "x", Map.of(), List.of()));
  }

  @Test
  void shouldBoundTheSumOfAnnotations() {
    String half = "x".repeat(CatalogLimits.ANNOTATION_BYTES_MAX / 2);
    CatalogCommand first =
        new CatalogCommand.SetAnnotations(test.id(), uuid, 0, Map.of("a", half), List.of());
    CatalogCommand second =
        new CatalogCommand.SetAnnotations(test.id(), uuid, 0, Map.of("b", half), List.of());
    assertInstanceOf(Accepted.class, test.apply(first));
    assertRefused(Reason.ANNOTATIONS_TOO_BIG, test.apply(second));
  }
}
