package io.btrdb.node.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The catalog's leader goes away at every step of a create, an obliterate and a change, in every
 * way.
 */
@Timeout(120)
class CatalogCrashTest {
  private static final int STEPS = 3;
  private static final UUID STREAM = new UUID(4, 2);
  private static final Map<String, String> TAGS = Map.of("name", "x");

  private interface Scenario {
    void run(FakeCluster cluster, String what) throws InterruptedException;
  }

  /**
   * Runs it with every step failing in every way; the leader changes at that moment, to another
   * node, to the same again, or to nobody for a while.
   */
  private static void atEveryStep(Consumer<FakeCluster> before, Scenario scenario)
      throws InterruptedException {
    for (int step = 0; step < STEPS; step++) {
      for (Faults.Mode mode : Faults.Mode.values()) {
        for (String next : List.of("a", "b")) {
          try (FakeCluster cluster = new FakeCluster()) {
            cluster.lead("a");
            before.accept(cluster);
            cluster.awaitNothingUnfinished();
            cluster.faults.plan(
                step,
                mode,
                () -> {
                  cluster.lead("");
                  cluster.lead(next);
                });
            scenario.run(cluster, "step " + step + ", " + mode + ", then " + next + " leads");
          }
        }
      }
    }
  }

  private static void create(FakeCluster cluster) {
    assertInstanceOf(
        Reply.Ok.class,
        cluster.at("a").create(STREAM, "c", TAGS, Map.of(), cluster.deadline()).join());
  }

  /** The stream is there, or is nowhere; nothing in between. */
  private static void assertWhole(FakeCluster cluster, String what) {
    assertEquals(cluster.catalog.describe(STREAM).isPresent(), cluster.shardHas(STREAM), what);
  }

  @Test
  void shouldCreateThroughAnyFailureWhenTheDoorLives() throws InterruptedException {
    for (String door : List.of("a", "b", "c")) {
      atEveryStep(
          cluster -> {},
          (cluster, what) -> {
            Reply<Void> reply =
                cluster.at(door).create(STREAM, "c", TAGS, Map.of(), cluster.deadline()).join();
            if (reply instanceof Reply.Failed<Void> failed) {
              // The shard did not answer; its own retries belong to the data plane.
              assertEquals(ErrorCode.CLUSTER_DEGRADED, failed.code(), what);
              assertTrue(failed.unknown(), what);
            }
            cluster.awaitNothingUnfinished();
            assertTrue(cluster.catalog.describe(STREAM).isPresent(), what);
            assertWhole(cluster, what);
            assertTrue(cluster.faults.fired(), what);
          });
    }
  }

  @Test
  void shouldFinishOrForgetTheCreateOfADoorThatDied() throws InterruptedException {
    atEveryStep(
        cluster -> {},
        (cluster, what) -> {
          CatalogCommand.Reserve reserve =
              new CatalogCommand.Reserve(UUID.randomUUID(), STREAM, "c", TAGS, Map.of());
          // One try, which nobody repeats.
          CatalogResponse response =
              cluster.at("a").handle(new CatalogCall.Change(reserve).request(10_000)).join();
          cluster.awaitNothingUnfinished();
          assertWhole(cluster, what);
          if (response.getCode() != 0 && !response.getUnknown()) {
            assertTrue(cluster.catalog.describe(STREAM).isEmpty(), what);
          }
          assertTrue(cluster.faults.fired(), what);
        });
  }

  @Test
  void shouldObliterateThroughAnyFailure() throws InterruptedException {
    for (String door : List.of("a", "c")) {
      atEveryStep(
          CatalogCrashTest::create,
          (cluster, what) -> {
            Reply<Void> reply = cluster.at(door).obliterate(STREAM, cluster.deadline()).join();
            if (reply instanceof Reply.Failed<Void> failed) {
              assertEquals(ErrorCode.CLUSTER_DEGRADED, failed.code(), what);
              assertTrue(failed.unknown(), what);
            }
            cluster.awaitNothingUnfinished();
            assertEquals(0, cluster.catalog.info().streams(), what);
            assertEquals(false, cluster.shards.streams.get(STREAM), what);
            UUID heir = UUID.randomUUID();
            assertInstanceOf(
                Reply.Ok.class,
                cluster.at("a").create(heir, "c", TAGS, Map.of(), cluster.deadline()).join(),
                what);
          });
    }
  }

  @Test
  void shouldChangeOnceThroughAnyFailure() throws InterruptedException {
    atEveryStep(
        CatalogCrashTest::create,
        (cluster, what) -> {
          assertInstanceOf(
              Reply.Ok.class,
              cluster
                  .at("c")
                  .setTags(STREAM, 1, "moved", Map.of(), List.of(), cluster.deadline())
                  .join(),
              what);
          assertEquals(2, cluster.catalog.describe(STREAM).orElseThrow().propertyVersion(), what);
        });
  }

  @Test
  void shouldDriveManyLeftoversOnWhenALeaderBecomesReady() throws InterruptedException {
    try (FakeCluster cluster = new FakeCluster()) {
      int count = 3 * UnfinishedDriver.AT_ONCE + 1;
      for (int i = 0; i < count; i++) {
        UUID uuid = new UUID(1, i);
        cluster.apply(
            new CatalogCommand.Reserve(uuid, uuid, "c", Map.of("name", "n" + i), Map.of()));
        if (i % 2 == 0) {
          cluster.apply(new CatalogCommand.Confirm(uuid, uuid));
          cluster.apply(new CatalogCommand.Hide(uuid, uuid));
        }
      }
      assertEquals(count, cluster.catalog.info().unfinished());
      cluster.lead("b");
      cluster.awaitNothingUnfinished();
      assertEquals(count / 2, cluster.catalog.info().streams());
      assertEquals(
          count / 2, cluster.shards.streams.values().stream().filter(live -> live).count());
    }
  }
}
