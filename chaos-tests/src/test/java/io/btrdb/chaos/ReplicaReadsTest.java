package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.PointCursor;
import io.btrdb.client.Version;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What replicas answer while leaders and followers hang. */
@Timeout(300)
class ReplicaReadsTest {
  private static final int POINTS = 20_000;
  private static final long FREEZE_MILLIS = 5_000;
  private static final long BOUND_MILLIS = 400;
  private static final Metadata.Key<String> MAX_STALENESS =
      Metadata.Key.of("btrdb-max-staleness-ms", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> NO_FORWARD =
      Metadata.Key.of("btrdb-no-forward", Metadata.ASCII_STRING_MARSHALLER);

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  private static BtrdbStream create(Btrdb db) {
    return db.create(
        UUID.randomUUID(), "chaos/replica-reads", Map.of("name", UUID.randomUUID() + ""), Map.of());
  }

  private static String leaderOf(Btrdb db, BtrdbStream stream) {
    int slot = io.btrdb.codec.StreamHash.slot(stream.uuid());
    return db.topology().shards().stream()
        .filter(s -> slot >= s.firstSlot() && slot < s.firstSlot() + s.slotCount())
        .findFirst()
        .orElseThrow()
        .leader()
        .orElseThrow();
  }

  /** A version that was sealed a moment ago, and is in nobody's trees yet, too. */
  @Test
  void shouldReadVersionsWhileTheirLeaderHangs() throws Exception {
    try (Btrdb db = cluster.connectPatiently()) {
      BtrdbStream stream = create(db);
      long[] times = new long[POINTS];
      double[] values = new double[POINTS];
      for (int i = 0; i < POINTS; i++) {
        times[i] = i * 1_000L;
        values[i] = i;
      }
      stream.insert(times, values);
      Version version = stream.flush();
      String leader = leaderOf(db, stream);
      assertEquals(POINTS, count(stream, version));
      cluster.freeze(leader);
      List<Long> millis = new ArrayList<>();
      try {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FREEZE_MILLIS);
        while (System.nanoTime() - end < 0) {
          long begun = System.nanoTime();
          assertEquals(POINTS, count(stream, version));
          millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
      } finally {
        cluster.thaw(leader);
      }
      millis.sort(null);
      System.out.printf(
          "  %d reads of version %s while %s hung: p50 %d ms, longest %d ms%n",
          millis.size(),
          version,
          leader,
          millis.get(millis.size() / 2),
          millis.get(millis.size() - 1));
      assertTrue(millis.size() > 10, "only " + millis.size() + " reads");
    }
  }

  private static int count(BtrdbStream stream, Version version) {
    int count = 0;
    try (PointCursor cursor = stream.at(version).values(0, Long.MAX_VALUE >> 2)) {
      while (cursor.next()) {
        count += cursor.size();
      }
    }
    return count;
  }

  /**
   * One point after the other is written; every node is asked all the time, by itself, what the
   * last one is. Whatever it says includes what had been acknowledged before the bound, also when
   * it, or the leader, has just hung for seconds.
   */
  @Test
  void shouldNeverAnswerBeyondTheBound() throws Exception {
    try (Btrdb db = cluster.connectPatiently()) {
      BtrdbStream stream = create(db);
      AtomicBoolean stop = new AtomicBoolean();
      Acknowledged acknowledged = new Acknowledged();
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(() -> write(stream, acknowledged, stop));
      List<Asker> askers = new ArrayList<>();
      for (String node : cluster.nodes()) {
        askers.add(
            new Asker(node, cluster.cluster().endpoint(node), stream.uuid(), acknowledged, stop));
      }
      List<CompletableFuture<Void>> asking =
          askers.stream().map(asker -> CompletableFuture.runAsync(asker, Asker.THREADS)).toList();
      for (String role : List.of("follower", "leader", "follower")) {
        Thread.sleep(1_000);
        String leader = leaderOf(db, stream);
        String victim =
            role.equals("leader")
                ? leader
                : cluster.nodes().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
        cluster.freeze(victim);
        try {
          Thread.sleep(FREEZE_MILLIS / 2);
        } finally {
          cluster.thaw(victim);
        }
        System.out.printf("  %s, a %s, hung%n", victim, role);
      }
      Thread.sleep(1_500);
      stop.set(true);
      writer.get(60, TimeUnit.SECONDS);
      for (CompletableFuture<Void> one : asking) {
        one.get(60, TimeUnit.SECONDS);
      }
      for (Asker asker : askers) {
        System.out.printf(
            "  %s answered %d reads by itself and passed on %d; the oldest answer lacked %d ms%n",
            asker.node, asker.answered.get(), asker.refused.get(), asker.oldestMillis.get());
        assertTrue(asker.violations.isEmpty(), () -> asker.violations.toString());
      }
      long followers = askers.stream().filter(asker -> asker.answered.get() > 50).count();
      assertTrue(followers >= 2, "replicas answered by themselves at only " + followers + " nodes");
    }
  }

  private static void write(BtrdbStream stream, Acknowledged acknowledged, AtomicBoolean stop) {
    for (long time = 1; !stop.get(); time++) {
      try {
        var unused = stream.insert(new long[] {time}, new double[] {time});
        acknowledged.add(time);
      } catch (BtrdbException e) {
        throw new AssertionError("a write failed for good", e);
      }
    }
  }

  /** When which point was acknowledged, at the latest. */
  private static final class Acknowledged {
    private record Entry(long time, long nanos) {}

    private final ConcurrentLinkedDeque<Entry> newestFirst = new ConcurrentLinkedDeque<>();

    void add(long time) {
      newestFirst.addFirst(new Entry(time, System.nanoTime()));
    }

    /** The last point acknowledged by this moment, 0 when none was. */
    long by(long nanos) {
      for (Entry entry : newestFirst) {
        if (entry.nanos() - nanos <= 0) {
          return entry.time();
        }
      }
      return 0;
    }

    /** When the point after this one was acknowledged; the future when it has not been. */
    long afterNanos(long time) {
      long after = Long.MAX_VALUE;
      for (Entry entry : newestFirst) {
        if (entry.time() <= time) {
          return after;
        }
        after = entry.nanos();
      }
      return after;
    }
  }

  /** Asks one node, which may not pass the question on. */
  private static final class Asker implements Runnable {
    static final java.util.concurrent.Executor THREADS = task -> Thread.ofVirtual().start(task);

    final String node;
    final AtomicLong answered = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong oldestMillis = new AtomicLong();
    final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final String endpoint;
    private final NearestParams question;
    private final Acknowledged acknowledged;
    private final AtomicBoolean stop;

    Asker(
        String node, String endpoint, UUID stream, Acknowledged acknowledged, AtomicBoolean stop) {
      this.node = node;
      this.endpoint = endpoint;
      this.question =
          NearestParams.newBuilder()
              .setUuid(UuidBytes.of(stream))
              .setTime(1L << 60)
              .setBackward(true)
              .build();
      this.acknowledged = acknowledged;
      this.stop = stop;
    }

    @Override
    public void run() {
      Metadata headers = new Metadata();
      headers.put(MAX_STALENESS, Long.toString(BOUND_MILLIS));
      headers.put(NO_FORWARD, "1");
      ManagedChannel channel = ManagedChannelBuilder.forTarget(endpoint).usePlaintext().build();
      try {
        BTrDBGrpc.BTrDBBlockingStub stub =
            BTrDBGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        while (!stop.get()) {
          ask(stub);
        }
      } finally {
        channel.shutdownNow();
      }
    }

    private void ask(BTrDBGrpc.BTrDBBlockingStub stub) {
      long asked = System.nanoTime();
      long must = acknowledged.by(asked - TimeUnit.MILLISECONDS.toNanos(BOUND_MILLIS));
      try {
        NearestResponse answer = stub.withDeadlineAfter(20, TimeUnit.SECONDS).nearest(question);
        int code = answer.getStat().getCode();
        if (code != 0 && (code != 401 || must > 0)) {
          refused.incrementAndGet();
          Thread.sleep(5);
          return;
        }
        answered.incrementAndGet();
        long has = answer.getValue().getTime();
        if (has < must) {
          violations.add(node + " showed " + has + " when " + must + " was older than the bound");
        }
        long lackedMillis = TimeUnit.NANOSECONDS.toMillis(asked - acknowledged.afterNanos(has));
        oldestMillis.accumulateAndGet(lackedMillis, Math::max);
      } catch (StatusRuntimeException e) {
        refused.incrementAndGet();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
