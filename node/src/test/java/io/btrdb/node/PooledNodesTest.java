package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.LookupStreamsParams;
import io.btrdb.api.v5.MergePolicy;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.backup.ClusterSeed;
import io.btrdb.node.backup.PooledGroup;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.Pool;
import io.btrdb.node.pool.PoolContents;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clusters whose segments are in one pool. */
@Timeout(300)
class PooledNodesTest {
  private static final NodeConfig.Pool SETTINGS =
      NodeConfig.Pool.of(Path.of("ceph.conf")).withPatience(2_000, 600);

  private final MemoryPool pool = new MemoryPool();
  private final SplittableRandom random = new SplittableRandom(1);
  @TempDir Path folder;

  private InProcessNodes pooled(int shards) {
    return new InProcessNodes(folder, shards).withPool(pool, SETTINGS);
  }

  @Test
  void shouldLogRootsOnlyAndReadFromThePoolOnEveryNode() throws IOException {
    long points = 200_000;
    long pooledLog;
    try (InProcessNodes nodes = pooled(1).found("n1", "n2", "n3")) {
      PointStream stream = PointStream.create(nodes.client("n1"), "pool", "a");
      stream.insert(nodes.client("n1"), 0, points);
      long version = stream.flush(nodes.client("n1"));
      awaitMerged(nodes);
      assertTrue(pool.list(0).size() > 0, "there are segments in the pool");
      for (String node : List.of("n1", "n2", "n3")) {
        assertEquals(points, stream.count(nodes.client(node), version), node);
        assertFalse(Files.exists(nodes.dataFolder(node).resolve("segments/0000")), node);
      }
      pooledLog = logBytes(nodes);
    }
    try (InProcessNodes nodes =
        new InProcessNodes(folder.resolve("local"), 1).found("n1", "n2", "n3")) {
      PointStream stream = PointStream.create(nodes.client("n1"), "pool", "a");
      stream.insert(nodes.client("n1"), 0, points);
      stream.flush(nodes.client("n1"));
      awaitMerged(nodes);
      long localLog = logBytes(nodes);
      System.out.printf(
          "log of one shard for %,d points: %,d bytes with segments in it, %,d with roots only;"
              + " segments have %,d%n",
          points, localLog, pooledLog, pool.bytesPut());
      assertTrue(localLog - pooledLog > pool.bytesPut() * 3 / 4, "no segment is in the log");
    }
  }

  @Test
  void shouldMoveAReplicaWithoutItsSegmentsAndSweepWhatADeposedLeaderLeft() {
    try (InProcessNodes nodes = pooled(1).found("n1", "n2", "n3")) {
      nodes.add("n4", "n1");
      String shard = nodes.groups().get(0);
      PointStream stream = PointStream.create(nodes.client("n1"), "pool", "a");
      stream.insert(nodes.client("n1"), 0, 100_000);
      long version = stream.flush(nodes.client("n1"));
      awaitMerged(nodes);
      List<SegmentId> before = pool.list(0);
      SegmentId orphan = SegmentId.of(0, before.getFirst().term(), 1_000_000);
      pool.segments("000001").put(orphan, segmentOfNobody(orphan));

      String leader = nodes.leader(shard);
      List<ChangeResponse.State> answers = nodes.move(shard, leader, "n4", 1);
      assertEquals(ChangeResponse.State.DONE, answers.getLast());
      nodes.leader(shard);
      assertEquals(100_000, stream.count(nodes.client("n4"), version));
      assertFalse(Files.exists(nodes.dataFolder("n4").resolve("segments/0000")));
      InProcessNodes.await(
          "the next leader to sweep", () -> !pool.segments("000001").contains(orphan));
      assertTrue(pool.list(0).containsAll(before), "what is needed stays");
    }
  }

  /** A segment with a footer that says that it commits a version which never was. */
  private static byte[] segmentOfNobody(SegmentId id) {
    SegmentBuilder builder = new SegmentBuilder(id);
    builder.append(1, new byte[10], 0, 10);
    // Format 2, no log time, no streams: nothing was committed with it.
    return builder.finish(new byte[] {2, 0, 0});
  }

