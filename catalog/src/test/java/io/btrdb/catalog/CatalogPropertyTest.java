package io.btrdb.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.catalog.CatalogOutcome.Reason;
import io.btrdb.catalog.CatalogOutcome.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random commands against plain maps. {@code -Dcatalog.seeds=N} runs more histories, {@code
 * -Dcatalog.seed=S} starts with another.
 */
class CatalogPropertyTest {
  private static final int COMMANDS = 1_500;
  private static final List<String> COLLECTIONS = List.of("a", "a/b", "ab", "b", "é");
  private static final List<String> KEYS = List.of("name", "unit", "distiller");

  private final List<UUID> requests = new ArrayList<>();
  private Random random;

  @Test
  void shouldAnswerLikePlainMapsThroughCrashesAndReplay() {
    long first = Long.getLong("catalog.seed", 1);
    for (long seed = first; seed < first + Integer.getInteger("catalog.seeds", 12); seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private void run(long seed) {
    random = new Random(seed);
    requests.clear();
    TestCatalog test = new TestCatalog(TestCatalog.SMALL_PROBE);
    test.apply(new CatalogCommand.Init("cluster"));
    CatalogModel model = new CatalogModel();
    for (int i = 0; i < COMMANDS; i++) {
      CatalogCommand.OfStream command = command(model);
      Optional<Reason> expected = model.apply(command);
      CatalogOutcome outcome = test.apply(command);
      Optional<Reason> actual =
          outcome instanceof Refused refused ? Optional.of(refused.reason()) : Optional.empty();
      assertEquals(expected, actual, () -> command + " -> " + outcome);
      if (i % 10 == 0) {
        compareOne(test, model);
      }
      if (random.nextInt(100) == 0) {
        test.checkpoint();
      }
      if (random.nextInt(150) == 0) {
        byte[] before = test.catalog().digest();
        test.crashAndReplay();
        assertArrayEquals(before, test.catalog().digest());
      }
    }
    compareAll(test, model);
    assertReplicaAgrees(test);
  }

  /** Another replica, without checkpoints, that applies the same log. */
  private static void assertReplicaAgrees(TestCatalog test) {
    TestCatalog replica = new TestCatalog();
    test.log().forEach(replica::apply);
    assertArrayEquals(test.catalog().digest(), replica.catalog().digest());
  }

  private CatalogCommand.OfStream command(CatalogModel model) {
    UUID uuid = new UUID(random.nextInt(2) - 1, random.nextInt(60));
    UUID request = request(model, uuid);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 ->
          new CatalogCommand.Reserve(request, uuid, collection(), tags(), annotations());
      case 4, 5, 6 -> new CatalogCommand.Confirm(request, uuid);
      case 7 -> new CatalogCommand.Release(request, uuid);
      case 8 ->
          new CatalogCommand.SetTags(
              request,
              uuid,
              random.nextInt(4),
              random.nextBoolean() ? "" : collection(),
              tags(),
              random.nextBoolean() ? List.of() : List.of(KEYS.get(random.nextInt(3))));
      case 9 ->
          new CatalogCommand.SetAnnotations(
              request, uuid, random.nextInt(4), annotations(), List.of("k0"));
      case 10 ->
          random.nextInt(4) == 0
              ? new CatalogCommand.Hide(request, uuid)
              : new CatalogCommand.Confirm(request, uuid);
      default -> new CatalogCommand.Bury(uuid);
    };
  }

  /** Mostly the stream's owner, so that commands get somewhere; else an earlier or a new one. */
  private UUID request(CatalogModel model, UUID uuid) {
    CatalogModel.Stream stream = model.streams.get(uuid);
    int choice = random.nextInt(10);
    if (choice < 5 && stream != null) {
      return stream.owner;
    }
    if (choice < 7 && !requests.isEmpty()) {
      return requests.get(random.nextInt(requests.size()));
    }
    UUID fresh = new UUID(random.nextLong(), random.nextLong());
    requests.add(fresh);
    return fresh;
  }

  private String collection() {
    return COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    for (String key : KEYS) {
      if (random.nextInt(3) > 0) {
        tags.put(key, random.nextInt(4) == 0 ? "" : "v" + random.nextInt(3));
      }
    }
    return tags;
  }

  private Map<String, String> annotations() {
    Map<String, String> annotations = new TreeMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      annotations.put("k" + random.nextInt(3), "w" + random.nextInt(3));
    }
    return annotations;
  }

  private List<KeyFilter> filters(Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .filter(e -> random.nextInt(3) == 0)
        .map(
            e ->
                new KeyFilter(
                    e.getKey(),
                    random.nextInt(3) == 0 ? Optional.empty() : Optional.of(e.getValue())))
        .collect(Collectors.toList());
  }

  private void compareOne(TestCatalog test, CatalogModel model) {
    LookupQuery query =
        new LookupQuery(
            random.nextInt(3) == 0 ? "" : collection(),
            random.nextBoolean(),
            filters(tags()),
            filters(annotations()),
            Optional.empty(),
            1 + random.nextInt(5));
    assertEquals(model.lookup(query), test.lookup(query), query::toString);
    String prefix = random.nextBoolean() ? "" : collection();
    assertEquals(model.collections(prefix), test.collections(prefix, 1 + random.nextInt(3)));
    assertEquals(model.usage(prefix), test.catalog().usage(prefix));
  }

  private static void compareAll(TestCatalog test, CatalogModel model) {
    model.streams.forEach(
        (uuid, stream) ->
            assertEquals(
                stream.lifecycle == Lifecycle.ACTIVE
                    ? Optional.of(stream.descriptor)
                    : Optional.empty(),
                test.catalog().describe(uuid)));
    List<UnfinishedStream> unfinished = test.catalog().unfinished(Optional.empty(), 1_000);
    assertEquals(
        model.unfinished(),
        unfinished.stream()
            .map(UnfinishedStream::uuid)
            .collect(Collectors.toCollection(TreeSet::new)));
    assertEquals(unfinished.size(), test.catalog().info().unfinished());
    assertEquals(model.active().size(), test.catalog().info().streams());
  }
}
