package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.GetCompactionConfigParams;
import io.btrdb.api.v5.GetCompactionConfigResponse;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.MergePolicy;
import io.btrdb.api.v5.ObliterateParams;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.SetCompactionConfigParams;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Old versions and obliterated streams on nodes as they run: their bytes leave every disk. */
@Timeout(300)
class SpaceReclaimTest {
  private static final int POINTS = 50_000;
  private static final int VERSIONS = 60;
  private static final int KEPT = 10;

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(1);

  private static NodeConfig keepingFew(NodeConfig config) {
    return config.withRetention(new NodeConfig.Retention(KEPT, 1, 1_000));
  }

  @Test
  void shouldStayWithinBoundsWhileTheSameDataIsOverwritten() throws Exception {
    try (InProcessNodes nodes =
        new InProcessNodes(folder, 1)
            .configured(SpaceReclaimTest::keepingFew)
            .found("n1", "n2", "n3")) {
      UUID stream = create(nodes, "overwritten");
      double last = 0;
      for (int i = 0; i < VERSIONS; i++) {
        last = overwrite(nodes, stream);
      }
      long written = VERSIONS * 7L * POINTS;
      for (String node : new String[] {"n1", "n2", "n3"}) {
        InProcessNodes.await(
            node + " to have given space back", () -> bytes(node) < written * 2 / 3);
      }
      InProcessNodes.await(
          "all but the last versions to be given up", () -> kept(config(nodes, stream)) == KEPT);
      GetCompactionConfigResponse config = config(nodes, stream);
      assertFalse(config.hasStat());
      assertEquals(KEPT, kept(config));
      long oldest = config.getCompactedVersion();
      assertEquals(450, read(nodes, "n1", stream, oldest - 1).getStat().getCode());
      for (String node : new String[] {"n1", "n2", "n3"}) {
        assertFalse(read(nodes, node, stream, oldest).hasStat());
        RawValuesResponse latest = read(nodes, node, stream, 0);
        assertEquals(last, latest.getValues(0).getValue());
        System.out.printf(
            "%s: %d versions of %d points written, %d kept: %d bytes on disk, %.2f of what %d"
                + " versions are%n",
            node, VERSIONS, POINTS, KEPT, bytes(node), bytes(node) / (KEPT * 7.3 * POINTS), KEPT);
      }
      obliterate(nodes, stream);
      for (String node : new String[] {"n1", "n2", "n3"}) {
        InProcessNodes.await(
            node + " to have nothing of it", () -> bytes(node) < KEPT * 7L * POINTS / 2);
        System.out.printf("%s: %d bytes once it is obliterated%n", node, bytes(node));
      }
    }
  }

  @Test
  void shouldKeepToWhatIsConfiguredThroughARestartOfAllNodes() throws Exception {
    try (InProcessNodes nodes =
        new InProcessNodes(folder, 1)
            .configured(config -> config.withRetention(new NodeConfig.Retention(0, 1, 1_000)))
            .found("n1")) {
      UUID stream = create(nodes, "configured");
      for (int i = 0; i < 4; i++) {
        overwrite(nodes, stream);
      }
      SetCompactionConfigParams set =
          SetCompactionConfigParams.newBuilder()
              .setUuid(UuidBytes.of(stream))
              .setCompactedVersion(13)
              .build();
      InProcessNodes.await(
          "the log to know how", () -> !nodes.client("n1").setCompactionConfig(set).hasStat());
      nodes.stop("n1");
      nodes.start("n1");
      nodes.awaitReady("n1");
      assertEquals(13, config(nodes, stream).getCompactedVersion());
      assertEquals(450, read(nodes, "n1", stream, 12).getStat().getCode());
      assertFalse(read(nodes, "n1", stream, 13).hasStat());
      assertFalse(read(nodes, "n1", stream, 14).hasStat());
    }
  }

  private static UUID create(InProcessNodes nodes, String collection) {
    UUID stream = UUID.randomUUID();
    assertFalse(
        nodes
            .client("n1")
            .create(
                CreateParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setCollection(collection)
                    .build())
            .hasStat());
    return stream;
  }

  /** Returns the value of the first point. */
  private double overwrite(InProcessNodes nodes, UUID stream) {
    InsertParams.Builder insert =
        InsertParams.newBuilder().setUuid(UuidBytes.of(stream)).setMergePolicy(MergePolicy.REPLACE);
    double first = random.nextDouble();
    for (int i = 0; i < POINTS; i++) {
      insert.addValues(
          RawPoint.newBuilder().setTime(i).setValue(i == 0 ? first : random.nextDouble()));
    }
    assertFalse(nodes.client("n1").insert(insert.build()).hasStat());
    assertFalse(
        nodes
            .client("n1")
            .flush(FlushParams.newBuilder().setUuid(UuidBytes.of(stream)).build())
            .hasStat());
    return first;
  }

  private static void obliterate(InProcessNodes nodes, UUID stream) {
    assertFalse(
        nodes
            .client("n1")
            .obliterate(ObliterateParams.newBuilder().setUuid(UuidBytes.of(stream)).build())
            .hasStat());
  }

  private static GetCompactionConfigResponse config(InProcessNodes nodes, UUID stream) {
    return nodes
        .client("n1")
        .getCompactionConfig(
            GetCompactionConfigParams.newBuilder().setUuid(UuidBytes.of(stream)).build());
  }

  private static long kept(GetCompactionConfigResponse config) {
    return config.getLatestMajorVersion() - config.getCompactedVersion() + 1;
  }

  /** The first message of all points. */
  private static RawValuesResponse read(
      InProcessNodes nodes, String node, UUID stream, long version) {
    Iterator<RawValuesResponse> answers =
        nodes
            .client(node)
            .rawValues(
                RawValuesParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setEnd(POINTS)
                    .setVersionMajor(version)
                    .build());
    RawValuesResponse first = answers.next();
    int points = first.getValuesCount();
    while (answers.hasNext()) {
      points += answers.next().getValuesCount();
    }
    assertTrue(first.hasStat() || points == POINTS, points + " points");
    return first;
  }

  /** Of the extents on a node's disk. */
  private long bytes(String node) {
    Path segments = folder.resolve(node).resolve("segments");
    if (!Files.isDirectory(segments)) {
      throw new AssertionError(segments + " is not there");
    }
    try (Stream<Path> files = Files.walk(segments)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("extent-"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      // An extent was unlinked meanwhile.
      return Long.MAX_VALUE;
    }
  }
}
