package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.node.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Leaders that are busy are not taken for dead ones: inserts as fast as the cluster takes them, and
 * beside them a thread for each core that does nothing but burn it. {@code
 * -Dbtrdb.chaos.loadSeconds=60} for how long.
 */
@Timeout(600)
class FullLoadTest {
  private static final int STREAMS = 8;
  private static final int BATCH_POINTS = 10_000;
  private static final long STEP_NANOS = 1_000;

  /** Without the controller, which moves leaderships to even them out. */
  @RegisterExtension
  final ClusterUnderTest cluster = new ClusterUnderTest(FullLoadTest::withoutBalancing);

  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicLong acknowledged = new AtomicLong();

  private static NodeConfig withoutBalancing(NodeConfig config) {
    NodeConfig.Placement p = config.placement();
    return config.withPlacement(
        new NodeConfig.Placement(
            p.zooKeeper(),
            p.sasl(),
            p.tls(),
            p.sessionTimeoutMillis(),
            p.replaceAfterSeconds(),
            p.movesAtOnce(),
            p.transferMegabytesPerSecond(),
            false));
  }

  @Test
  void shouldElectNobodyUnderFullLoad() throws Exception {
    int seconds = Integer.getInteger("btrdb.chaos.loadSeconds", 20);
    List<CompletableFuture<Void>> work = new ArrayList<>();
    List<BtrdbStream> streams = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool();
        Btrdb db = cluster.connectPatiently()) {
      for (int i = 0; i < STREAMS; i++) {
        streams.add(db.create(UUID.randomUUID(), "full", Map.of("name", "s" + i), Map.of()));
      }
      Map<String, Long> before = terms();
      Machine machine = new Machine(cluster);
      for (BtrdbStream stream : streams) {
        work.add(CompletableFuture.runAsync(() -> write(stream), threads));
      }
      for (int core = 0; core < Runtime.getRuntime().availableProcessors(); core++) {
        work.add(CompletableFuture.runAsync(this::burn, threads));
      }
      TimeUnit.SECONDS.sleep(seconds);
      String load = machine.toString();
      Map<String, Long> after = terms();
      stopping.set(true);
      CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
      System.out.printf(
          "  %,d points acknowledged, terms before %s, after %s; %s%n",
          acknowledged.get(), before.values(), after.values(), load);
      assertEquals(before, after);
      assertEquals(acknowledged.get(), streams.stream().mapToLong(BtrdbStream::count).sum());
    }
  }

  /** The term of each replica, by node and group. */
  private Map<String, Long> terms() {
    Map<String, Long> terms = new TreeMap<>();
    ReplicaGroups groups = new ReplicaGroups(cluster);
    for (String node : cluster.nodes()) {
      for (GroupState group : groups.hello(node).getGroupsList()) {
        terms.put(node + " " + group.getGroup(), group.getTerm());
      }
    }
    return terms;
  }

  private void write(BtrdbStream stream) {
    long time = WriteLoad.START;
    Random random = new Random(stream.uuid().hashCode());
    while (!stopping.get()) {
      long[] times = new long[BATCH_POINTS];
      double[] values = new double[BATCH_POINTS];
      for (int i = 0; i < BATCH_POINTS; i++) {
        times[i] = time;
        values[i] = Math.rint(random.nextGaussian() * 1e3) / 1e3;
        time += STEP_NANOS;
      }
      stream.insert(times, values);
      acknowledged.addAndGet(BATCH_POINTS);
    }
  }

  private void burn() {
    Random random = new Random();
    double sum = 0;
    while (!stopping.get()) {
      sum += random.nextDouble();
    }
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("a sum of numbers from 0 to 1 is no number");
    }
  }
}