  @Test
  void shouldGoOnFromTheLogWhileThePoolIsGoneUntilTheTimeIsSpent() throws Exception {
    NodeConfig.Pool patient = SETTINGS.withPatience(2_000, 4);
    try (InProcessNodes nodes =
        new InProcessNodes(folder, 1).withPool(pool, patient).found("n1", "n2", "n3")) {
      String leader = nodes.leader(nodes.groups().get(0));
      PointStream stream = PointStream.create(nodes.client(leader), "pool", "a");
      PointStream cold = PointStream.create(nodes.client(leader), "pool", "b");
      PointStream probe = PointStream.create(nodes.client(leader), "pool", "c");
      cold.insert(nodes.client(leader), 0, 300_000);
      stream.insert(nodes.client(leader), 0, 10_000);
      long version = stream.flush(nodes.client(leader));
      long coldVersion = cold.flush(nodes.client(leader));
      awaitMerged(nodes);
      assertEquals(10_000, stream.count(nodes.client(leader), version));

      pool.gone(true);
      InProcessNodes.await(
          "the warning", () -> ready(nodes, leader).body().contains("the pool has not answered"));
      assertEquals(200, ready(nodes, leader).statusCode(), "writes go on");
      // Pending and cached data are read, what only the pool has is not.
      assertEquals(0, stream.tryInsert(nodes.client(leader), 10_000, 20_000));
      assertEquals(20_000, stream.count(nodes.client(leader), 0));
      String other = leader.equals("n1") ? "n2" : "n1";
      assertEquals(-432, cold.count(nodes.client(other), coldVersion));
      stream.flush(nodes.client(leader));
      InProcessNodes.await(
          "the time to be spent", () -> probe.tryInsert(nodes.client(leader), 0, 1) == 426);
      InProcessNodes.await("no readiness", () -> ready(nodes, leader).statusCode() == 503);

      pool.gone(false);
      InProcessNodes.await(
          "writes to be taken again", () -> probe.tryInsert(nodes.client(leader), 0, 1) == 0);
      stream.insert(nodes.client(leader), 20_000, 20_001);
      awaitMerged(nodes);
      assertEquals(20_001, stream.count(nodes.client(leader), 0));
      assertEquals(300_000, cold.count(nodes.client(other), coldVersion));
      InProcessNodes.await("readiness", () -> ready(nodes, leader).statusCode() == 200);
    }
  }

  @Test
  void shouldStartAgainWhileThePoolIsGone() {
    try (InProcessNodes nodes = pooled(1).found("n1", "n2", "n3")) {
      PointStream stream = PointStream.create(nodes.client("n1"), "pool", "a");
      stream.insert(nodes.client("n1"), 0, 1_000);
      pool.gone(true);
      nodes.stop("n2");
      nodes.start("n2");
      nodes.awaitReady("n2");
      stream.insert(nodes.client("n2"), 1_000, 2_000);
      assertEquals(2_000, stream.count(nodes.client("n2"), 0));
      pool.gone(false);
      stream.flush(nodes.client("n2"));
      awaitMerged(nodes);
      assertEquals(2_000, stream.count(nodes.client("n3"), 0));
    }
  }

  @Test
  void shouldMakeTheClusterAgainFromThePoolAloneWithWhatWasPending() throws Exception {
    makeAgain(1, 50_500);
  }

  @Test
  void shouldMakeTheClusterAgainFromSegmentsThatAreNewerThanAnyArchivedState() throws Exception {
    makeAgain(3_600, 50_000);
  }

