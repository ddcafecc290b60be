package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.backup.OpenCommand;
import io.btrdb.cli.backup.RecoverCommand;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.MergePolicy;
import io.btrdb.client.PointCursor;
import io.btrdb.client.Version;
import io.btrdb.node.analysis.OpenedPool;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.Pool;
import io.btrdb.node.pool.PoolContents;
import io.btrdb.node.pool.RadosAccess;
import io.btrdb.storage.SegmentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * On a real Ceph: old versions leave the pool, readers who opened it hold them back, and what is
 * left is enough to make the cluster again.
 */
@Timeout(400)
@EnabledIfSystemProperty(named = Substrate.PROPERTY, matches = ".+")
class PoolSpaceTest {
  private static final int POINTS = 40_000;
  private static final int KEPT = 3;
  private static final Pool.Patience PATIENCE =
      new Pool.Patience(5_000, 15_000, Duration.ofSeconds(60));

  @RegisterExtension
  final ClusterUnderTest cluster =
      new ClusterUnderTest(
          config -> config.withRetention(new NodeConfig.Retention(KEPT, 1, 1_000)));

  private final SplittableRandom random = new SplittableRandom(5);

  /** One version of a stream and the sum of its values. */
  private record Written(UUID stream, long version, double sum) {}

  @Test
  void shouldGiveSpaceBackWhileNobodyReadsAndRecoverFromWhatIsLeft() throws Exception {
    UUID stream = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    List<Written> written = new ArrayList<>();
    NodeConfig.Pool pool = cluster.cluster().config("n1").storage().pool().orElseThrow();
    Written kept;
    try (Btrdb db = cluster.connectPatiently()) {
      db.create(stream, "space", Map.of("name", "overwritten"), Map.of());
      db.create(other, "space", Map.of("name", "kept"), Map.of());
      kept = overwrite(db.stream(other));
      long putBytes = 0;
      for (int i = 0; i < 16; i++) {
        written.add(overwrite(db.stream(stream)));
        cluster.awaitMerged();
        putBytes = Math.max(putBytes, bytes(pool));
      }
      long version = 7L * POINTS;
      await("most versions to be gone", () -> bytes(pool) < (KEPT + 3) * version);
      System.out.printf(
          "16 versions, %d kept: at most %,d bytes in the pool, now %,d%n",
          KEPT, putBytes, bytes(pool));

      readWhileOthersOverwrite(db.stream(stream), written, pool);
      await("what was pinned to be gone", () -> bytes(pool) < (KEPT + 3) * version);
      verb(pool, "count", "space/overwritten");
    }
    cluster.cluster().killAll();
    for (String node : cluster.nodes()) {
      ClusterUnderTest.deleteFolder(cluster.cluster().dataDirectory(node));
    }
    verb(pool, "values", "space/kept");
    try (SecondCluster second = new SecondCluster()) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--from-pool",
                  "--dir",
                  second.directory().toString(),
                  "--port",
                  Integer.toString(SecondCluster.port())));
      arguments.addAll(Substrate.options(pool));
      var account = Tool.succeed(RecoverCommand::new, arguments.toArray(String[]::new));
      assertTrue(account.contains("shard 0"), account);
      second.start();
      try (Btrdb db = second.connect()) {
        check(db, kept);
        written.subList(written.size() - KEPT, written.size()).forEach(each -> check(db, each));
      }
    }
  }

  /** A reader from outside reads on what the cluster has given up meanwhile. */
  private void readWhileOthersOverwrite(
      BtrdbStream stream, List<Written> written, NodeConfig.Pool pool)
      throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("btrdb-chaos-open");
    Written last = written.getLast();
    try (OpenedPool opened =
            OpenedPool.open(
                new RadosAccess.Opener(pool),
                PATIENCE,
                // No node cache to speak of: what is read comes from the pool.
                new OpenedPool.Options("btrdb", work, 0, 1 << 20, "test"),
                group -> {});
        Btrdb outside = Btrdb.connect(opened.address())) {
      check(outside, last);
      for (int i = 0; i < 8; i++) {
        written.add(overwrite(stream));
      }
      cluster.awaitMerged();
      await("the version to be given up", () -> isGivenUp(stream, last.version()));
      long held = bytes(pool);
      assertTrue(held > 8 * 7L * POINTS, held + " bytes: what is pinned stays");
      check(outside, last);
    } finally {
      ClusterUnderTest.deleteFolder(work);
    }
  }

  private static boolean isGivenUp(BtrdbStream stream, long version) {
    try {
      return Double.isNaN(sum(stream.at(version).values(0, POINTS)));
    } catch (BtrdbException e) {
      assertEquals(450, e.code(), e.getMessage());
      return true;
    }
  }

  private void verb(NodeConfig.Pool pool, String... verb) {
    List<String> arguments = new ArrayList<>(List.of("--from-pool"));
    arguments.addAll(Substrate.options(pool));
    arguments.add("--");
    arguments.addAll(List.of(verb));
    List<String> ran = new ArrayList<>();
    Tool.succeed(
        terminal ->
            new OpenCommand(
                terminal,
                line -> {
                  ran.addAll(List.of(line));
                  try (Btrdb db = Btrdb.connect(line[line.length - 1])) {
                    return db.collections("").equals(List.of("space")) ? 0 : 1;
                  }
                }),
        arguments.toArray(String[]::new));
    assertEquals(List.of(verb), ran.subList(0, verb.length));
  }

  private Written overwrite(BtrdbStream stream) {
    long[] times = new long[POINTS];
    double[] values = new double[POINTS];
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
      times[i] = i;
      values[i] = random.nextInt(1 << 20) + random.nextInt(1 << 20) / (double) (1 << 20);
      sum += values[i];
    }
    var unused = stream.insert(times, values, MergePolicy.REPLACE);
    Version version = stream.flush();
    return new Written(stream.uuid(), version.major(), sum);
  }

  private static void check(Btrdb db, Written written) {
    double sum = sum(db.stream(written.stream()).at(written.version()).values(0, POINTS));
    assertEquals(written.sum(), sum, "version " + written.version());
  }

  private static double sum(PointCursor points) {
    double sum = 0;
    try (points) {
      while (points.next()) {
        for (int i = 0; i < points.size(); i++) {
          sum += points.value(i);
        }
      }
    }
    return sum;
  }

  /** Of all segments of the cluster in the pool. */
  private static long bytes(NodeConfig.Pool pool) {
    try (PoolContents contents =
        PoolContents.open(new RadosAccess.Opener(pool), PATIENCE, "btrdb")) {
      SegmentStore segments = contents.segments();
      return contents.ranges().stream()
          .flatMap(range -> segments.list(range.shard()).stream())
          .mapToLong(id -> segments.contains(id) ? segments.length(id) : 0)
          .sum();
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "waited in vain for " + what);
      Thread.sleep(500);
    }
  }
}
