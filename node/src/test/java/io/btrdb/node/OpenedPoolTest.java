package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.LookupStreamsParams;
import io.btrdb.node.analysis.OpenedPool;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.Pool;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool is read by somebody who belongs to no cluster. */
@Timeout(120)
class OpenedPoolTest {
  private static final Pool.Patience PATIENCE =
      new Pool.Patience(2_000, 2_000, Duration.ofSeconds(1));

  private final MemoryPool pool = new MemoryPool();
  @TempDir Path folder;
  @TempDir Path work;

  private OpenedPool open(String cluster, Path place) throws IOException {
    return OpenedPool.open(
        pool, PATIENCE, new OpenedPool.Options(cluster, place, 0, 16 << 20, "test"), group -> {});
  }

  private String pins() {
    return pool.objects
        .read("pins")
        .map(stored -> new String(stored.content(), StandardCharsets.UTF_8))
        .orElse("");
  }

  @Test
  void shouldAnswerReadsBesideTheClusterAndWithoutItAndRefuseWrites() throws Exception {
    NodeConfig.Pool settings = NodeConfig.Pool.of(Path.of("ceph.conf")).withArchiveSeconds(3_600);
    try (InProcessNodes nodes =
        new InProcessNodes(folder, 2).withPool(pool, settings).found("n1")) {
      InProcessNodes.await("the catalog to be archived", pool::hasCatalog);
      // From here on the journal tells what there is.
      PointStream stream = PointStream.create(nodes.client("n1"), "open", "a");
      stream.insert(nodes.client("n1"), 0, 50_000);
      long version = stream.flush(nodes.client("n1"));
      InProcessNodes.await("the segments", () -> pool.list(0).size() + pool.list(1).size() > 0);
      InProcessNodes.await("the journal to be written", () -> pool.journalPages() > 0);
      try (OpenedPool opened = open("btrdb", work.resolve("1"))) {
        assertTrue(pins().contains("pin "), pins());
        check(opened, stream, version);
        stream.insert(nodes.client("n1"), 50_000, 60_000);
        stream.flush(nodes.client("n1"));
        nodes.stop("n1");
        check(opened, stream, version);
      }
      assertTrue(!pins().contains("pin "), pins());
      try (OpenedPool opened = open("btrdb", work.resolve("2"))) {
        check(opened, stream, version);
      }
      nodes.start("n1");
      nodes.awaitReady("n1");
      assertEquals(60_000, stream.count(nodes.client("n1"), 0), "nothing was changed");
    }
  }

  private static void check(OpenedPool opened, PointStream stream, long version) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(opened.address()).usePlaintext().build();
    try {
      BTrDBGrpc.BTrDBBlockingStub client = BTrDBGrpc.newBlockingStub(channel);
      assertEquals(50_000, stream.count(client, version));
      assertTrue(stream.count(client, 0) >= 50_000);
      assertEquals(501, stream.tryInsert(client, 0, 1));
      assertEquals(
          "open",
          client
              .lookupStreams(LookupStreamsParams.newBuilder().setCollection("open").build())
              .next()
              .getResults(0)
              .getCollection());
      assertEquals(List.of(), opened.lost().stream().toList());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void shouldSayThatThePoolHoldsNoSuchCluster() {
    IllegalStateException none =
        assertThrows(IllegalStateException.class, () -> open("elsewhere", work).close());
    assertTrue(none.getMessage().contains("no cluster named elsewhere"), none.getMessage());
  }
}