  /** Versions are overwritten, and each is given up when the next but one comes. */
  @Test
  void shouldGiveSpaceBackInThePoolAndStillBeEnoughToMakeTheClusterAgain() throws Exception {
    UnaryOperator<NodeConfig> keepingTwo =
        config ->
            config
                .withStorage(NodeConfig.Storage.ceph(SETTINGS.withArchiveSeconds(1)))
                .withRetention(new NodeConfig.Retention(2, 1, 1_000));
    try (InProcessNodes nodes =
        new InProcessNodes(folder, 1)
            .withPool(pool, SETTINGS)
            .configured(keepingTwo)
            .found("n1", "n2", "n3")) {
      PointStream stream = PointStream.create(nodes.client("n1"), "pool/space", "a");
      PointStream kept = PointStream.create(nodes.client("n1"), "pool/space", "b");
      kept.insert(nodes.client("n1"), 0, 20_000);
      long first = kept.flush(nodes.client("n1"));
      for (int i = 0; i < 20; i++) {
        overwrite(nodes.client("n1"), stream, 20_000);
      }
      awaitMerged(nodes);
      await(nodes, "most of what was put to be gone", () -> pool.bytes(0) < pool.bytesPut() / 4);
      System.out.printf("%,d bytes were put, %,d are left%n", pool.bytesPut(), pool.bytes(0));
      for (String node : List.of("n1", "n2", "n3")) {
        assertEquals(20_000, kept.count(nodes.client(node), first), node);
      }
      // A silent replica holds up what is freed from now on, and what waits goes when it is back.
      String silent = nodes.leader(nodes.groups().get(0)).equals("n1") ? "n2" : "n1";
      String other = silent.equals("n1") ? "n2" : "n1";
      nodes.stop(silent);
      for (int i = 0; i < 10; i++) {
        overwrite(nodes.client(other), stream, 20_000);
      }
      awaitMerged(nodes, other);
      long held = pool.bytes(0);
      nodes.start(silent);
      nodes.awaitReady(silent);
      await(nodes, "what waited to be gone", () -> pool.bytes(0) < held / 2);
      stream.delete(nodes.client(silent), 0, 20_000);
      stream.insert(nodes.client(silent), 0, 20_000);
      stream.flush(nodes.client(silent));
      awaitMerged(nodes);

      for (String node : List.of("n1", "n2", "n3")) {
        nodes.stop(node);
        delete(nodes.dataFolder(node));
        nodes.relocate(node);
      }
      recover(nodes);
      nodes.startAgain("n1", "n2", "n3");
      for (String node : List.of("n1", "n2", "n3")) {
        assertEquals(20_000, stream.count(nodes.client(node), 0), node);
        assertEquals(20_000, kept.count(nodes.client(node), first), node);
      }
      // What the incarnation before wrote is given back, too.
      long before = pool.segments("000001").list(0).size();
      for (int i = 0; i < 5; i++) {
        overwrite(nodes.client("n1"), stream, 20_000);
      }
      InProcessNodes.await(
          "segments of the earlier life to be gone",
          () -> pool.segments("000001").list(0).size() < before);
      assertEquals(20_000, kept.count(nodes.client("n3"), first));
    }
  }

  /** With values that do not compress. */
  private void overwrite(BTrDBGrpc.BTrDBBlockingStub client, PointStream stream, int points) {
    InsertParams.Builder insert =
        InsertParams.newBuilder()
            .setUuid(UuidBytes.of(stream.uuid()))
            .setMergePolicy(MergePolicy.REPLACE);
    for (int i = 0; i < points; i++) {
      insert.addValues(RawPoint.newBuilder().setTime(i).setValue(random.nextDouble()));
    }
    assertFalse(client.insert(insert.build()).hasStat());
    stream.flush(client);
  }

  /** Says how far the nodes are when it waited in vain. */
  private static void await(InProcessNodes nodes, String what, BooleanSupplier condition) {
    try {
      InProcessNodes.await(what, condition);
    } catch (AssertionError e) {
      String figures =
          Stream.of("n1", "n2", "n3")
              .flatMap(node -> get(nodes, node, "/metrics").body().lines())
              .filter(line -> line.matches("btrdb_(reclaim|replica)_.*"))
              .collect(Collectors.joining("\n"));
      throw new AssertionError(what + "\n" + figures, e);
    }
  }

