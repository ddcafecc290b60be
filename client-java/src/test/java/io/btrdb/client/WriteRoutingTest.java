package io.btrdb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.client.FakeCluster.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteRoutingTest {
  private static final UUID STREAM = new UUID(0x1234, 0x5678);

  private FakeCluster cluster;
  private Btrdb db;
  private BtrdbStream stream;

  @BeforeEach
  void connect() throws Exception {
    cluster = FakeCluster.of(3);
    cluster.create(STREAM);
    db = Btrdb.builder().endpoints(cluster.endpoints()).deadline(Duration.ofSeconds(20)).connect();
    stream = db.stream(STREAM);
  }

  @AfterEach
  void disconnect() {
    db.close();
    cluster.close();
  }

  private void script(java.util.function.BiFunction<FakeNode, WriteRequest, Verdict> script) {
    synchronized (cluster) {
      cluster.script = script;
    }
  }

  /** The first writes get this verdict, all later ones are applied. */
  private void scriptFirst(int count, Verdict verdict) {
    AtomicInteger left = new AtomicInteger(count);
    script((node, request) -> left.getAndDecrement() > 0 ? verdict : Verdict.APPLY);
  }

  private Version insert(long... times) {
    return stream.insert(times, new double[times.length]);
  }

  private void assertOneNumber() {
    assertEquals(
        1,
        cluster.received().stream()
            .map(r -> r.getSessionHigh() + "/" + r.getSessionLow() + "/" + r.getSequence())
            .distinct()
            .count());
  }

  @Test
  void shouldReportTheVersionOfEachWrite() {
    assertEquals(new Version(10, 3), insert(1, 2, 3));
    assertEquals(new Version(11, 0), stream.flush());
    assertEquals(new Version(12, 0), stream.delete(2, 3));
    assertEquals(2, cluster.count(STREAM));
    assertEquals(new Version(12, 0), stream.version());
    assertEquals(new Version(12, 0), insert());
  }

  @Test
  void shouldRepeatAWriteUnderItsNumberWhenTheAnswerWasLost() {
    scriptFirst(1, Verdict.of(FakeCluster.Fate.APPLY_AND_BREAK));
    assertEquals(new Version(10, 2), insert(1, 2));
    assertEquals(2, cluster.count(STREAM));
    assertEquals(2, cluster.received().size());
    assertOneNumber();
  }

  @Test
  void shouldFollowALeaderThatMoved() {
    insert(1);
    cluster.lead(2);
    assertEquals(new Version(10, 2), insert(2));
    int before = cluster.received().size();
    insert(3);
    assertEquals(before + 1, cluster.received().size(), "the new leader should be known by now");
  }

  @Test
  void shouldGoToTheNewLeaderWhenTheOldOneDies() {
    insert(1);
    cluster.node(0).stop();
    cluster.lead(1);
    long begun = System.nanoTime();
    assertEquals(new Version(10, 2), insert(2));
    assertTrue(System.nanoTime() - begun < 2_000_000_000L);
  }

  @Test
  void shouldMoveOpenWritesWhenTheLeaderFreezes() {
    insert(1);
    cluster.node(0).frozen = true;
    CompletableFuture<Version> waiting = stream.insertAsync(new long[] {2}, new double[1]);
    cluster.lead(1);
    assertEquals(new Version(10, 2), waiting.join());
  }

  @Test
  void shouldSurviveTheRestartOfTheOnlyReachableLeader() throws Exception {
    insert(1);
    cluster.node(0).stop();
    CompletableFuture<Version> waiting = stream.insertAsync(new long[] {2}, new double[1]);
    cluster.node(0).start();
    assertEquals(new Version(10, 2), waiting.join());
  }

  @Test
  void shouldWaitOutASaturatedClusterAndOneWithoutQuorum() {
    scriptFirst(1, new Verdict(FakeCluster.Fate.APPLY, 426, false, 60));
    assertEquals(new Version(10, 1), insert(1));
    scriptFirst(2, new Verdict(FakeCluster.Fate.APPLY, 419, true, 0));
    assertEquals(new Version(10, 2), insert(2));
    assertEquals(2, cluster.count(STREAM));
  }

  @Test
  void shouldOpenAnotherSessionWhenOneIsLostAndNothingIsInDoubt() {
    insert(1);
    scriptFirst(1, Verdict.of(FakeCluster.Fate.LOSE_SESSION));
    assertEquals(new Version(10, 2), insert(2));
    assertEquals(2, cluster.sessions.size());
  }

  @Test
  void shouldSayUnknownWhenASessionIsLostWithAWriteInDoubt() {
    AtomicInteger turn = new AtomicInteger();
    script(
        (node, request) ->
            switch (turn.getAndIncrement()) {
              case 0 -> Verdict.of(FakeCluster.Fate.APPLY_AND_BREAK);
              case 1 -> Verdict.of(FakeCluster.Fate.LOSE_SESSION);
              default -> Verdict.APPLY;
            });
    BtrdbException failure = assertThrows(BtrdbException.class, () -> insert(1));
    assertEquals(Fate.UNKNOWN, failure.fate());
    assertEquals(new Version(10, 2), insert(2), "later writes go on in a new session");
  }

  @Test
  void shouldPassOnARefusal() {
    scriptFirst(1, Verdict.refuse(425));
    BtrdbException failure = assertThrows(BtrdbException.class, () -> insert(1));
    assertEquals(425, failure.code());
    assertEquals(Fate.NOT_APPLIED, failure.fate());
    assertEquals(STREAM, failure.stream().orElseThrow());
    assertEquals(cluster.node(0).address(), failure.endpoint().orElseThrow());
    BtrdbException unknown =
        assertThrows(BtrdbException.class, () -> db.stream(new UUID(9, 9)).flush());
    assertEquals(404, unknown.code());
  }

  @Test
  void shouldSayHowOftenAndWhereItTriedWhenTheDeadlinePasses() {
    try (Btrdb hasty = hasty(400)) {
      script((node, request) -> Verdict.of(FakeCluster.Fate.IGNORE));
      BtrdbException failure =
          assertThrows(BtrdbException.class, () -> hasty.stream(STREAM).flush());
      assertEquals(419, failure.code());
      assertEquals(Fate.UNKNOWN, failure.fate());
      assertTrue(failure.getMessage().contains("1 attempt at " + cluster.node(0).address()));
      script((node, request) -> Verdict.refuse(419));
      failure = assertThrows(BtrdbException.class, () -> hasty.stream(STREAM).flush());
      assertEquals(Fate.NOT_APPLIED, failure.fate());
    }
  }

  @Test
  void shouldKnowThatNothingWasAppliedWhenNobodyWasReached() {
    try (Btrdb hasty = hasty(600)) {
      hasty.stream(STREAM).flush();
      cluster.nodes.forEach(FakeNode::stop);
      BtrdbException failure =
          assertThrows(BtrdbException.class, () -> hasty.stream(STREAM).flush());
      assertEquals(Fate.NOT_APPLIED, failure.fate());
      assertTrue(failure.getMessage().contains("refused"), failure.getMessage());
    }
  }

  private Btrdb hasty(int millis) {
    return Btrdb.builder()
        .endpoints(cluster.endpoints())
        .deadline(Duration.ofMillis(millis))
        .connect();
  }

  @Test
  void shouldSendConcurrentWritesInSharedFramesAndInOrder() {
    List<CompletableFuture<Version>> writes = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      writes.add(stream.insertAsync(new long[] {i}, new double[] {i}));
    }
    writes.forEach(CompletableFuture::join);
    assertEquals(5_000, cluster.count(STREAM));
    List<WriteRequest> received = cluster.received();
    for (int i = 0; i < received.size(); i++) {
      assertEquals(i + 1, received.get(i).getSequence());
    }
    assertTrue(cluster.frames.size() < 4_000, cluster.frames.size() + " frames for 5,000 writes");
  }

  @Test
  void shouldKeepTheWindowOfASessionAndTellWhatItHas() {
    AtomicBoolean hold = new AtomicBoolean(true);
    script((n, r) -> hold.get() ? Verdict.of(FakeCluster.Fate.IGNORE) : Verdict.APPLY);
    List<CompletableFuture<Version>> writes = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      writes.add(stream.insertAsync(new long[] {i}, new double[] {i}));
    }
    hold.set(false);
    cluster.lead(1);
    writes.forEach(CompletableFuture::join);
    assertEquals(3_000, cluster.count(STREAM));
    for (WriteRequest request : cluster.received()) {
      assertTrue(request.getSequence() - request.getAcknowledgedThrough() <= Session.WINDOW);
    }
  }

  @Test
  void shouldApplyEachWriteOnceWhileLeadersMoveAndConnectionsBreak() {
    AtomicInteger turn = new AtomicInteger();
    script(
        (node, request) -> {
          int n = turn.incrementAndGet();
          if (n % 201 == 0) {
            cluster.lead(n % 3);
          }
          return n % 61 == 0
              ? Verdict.of(FakeCluster.Fate.APPLY_AND_BREAK)
              : n % 83 == 0 ? Verdict.of(FakeCluster.Fate.BREAK) : Verdict.APPLY;
        });
    List<CompletableFuture<Version>> writes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      writes.add(stream.insertAsync(new long[] {i}, new double[] {i}));
    }
    writes.forEach(CompletableFuture::join);
    assertEquals(400, cluster.count(STREAM));
  }

  @Test
  void shouldSplitALargeInsertInOrder() {
    long[] times = new long[120_000];
    for (int i = 0; i < times.length; i++) {
      times[i] = i;
    }
    assertEquals(new Version(10, 120_000), stream.insert(times, new double[times.length]));
    assertEquals(
        List.of(50_000, 50_000, 20_000),
        cluster.received().stream().limit(3).map(r -> r.getInsert().getCount()).toList());
  }

  @Test
  void shouldHoldBackWritersAtTheLimit() throws Exception {
    AtomicBoolean hold = new AtomicBoolean(true);
    script((n, r) -> hold.get() ? Verdict.of(FakeCluster.Fate.IGNORE) : Verdict.APPLY);
    try (Btrdb narrow =
        Btrdb.builder().endpoints(cluster.endpoints()).maxInFlightRequests(2).connect()) {
      CountDownLatch third = new CountDownLatch(1);
      Thread writer =
          new Thread(
              () -> {
                for (int i = 0; i < 3; i++) {
                  var unused = narrow.stream(STREAM).insertAsync(new long[] {i}, new double[] {i});
                }
                third.countDown();
              });
      writer.start();
      while (writer.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      assertEquals(1, third.getCount());
      hold.set(false);
      cluster.lead(1);
      third.await();
      writer.join();
    }
    assertEquals(3, cluster.count(STREAM));
  }

  @Test
  void shouldNameEveryEndpointThatCannotBeReached() {
    cluster.nodes.forEach(FakeNode::stop);
    BtrdbException failure =
        assertThrows(BtrdbException.class, () -> Btrdb.connect(cluster.endpoints()));
    for (String endpoint : cluster.endpoints()) {
      assertTrue(failure.getMessage().contains(endpoint), failure.getMessage());
    }
    assertTrue(failure.getMessage().contains("refused"), failure.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Btrdb.connect("localhost"));
    assertThrows(IllegalArgumentException.class, () -> Btrdb.connect());
  }

  @Test
  void shouldConnectWhenOneEndpointAnswers() {
    cluster.node(0).stop();
    cluster.node(2).frozen = true;
    cluster.lead(1);
    try (Btrdb one = Btrdb.connect(cluster.endpoints())) {
      assertEquals(new Version(11, 0), one.stream(STREAM).flush());
      assertFalse(one.topology().shards().isEmpty());
    }
  }
}
