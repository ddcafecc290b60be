package io.btrdb.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.FakeCluster.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BufferedWriterTest {
  private static final UUID STREAM = new UUID(0x1234, 0x5678);
  private static final WriterOptions PATIENT =
      WriterOptions.defaults().withMaxAge(Duration.ofHours(1)).withBatchPoints(100);

  private FakeCluster cluster;
  private Btrdb db;
  private BtrdbStream stream;

  @BeforeEach
  void connect() throws Exception {
    cluster = FakeCluster.of(1);
    cluster.create(STREAM);
    db =
        Btrdb.builder()
            .endpoints(cluster.endpoints())
            .deadline(Duration.ofSeconds(20))
            .maxInFlightRequests(4)
            .connect();
    stream = db.stream(STREAM);
  }

  @AfterEach
  void disconnect() {
    db.close();
    cluster.close();
  }

  private List<Integer> batches() {
    return cluster.received().stream().map(r -> r.getInsert().getCount()).toList();
  }

  @Test
  void shouldSendFullBatchesAndTheRestAtFlush() {
    try (BufferedWriter writer = db.writer(PATIENT)) {
      for (int i = 0; i < 250; i++) {
        writer.add(stream, i, i);
      }
      writer.flush();
      assertEquals(250, cluster.count(STREAM));
      assertEquals(List.of(100, 100, 50), batches());
      writer.add(stream, new long[] {300, 301, 302}, new double[3], 1, 3);
    }
    assertEquals(252, cluster.count(STREAM));
  }

  @Test
  void shouldSendWhatHasWaitedLongEnough() {
    try (BufferedWriter writer = db.writer(PATIENT.withMaxAge(Duration.ofMillis(20)))) {
      writer.add(stream, 1, 1);
      while (cluster.count(STREAM) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void shouldBoundWhatItBuffersOverAllStreams() {
    try (BufferedWriter writer = db.writer(PATIENT.withMaxBufferedPoints(150))) {
      for (int s = 0; s < 10; s++) {
        UUID uuid = new UUID(s, s);
        cluster.create(uuid);
        for (int i = 0; i < 20 + s; i++) {
          writer.add(db.stream(uuid), i, i);
        }
      }
      while (batches().isEmpty()) {
        Thread.onSpinWait();
      }
    }
    assertEquals(245, batches().stream().mapToInt(Integer::intValue).sum());
  }

  @Test
  void shouldTellOfFailedBatchesWithTheirPointsAndThrowAtFlush() throws Exception {
    UUID unknown = new UUID(7, 7);
    BlockingQueue<WriteFailure> told = new LinkedBlockingQueue<>();
    BufferedWriter writer = db.writer(PATIENT.withOnFailure(told::add));
    writer.add(db.stream(unknown), 5, 50);
    writer.add(db.stream(unknown), 6, 60);
    writer.add(stream, 1, 1);
    BtrdbException failure = assertThrows(BtrdbException.class, writer::flush);
    assertEquals(404, failure.code());
    WriteFailure batch = told.take();
    assertEquals(unknown, batch.stream());
    assertEquals(Fate.NOT_APPLIED, batch.cause().fate());
    long[] times = new long[batch.count()];
    double[] values = new double[batch.count()];
    batch.copyTo(times, values);
    assertArrayEquals(new long[] {5, 6}, times);
    assertArrayEquals(new double[] {50, 60}, values);
    assertEquals(1, cluster.count(STREAM));
    writer.close();
    assertThrows(IllegalStateException.class, () -> writer.add(stream, 1, 1));
  }

  @Test
  void shouldHoldBackTheProducerOfASlowCluster() throws Exception {
    AtomicBoolean hold = new AtomicBoolean(true);
    synchronized (cluster) {
      cluster.script =
          (n, r) -> hold.get() ? new Verdict(FakeCluster.Fate.APPLY, 426, false, 1) : Verdict.APPLY;
    }
    BufferedWriter writer = db.writer(PATIENT);
    Thread producer =
        new Thread(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                writer.add(stream, i, i);
              }
            });
    producer.start();
    while (producer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    Set<Long> sequences =
        cluster.received().stream().map(r -> r.getSequence()).collect(Collectors.toSet());
    assertTrue(sequences.size() <= 4, sequences + " are more than may be under way");
    hold.set(false);
    producer.join();
    writer.close();
    assertEquals(2_000, cluster.count(STREAM));
  }

  @Test
  void shouldSendBatchesOfAStreamOneByOneWhenOrderMatters() {
    try (BufferedWriter writer = db.writer(PATIENT.withPolicy(MergePolicy.REPLACE))) {
      for (int i = 0; i < 1_000; i++) {
        writer.add(stream, i, i);
      }
    }
    assertEquals(1_000, cluster.count(STREAM));
    assertTrue(cluster.frames.stream().allMatch(requests -> requests == 1));
    assertTrue(cluster.received().stream().allMatch(r -> r.getInsert().getPolicy() == 3));
  }

  @Test
  void shouldFlushWritersThatAreStillOpenWhenTheConnectionCloses() {
    BufferedWriter writer = db.writer(PATIENT);
    writer.add(stream, 1, 1);
    db.close();
    assertEquals(1, cluster.count(STREAM));
  }
}