  @Test
  void shouldMoveIntoThePoolAndOutOfItWhileItServes() throws Exception {
    try (InProcessNodes nodes = new InProcessNodes(folder, 2).found("n1", "n2", "n3")) {
      PointStream stream = PointStream.create(nodes.client("n1"), "pool", "a");
      PointStream other = PointStream.create(nodes.client("n1"), "pool", "b");
      stream.insert(nodes.client("n1"), 0, 60_000);
      other.insert(nodes.client("n1"), 0, 60_000);
      long version = stream.flush(nodes.client("n1"));
      other.flush(nodes.client("n1"));
      awaitMerged(nodes);
      Map<String, Long> before = bytesOnDisk(nodes, "n1");
      AtomicReference<String> door = new AtomicReference<>("n1");
      try (SteadyWriter writer =
          new SteadyWriter("moving", () -> nodes.client(door.get())).start()) {
        writer.awaitMore(20);
        restartWith(nodes, NodeConfig.Storage.ceph(SETTINGS), writer, door);
        for (String node : List.of("n1", "n2", "n3")) {
          InProcessNodes.await(
              node + " to have nothing on its disk",
              () -> bytesOnDisk(nodes, node).values().stream().allMatch(bytes -> bytes == 0));
          assertEquals(60_000, stream.count(nodes.client(node), version), node);
        }
        assertTrue(!pool.list(0).isEmpty() || !pool.list(1).isEmpty(), "segments are in the pool");
        restartWith(
            nodes,
            new NodeConfig.Storage(NodeConfig.Store.LOCAL, Optional.of(SETTINGS)),
            writer,
            door);
        for (String node : List.of("n1", "n2", "n3")) {
          InProcessNodes.await(
              node + " to have all on its disk",
              () ->
                  bytesOnDisk(nodes, node).entrySet().stream()
                      .allMatch(shard -> shard.getValue() >= before.get(shard.getKey())));
        }
        pool.gone(true);
        for (String node : List.of("n1", "n2", "n3")) {
          assertEquals(60_000, stream.count(nodes.client(node), version), node);
          assertEquals(60_000, other.count(nodes.client(node), version), node);
        }
        writer.awaitMore(20);
        pool.gone(false);
        writer.finish();
      }
    }
  }

  /** One node after the other, each while the writer goes through another one's door. */
  private void restartWith(
      InProcessNodes nodes,
      NodeConfig.Storage storage,
      SteadyWriter writer,
      AtomicReference<String> door) {
    nodes.withPool(pool, storage);
    for (String node : List.of("n1", "n2", "n3")) {
      door.set(node.equals("n1") ? "n2" : "n1");
      writer.awaitMore(5);
      nodes.stop(node);
      nodes.start(node);
      nodes.awaitReady(node);
    }
    writer.awaitMore(5);
  }

  /** Of the segments of each shard, by its group. */
  private static Map<String, Long> bytesOnDisk(InProcessNodes nodes, String node) {
    return nodes.hello(node).getGroupsList().stream()
        .filter(group -> !group.getCatalog())
        .collect(Collectors.toMap(GroupState::getGroup, GroupState::getBytes));
  }

  /**
   * @param survives at least so many points of a stream of which 50,000 are committed and 500 more
   *     acknowledged; a leader that is new in the middle archives what it finds
   */
  private void makeAgain(int archiveSeconds, long survives) throws Exception {
    try (InProcessNodes nodes =
        new InProcessNodes(folder, 2)
            .withPool(pool, SETTINGS.withArchiveSeconds(archiveSeconds))
            .found("n1", "n2", "n3")) {
      PointStream early = PointStream.create(nodes.client("n1"), "pool/again", "early");
      early.insert(nodes.client("n1"), 0, 50_000);
      long first = early.flush(nodes.client("n1"));
      early.insert(nodes.client("n1"), 50_000, 50_500);
      awaitMerged(nodes);
      if (archiveSeconds == 1) {
        awaitArchived(nodes);
      }
      InProcessNodes.await("the catalog to be archived", pool::hasCatalog);
      // From here on only segments and the journal can tell, or the next archived state.
      PointStream late = PointStream.create(nodes.client("n2"), "pool/again", "late");
      late.insert(nodes.client("n2"), 0, 40_000);
      long second = late.flush(nodes.client("n2"));
      awaitMerged(nodes);
      InProcessNodes.await("the journal to be written", () -> pool.journalPages() > 0);
      for (String node : List.of("n1", "n2", "n3")) {
        nodes.stop(node);
        delete(nodes.dataFolder(node));
        nodes.relocate(node);
      }

      List<PooledGroup> groups = recover(nodes);
      groups.forEach(group -> System.out.println(group.name() + ": " + group.account()));
      assertTrue(
          archiveSeconds == 1 || groups.stream().anyMatch(group -> group.account().newer() > 0),
          "versions come from segments alone");
      nodes.startAgain("n1", "n2", "n3");
      for (String node : List.of("n1", "n2", "n3")) {
        assertEquals(50_000, early.count(nodes.client(node), first), node);
        long latest = early.count(nodes.client(node), 0);
        assertTrue(latest == 50_500 || latest == survives, node + " has " + latest);
        assertEquals(40_000, late.count(nodes.client(node), second), node);
      }
      // It lives: writes go on, in an incarnation of its own.
      late.insert(nodes.client("n1"), 40_000, 80_000);
      late.flush(nodes.client("n1"));
      awaitMerged(nodes);
      assertEquals(80_000, late.count(nodes.client("n3"), 0));
      assertTrue(
          pool.segments("000002").list(0).size() + pool.segments("000002").list(1).size() > 0);
      assertEquals(List.of("early", "late"), names(nodes.client("n2"), "pool/again"));
    }
  }

