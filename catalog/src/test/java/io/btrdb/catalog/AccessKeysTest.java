package io.btrdb.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.catalog.CatalogOutcome.Noted;
import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccessKeysTest {
  private static final Grant READ_EAST = new Grant("grid/east", Set.of(Capability.READ));

  private static AccessKey key(String id, long expires, Grant... grants) {
    return new AccessKey(id, "ann", "0".repeat(64), 1, expires, List.of(grants));
  }

  private static TestCatalog withKeys() {
    TestCatalog test = TestCatalog.initialised();
    test.apply(new CatalogCommand.Activate(Catalog.KEYS_LEVEL));
    return test;
  }

  @Test
  void shouldCoverWholeComponentsOnly() {
    assertTrue(READ_EAST.covers("grid/east"));
    assertTrue(READ_EAST.covers("grid/east/pmu7"));
    assertFalse(READ_EAST.covers("grid/eastern"));
    assertFalse(READ_EAST.covers("grid"));
    assertTrue(new Grant("", Set.of()).covers("anything"));
  }

  @Test
  void shouldKeepReplaceAndForgetKeys() {
    TestCatalog test = withKeys();
    assertEquals(new Noted(), test.apply(new CatalogCommand.GrantKey(key("k1", 0, READ_EAST))));
    test.apply(new CatalogCommand.GrantKey(key("k2", 0)));
    test.apply(new CatalogCommand.GrantKey(key("k1", 77, READ_EAST)));
    assertEquals(List.of(key("k1", 77, READ_EAST), key("k2", 0)), test.catalog().access().keys());
    assertEquals(test.catalog().info().appliedIndex(), test.catalog().access().revision());

    assertEquals(new Noted(), test.apply(new CatalogCommand.RevokeKey("k2")));
    long revision = test.catalog().accessRevision();
    assertEquals(new Noted(), test.apply(new CatalogCommand.RevokeKey("k2")));
    assertEquals(revision, test.catalog().accessRevision());
    assertEquals(List.of(key("k1", 77, READ_EAST)), test.catalog().access().keys());
  }

  @Test
  void shouldRefuseKeysBelowTheirLevelAndKeysThatAreTooLarge() {
    TestCatalog old = TestCatalog.initialised();
    assertEquals(Reason.LEVEL_TOO_LOW, refusal(old, key("k", 0)));
    TestCatalog test = withKeys();
    assertEquals(
        Reason.INVALID_KEY,
        refusal(test, key("k", 0, new Grant("x".repeat(3_000), Set.of(Capability.READ)))));
    assertEquals(Reason.INVALID_KEY, refusal(test, key("", 0)));
  }

  @Test
  void shouldRefuseMoreKeysThanFitIntoOneAnswer() {
    TestCatalog test = withKeys();
    for (int i = 0; i < CatalogLimits.ACCESS_KEYS_MAX; i++) {
      test.apply(new CatalogCommand.GrantKey(key("k" + i, 0)));
    }
    assertEquals(Reason.TOO_MANY_KEYS, refusal(test, key("one more", 0)));
    test.apply(new CatalogCommand.RevokeKey("k7"));
    assertEquals(new Noted(), test.apply(new CatalogCommand.GrantKey(key("one more", 0))));
  }

  private static Reason refusal(TestCatalog test, AccessKey key) {
    return ((Refused) test.apply(new CatalogCommand.GrantKey(key))).reason();
  }

  @Test
  void shouldNoteMovesOfStreamsOnlyFromItsLevelOn() {
    TestCatalog test = TestCatalog.initialised();
    UUID stream = test.create("a", "x");
    test.apply(move(test, stream, "b"));
    assertEquals(0, test.catalog().lastMove());

    test.apply(new CatalogCommand.Activate(Catalog.KEYS_LEVEL));
    test.apply(move(test, stream, "c"));
    long moved = test.catalog().lastMove();
    assertEquals(test.catalog().info().appliedIndex(), moved);
    test.apply(move(test, stream, ""));
    test.apply(
        new CatalogCommand.SetAnnotations(test.id(), stream, 0, Map.of("k", "v"), List.of()));
    assertEquals(moved, test.catalog().lastMove());
  }

  private static CatalogCommand move(TestCatalog test, UUID stream, String collection) {
    return new CatalogCommand.SetTags(test.id(), stream, 0, collection, Map.of(), List.of());
  }

  @Test
  void shouldCountKeysOfOneCollectionAlone() {
    TestCatalog test = withKeys();
    test.create("a", Map.of("phase", "1"), Map.of());
    test.create("a/b", Map.of("phase", "2"), Map.of());
    test.create("ab", Map.of("phase", "3"), Map.of());
    assertEquals(1L, test.catalog().usageOf("a").tags().get("phase"));
    assertEquals(3L, test.catalog().usage("a").tags().get("phase"));
  }

  @Test
  void shouldKeepKeysLikeAPlainMapThroughCrashesAndReplay() {
    for (long seed = 1; seed <= Integer.getInteger("catalog.seeds", 12); seed++) {
      Random random = new Random(seed);
      TestCatalog test = withKeys();
      Map<String, AccessKey> model = new TreeMap<>();
      for (int i = 0; i < 300; i++) {
        String id = "k" + random.nextInt(20);
        if (random.nextInt(3) == 0) {
          test.apply(new CatalogCommand.RevokeKey(id));
          model.remove(id);
        } else {
          AccessKey key = key(id, random.nextInt(5), new Grant("p" + i, Set.of(Capability.READ)));
          test.apply(new CatalogCommand.GrantKey(key));
          model.put(id, key);
        }
        if (random.nextInt(40) == 0) {
          test.checkpoint();
        }
        if (random.nextInt(60) == 0) {
          byte[] before = test.catalog().digest();
          test.crashAndReplay();
          assertArrayEquals(before, test.catalog().digest());
        }
        assertEquals(List.copyOf(model.values()), test.catalog().access().keys(), "seed " + seed);
      }
    }
  }
}
