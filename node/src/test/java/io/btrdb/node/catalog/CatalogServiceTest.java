package io.btrdb.node.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.catalog.AccessKey;
import io.btrdb.catalog.Capability;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.catalog.Grant;
import io.btrdb.node.plane.AccessPlane;
import io.btrdb.node.plane.CatalogPlane.Descriptor;
import io.btrdb.node.plane.CatalogPlane.Filter;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.btrdb.node.plane.CatalogPlane.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CatalogServiceTest {
  private static final Map<String, String> TAGS = Map.of("name", "L1MAG", "unit", "volts");
  private static final List<String> NODES = List.of("a", "b", "c");

  private final FakeCluster cluster = new FakeCluster();
  private final UUID uuid = new UUID(7, 7);

  @BeforeEach
  void elect() {
    cluster.lead("a");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static <T> T ok(CompletableFuture<Reply<T>> future) {
    Reply<T> reply = future.join();
    if (reply instanceof Reply.Ok<T> ok) {
      return ok.value();
    }
    throw new AssertionError(reply.toString());
  }

  private static <T> Reply.Failed<T> failed(ErrorCode code, CompletableFuture<Reply<T>> future) {
    Reply.Failed<T> failed = assertInstanceOf(Reply.Failed.class, future.join());
    assertEquals(code, failed.code(), failed.message());
    return failed;
  }

  private CompletableFuture<Reply<Void>> create(String node, UUID stream, String name) {
    return cluster
        .at(node)
        .create(stream, "pmu", Map.of("name", name), Map.of("k", "v"), cluster.deadline());
  }

  @Test
  void shouldAnswerEveryCallAlikeOnEveryNode() {
    for (String node : NODES) {
      CatalogService service = cluster.at(node);
      UUID stream = UUID.randomUUID();
      ok(service.create(stream, "pmu/" + node, TAGS, Map.of("k", "v"), cluster.deadline()));
      assertTrue(cluster.shardHas(stream));
      ok(service.setTags(stream, 1, "", Map.of("unit", "A"), List.of(), cluster.deadline()));
      ok(service.setAnnotations(stream, 2, Map.of("l", "w"), List.of("k"), cluster.deadline()));
      Descriptor expected =
          new Descriptor(
              stream, "pmu/" + node, Map.of("name", "L1MAG", "unit", "A"), Map.of("l", "w"), 3);
      assertEquals(expected, ok(service.describe(stream, cluster.deadline())));
      assertEquals(
          List.of(expected),
          ok(
              service.lookup(
                  "pmu/",
                  true,
                  List.of(
                      new Filter("unit", Optional.of("A")), new Filter("name", Optional.empty())),
                  List.of(new Filter("l", Optional.of("w"))),
                  null,
                  10,
                  cluster.deadline())));
      assertEquals(
          List.of("pmu/" + node), ok(service.collections("pmu", "", 10, cluster.deadline())));
      assertEquals(
          new Usage(Map.of("name", 1L, "unit", 1L, "ingress", 0L), Map.of("l", 1L)),
          ok(service.usage("pmu/", cluster.deadline())));
      ok(service.obliterate(stream, cluster.deadline()));
      assertFalse(cluster.shardHas(stream));
      failed(ErrorCode.NO_SUCH_STREAM, service.describe(stream, cluster.deadline()));
    }
  }

  @Test
  void shouldSayTheContractsErrors() {
    for (String node : NODES) {
      CatalogService service = cluster.at(node);
      UUID stream = UUID.randomUUID();
      ok(create(node, stream, "x"));
      failed(ErrorCode.SAME_STREAM, create(node, stream, "x"));
      failed(ErrorCode.SAME_STREAM, create(node, stream, "y"));
      failed(ErrorCode.AMBIGUOUS_STREAM, create(node, UUID.randomUUID(), "x"));
      failed(
          ErrorCode.ANNOTATION_VERSION_MISMATCH,
          service.setAnnotations(stream, 9, Map.of(), List.of(), cluster.deadline()));
      assertFalse(
          failed(
                  ErrorCode.NO_SUCH_STREAM,
                  service.obliterate(UUID.randomUUID(), cluster.deadline()))
              .unknown());
      ok(service.obliterate(stream, cluster.deadline()));
      failed(ErrorCode.REUSED_UUID, create(node, stream, "x"));
      failed(ErrorCode.NO_SUCH_STREAM, service.obliterate(stream, cluster.deadline()));
    }
  }

  @Test
  void shouldFreeTheNameWhenTheShardKnowsATombstone() {
    cluster.shards.streams.put(uuid, false);
    assertFalse(failed(ErrorCode.REUSED_UUID, create("b", uuid, "x")).unknown());
    assertEquals(0, cluster.catalog.info().unfinished());
    ok(create("b", UUID.randomUUID(), "x"));
  }

  @Test
  void shouldSayDegradedWhenNobodyLeads() {
    cluster.lead("");
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(60);
    assertFalse(
        failed(
                ErrorCode.CLUSTER_DEGRADED,
                cluster.at("a").create(uuid, "c", TAGS, Map.of(), deadline))
            .unknown());
    failed(ErrorCode.CLUSTER_DEGRADED, cluster.at("c").describe(uuid, System.nanoTime()));
  }

  @Test
  void shouldWaitForANewLeader() {
    cluster.lead("");
    CompletableFuture<Reply<Void>> waiting = create("c", uuid, "x");
    assertFalse(waiting.isDone());
    cluster.lead("b");
    ok(waiting);
    assertTrue(cluster.shardHas(uuid));
  }

  @Test
  void shouldFillPagesThatTheCatalogEndsEarly() {
    try (FakeCluster small = new FakeCluster(new CatalogOptions(200, 4))) {
      small.lead("a");
      List<UUID> made = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        made.add(new UUID(0, i));
        ok(
            small
                .at("a")
                .create(made.getLast(), "c", Map.of("name", "n" + i), Map.of(), small.deadline()));
      }
      for (String node : NODES) {
        List<Descriptor> first = page(small, node, null, 10);
        List<Descriptor> second = page(small, node, first.getLast(), 10);
        List<Descriptor> third = page(small, node, second.getLast(), 10);
        assertEquals(List.of(10, 10, 5), List.of(first.size(), second.size(), third.size()));
        List<Descriptor> all = new ArrayList<>(first);
        all.addAll(second);
        all.addAll(third);
        assertEquals(made, all.stream().map(Descriptor::uuid).toList());
      }
    }
  }

  private static List<Descriptor> page(
      FakeCluster cluster, String node, Descriptor after, int limit) {
    return ok(
        cluster.at(node).lookup("", true, List.of(), List.of(), after, limit, cluster.deadline()));
  }

  @Test
  void shouldLetExactlyOneOfConcurrentCreatesSucceed() {
    for (int round = 0; round < 50; round++) {
      UUID stream = UUID.randomUUID();
      String name = "n" + round;
      List<CompletableFuture<Reply<Void>>> creates = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String node = NODES.get(i % 3);
        creates.add(
            CompletableFuture.supplyAsync(() -> create(node, stream, name))
                .thenCompose(future -> future));
      }
      long succeeded = creates.stream().filter(f -> f.join() instanceof Reply.Ok).count();
      assertEquals(1, succeeded);
    }
  }

  @Test
  void shouldRefuseMalformedRequestsOfOtherNodes() {
    Random random = new Random(3);
    byte[] valid =
        new CatalogCall.Change(new CatalogCommand.Reserve(uuid, uuid, "c", TAGS, Map.of()))
            .request(100)
            .getCommand()
            .toByteArray();
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = java.util.Arrays.copyOf(valid, random.nextInt(valid.length));
      assertEquals(
          ErrorCode.WRONG_ARGUMENTS.number(),
          cluster
              .at("a")
              .handle(CatalogRequest.newBuilder().setCommand(ByteString.copyFrom(bytes)).build())
              .join()
              .getCode());
    }
    CatalogRequest step = new CatalogCall.Change(new CatalogCommand.Bury(uuid)).request(100);
    assertEquals(ErrorCode.WRONG_ARGUMENTS.number(), cluster.at("a").handle(step).join().getCode());
  }

  @Test
  void shouldNotPassACallOnTwice() {
    CatalogRequest request = new CatalogCall.Query<>(new CatalogQuery.Describe(uuid)).request(100);
    assertEquals(
        ErrorCode.WRONG_ENDPOINT.number(), cluster.at("b").handle(request).join().getCode());
  }

  private static AccessKey key(String id) {
    return new AccessKey(
        id,
        "ann",
        "0".repeat(64),
        1,
        0,
        List.of(new Grant("grid", Set.of(Capability.READ, Capability.INSERT))));
  }

  @Test
  void shouldKeepKeysWhoeverIsAsked() {
    ok(cluster.at("b").grant(key("k1"), cluster.deadline()));
    ok(cluster.at("c").grant(key("k2"), cluster.deadline()));
    for (String node : NODES) {
      AccessPlane.Seen seen = ok(cluster.at(node).access(-1, cluster.deadline()));
      assertEquals(List.of(key("k1"), key("k2")), seen.keys().orElseThrow());
      AccessPlane.Seen again = ok(cluster.at(node).access(seen.revision(), cluster.deadline()));
      assertTrue(again.keys().isEmpty());
    }
    ok(cluster.at("c").revoke("k1", cluster.deadline()));
    ok(cluster.at("c").revoke("k1", cluster.deadline()));
    assertEquals(
        List.of(key("k2")),
        ok(cluster.at("a").access(-1, cluster.deadline())).keys().orElseThrow());
  }

  @Test
  void shouldKeepNoKeysWhileANodeWouldNotUnderstandThem() {
    cluster.laggard = Optional.of("n9");
    Reply.Failed<Void> refused =
        failed(
            ErrorCode.CLUSTER_DEGRADED,
            cluster.at("a").grant(key("k1"), System.nanoTime() + 200_000_000));
    assertTrue(refused.message().contains("n9"), refused.message());
    cluster.laggard = Optional.empty();
    ok(cluster.at("a").grant(key("k1"), cluster.deadline()));
    cluster.laggard = Optional.of("n9");
    // The log has been lifted already.
    ok(cluster.at("a").grant(key("k2"), cluster.deadline()));
  }
}