  private List<PooledGroup> recover(InProcessNodes nodes) {
    UUID cluster = UUID.randomUUID();
    try (PoolContents contents = contents()) {
      List<PooledGroup> groups = PooledGroup.of(contents);
      contents.begin(cluster);
      List<ClusterSeed.Grown> grown =
          new ClusterSeed(
                  cluster,
                  Stream.of("n1", "n2", "n3").map(nodes::config).toList(),
                  contents.ranges(),
                  false,
                  QUIET)
              .plant(List.copyOf(groups));
      contents.complete(
          grown.stream().limit(2).map(group -> Math.max(1, group.position().term())).toList());
      return groups;
    }
  }

  private static final ClusterSeed.Watcher QUIET =
      new ClusterSeed.Watcher() {
        @Override
        public void group(String name) {}

        @Override
        public void copied(long bytes) {}
      };

  /** Until each shard's archived state has all that its leader has applied by now. */
  private void awaitArchived(InProcessNodes nodes) {
    List<String> groups = nodes.groups();
    List<Long> applied =
        groups.stream()
            .map(group -> nodes.state(nodes.leader(group), group).orElseThrow().getAppliedIndex())
            .toList();
    InProcessNodes.await(
        "the states to be archived",
        () -> {
          try (PoolContents contents = contents()) {
            return contents.ranges().stream()
                .allMatch(
                    range ->
                        contents
                            .archived(Optional.of(range))
                            .filter(state -> state.position().index() >= applied.get(range.shard()))
                            .isPresent());
          }
        });
  }

  private PoolContents contents() {
    return PoolContents.open(pool, new Pool.Patience(2_000, 2_000, Duration.ofSeconds(1)), "btrdb");
  }

  private static List<String> names(BTrDBGrpc.BTrDBBlockingStub client, String collection) {
    List<String> names = new ArrayList<>();
    client
        .lookupStreams(LookupStreamsParams.newBuilder().setCollection(collection).build())
        .forEachRemaining(
            page ->
                page.getResultsList()
                    .forEach(stream -> names.add(stream.getTags(0).getVal().getValue())));
    names.sort(null);
    return names;
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static HttpResponse<String> ready(InProcessNodes nodes, String node) {
    return get(nodes, node, "/health/ready");
  }

  private static HttpResponse<String> get(InProcessNodes nodes, String node, String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://" + nodes.http(node) + path)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until every sealed version is committed and applied everywhere. */
  private static void awaitMerged(InProcessNodes nodes) {
    awaitMerged(nodes, "n1", "n2", "n3");
  }

  private static void awaitMerged(InProcessNodes nodes, String... asked) {
    InProcessNodes.await(
        "all versions to be committed",
        () ->
            Stream.of(asked)
                .flatMap(node -> get(nodes, node, "/metrics").body().lines())
                .filter(line -> line.startsWith("btrdb_replica_sealed_versions{"))
                .allMatch(line -> line.endsWith(" 0")));
  }

  /** Of the shard's log on the node with the longest. */
  private static long logBytes(InProcessNodes nodes) throws IOException {
    long most = 0;
    for (String node : List.of("n1", "n2", "n3")) {
      Path log = nodes.dataFolder(node).resolve("raft").resolve(nodes.groups().get(0));
      long bytes = 0;
      try (Stream<Path> files = Files.walk(log.resolve("current"))) {
        for (Path file :
            files.filter(path -> path.getFileName().toString().startsWith("log_")).toList()) {
          bytes += used(file);
        }
      }
      most = Math.max(most, bytes);
    }
    return most;
  }

  /** Files of the log are made longer ahead of what is written: zeros at the end do not count. */
  private static long used(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }
}
