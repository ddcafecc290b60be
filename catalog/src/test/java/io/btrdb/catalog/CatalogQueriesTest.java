package io.btrdb.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatalogQueriesTest {
  private final TestCatalog test = TestCatalog.initialised();

  private List<UUID> find(String collection, boolean isPrefix, KeyFilter... tags) {
    return find(collection, isPrefix, List.of(tags), List.of());
  }

  private List<UUID> find(
      String collection, boolean isPrefix, List<KeyFilter> tags, List<KeyFilter> annotations) {
    List<UUID> whole = null;
    for (int limit : new int[] {1, 2, 100}) {
      LookupQuery query =
          new LookupQuery(collection, isPrefix, tags, annotations, Optional.empty(), limit);
      List<UUID> found = test.lookup(query).stream().map(StreamDescriptor::uuid).toList();
      if (whole != null) {
        assertEquals(whole, found, "pages of " + limit);
      }
      whole = found;
    }
    return whole;
  }

  private static KeyFilter is(String key, String value) {
    return new KeyFilter(key, Optional.of(value));
  }

  private static KeyFilter has(String key) {
    return new KeyFilter(key, Optional.empty());
  }

  @Test
  void shouldTellExactCollectionFromPrefix() {
    UUID exact = test.create("zz/a", "1");
    UUID longer = test.create("zz/ab", "1");
    UUID below = test.create("zz/a/b", "1");
    test.create("zy", "1");
    assertEquals(List.of(exact), find("zz/a", false));
    assertEquals(List.of(exact, below, longer), find("zz/a", true));
    assertEquals(List.of("zz/a", "zz/a/b", "zz/ab"), test.collections("zz/a", 2));
    assertEquals(4, find("", true).size());
    assertEquals(List.of(), find("", false));
    assertEquals(List.of(), find("zz", false));
  }

  @Test
  void shouldRequireAllFilters() {
    UUID a = test.create("c", Map.of("name", "x", "unit", "V"), Map.of("site", "roof"));
    UUID b = test.create("c", Map.of("name", "y", "unit", "V"), Map.of("site", "yard", "z", ""));
    UUID c = test.create("d", Map.of("name", "x", "unit", "A", "distiller", ""), Map.of());
    assertEquals(List.of(a, b), find("", true, is("unit", "V")));
    assertEquals(List.of(a, c), find("", true, is("name", "x")));
    assertEquals(List.of(a), find("", true, is("name", "x"), is("unit", "V")));
    assertEquals(List.of(a), find("c", false, is("name", "x")));
    assertEquals(List.of(), find("e", true, is("name", "x")));
    assertEquals(List.of(c), find("", true, has("distiller")));
    assertEquals(List.of(c), find("", true, is("distiller", "")));
    assertEquals(List.of(a, b), find("", true, List.of(), List.of(has("site"))));
    assertEquals(List.of(b), find("", true, List.of(is("unit", "V")), List.of(is("site", "yard"))));
    assertEquals(List.of(b), find("", true, List.of(), List.of(is("z", ""))));
  }

  @Test
  void shouldNotFindValuesThatOnlyStartAlike() {
    UUID a = test.create("c", "ab");
    test.create("c", "abc");
    assertEquals(List.of(a), find("", true, is("name", "ab")));
    assertEquals(List.of(), find("", true, is("nam", "eab")));
  }

  @Test
  void shouldFindNothingForNamesWithNul() {
    test.create("c", "a");
    assertEquals(List.of(), find("", true, is("name", "a\0c")));
    assertEquals(List.of(), find("", true, is("name\0a", "c")));
    assertEquals(List.of(), find("c\0", true));
    assertEquals(List.of(), find("c\0", false));
    assertEquals(List.of(), test.collections("c\0", 3));
    assertEquals(0L, test.catalog().usage("c\0").tags().get("name"));
  }

  @Test
  void shouldCountUsageUnderPrefix() {
    test.create("pmu/a", Map.of("name", "1", "unit", "V"), Map.of("site", "x"));
    test.create("pmu/b", Map.of("name", "2"), Map.of("site", "y", "kind", "z"));
    UUID other = test.create("meter", Map.of("name", "3", "distiller", "d"), Map.of());
    assertEquals(
        new MetadataUsage(
            Map.of("name", 2L, "unit", 1L, "ingress", 0L), Map.of("site", 2L, "kind", 1L)),
        test.catalog().usage("pmu/"));
    assertEquals(1L, test.catalog().usage("").tags().get("distiller"));
    test.obliterate(other);
    assertEquals(Map.of("name", 2L, "unit", 1L, "ingress", 0L), test.catalog().usage("").tags());
    assertEquals(
        Map.of("name", 0L, "unit", 0L, "ingress", 0L), test.catalog().usage("none").tags());
  }

  @Test
  void shouldDropCollectionWithItsLastStream() {
    UUID a = test.create("c", "1");
    UUID b = test.create("c", "2");
    test.obliterate(a);
    assertEquals(List.of("c"), test.collections("", 10));
    test.obliterate(b);
    assertEquals(List.of(), test.collections("", 10));
  }

  @Test
  void shouldEndPagesByBytesWithoutLosingStreams() {
    TestCatalog small = new TestCatalog(new CatalogOptions(1, 1));
    small.apply(new CatalogCommand.Init("c"));
    List<UUID> made = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      made.add(small.create("c", "" + i));
    }
    LookupQuery all = new LookupQuery("", true, List.of(), List.of(), Optional.empty(), 100);
    assertEquals(1, small.catalog().lookup(all).streams().size());
    assertEquals(made, small.lookup(all).stream().map(StreamDescriptor::uuid).toList());
  }

  @Test
  void shouldOrderUuidsByTheirBytes() {
    UUID low = new UUID(1, 0);
    UUID high = new UUID(-1, 0);
    for (UUID uuid : List.of(high, low)) {
      test.apply(new CatalogCommand.Reserve(uuid, uuid, "c", Map.of("name", "" + uuid), Map.of()));
      test.apply(new CatalogCommand.Confirm(uuid, uuid));
    }
    assertEquals(List.of(low, high), find("c", false));
  }

  @Test
  void shouldSortCollectionsByBytesBeyondAscii() {
    for (String name : List.of("\uFFFD", "\uD83D\uDE00", "é", "z", "[a]/")) {
      test.create(name, "1");
    }
    assertEquals(List.of("[a]/", "z", "é", "\uFFFD", "\uD83D\uDE00"), test.collections("", 2));
  }
}
