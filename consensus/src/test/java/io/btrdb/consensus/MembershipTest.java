package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.consensus.ConsensusException.Kind;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class MembershipTest {
  private static final RaftOptions PURGING =
      TestCluster.FAST
          .withBatching(
              new RaftOptions.Batching(
                  8 << 10, 16 << 10, 100, 4, 0, 1 << 20, java.time.Duration.ofMinutes(1)))
          .withLog(new RaftOptions.LogFiles(64 << 10, 256 << 10, 4));

  @TempDir Path folder;

  /** Writes until the leader's log begins after {@code index}. */
  private static int fillUntilPurged(TestCluster cluster, GroupId group, long index) {
    String padding = "x".repeat(4000);
    for (int i = 0; ; i++) {
      cluster.submit(group, "fill" + i + "-" + padding);
      if (cluster.log(cluster.leader(group), group).firstIndex() > index + 1) {
        return i + 1;
      }
      if (i > 5000) {
        throw new AssertionError("the log is never purged");
      }
    }
  }

  @Test
  void shouldInstallACheckpointOnAFollowerWhoseLogWasPurgedMeanwhile() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, PURGING).create(group)) {
      cluster.submit(group, "a");
      cluster.converge(group, "a");
      PeerId away = cluster.follower(group);
      long had = cluster.log(away, group).committedIndex();
      cluster.stop(away);
      fillUntilPurged(cluster, group, had);
      cluster.start(away);
      cluster.submit(group, "z");
      cluster.converge(group, "z");
      RecordingMachine machine = cluster.machine(away, group);
      assertFalse(machine.installs.isEmpty());
      assertEquals(2, machine.opened.size(), "opened at start and after the install");
      TestCluster.await(
          "the follower to vote again",
          () -> cluster.log(away, group).health().equals(new Health.Healthy()));
    }
  }

  @Test
  void shouldPutANewIncarnationInTheOldOnesPlace() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, PURGING).create(group)) {
      cluster.submit(group, "a");
      cluster.converge(group, "a");
      PeerId lost = cluster.follower(group);
      cluster.stop(lost);
      fillUntilPurged(cluster, group, 3);
      PeerId reborn = new PeerId("reborn-2");
      cluster.start(reborn).join(group);
      PeerId leader = cluster.leader(group);
      ReplicatedLog log = cluster.log(leader, group);
      assertEquals(
          Kind.REFUSED, FailoverTest.refusal(() -> log.replace(lost, reborn).join()).kind());
      log.addListener(Peer.listener(reborn, cluster.address(reborn))).join();
      assertEquals(1, log.members().listeners().size());
      assertFalse(cluster.machine(reborn, group).installs.isEmpty());
      TestCluster.await(
          "the listener to catch up",
          () -> log.followers().stream().anyMatch(f -> f.id().equals(reborn) && f.lag() == 0));
      TestCluster.await(
          "the listener to know its role",
          () -> cluster.log(reborn, group).role().kind() == Role.Kind.LISTENER);
      log.replace(lost, reborn).join();
      Set<PeerId> voters =
          log.members().voters().stream().map(Peer::id).collect(Collectors.toSet());
      assertEquals(new HashSet<>(cluster.running()), voters);
      assertEquals(List.of(), log.members().listeners());
      TestCluster.await(
          "the newcomer to be a follower",
          () -> cluster.log(reborn, group).role().kind() == Role.Kind.FOLLOWER);

      PeerId third =
          cluster.running().stream()
              .filter(id -> !id.equals(leader) && !id.equals(reborn))
              .findFirst()
              .orElseThrow();
      cluster.stop(third);
      cluster.submit(group, "only with the newcomer's vote");
      cluster.converge(group, "only with the newcomer's vote");
      cluster.stop(reborn);
      cluster.start(reborn);
      cluster.submit(group, "after its restart");
      cluster.converge(group, "after its restart");
    }
  }

  @Test
  void shouldRefuseToReplaceTheLeaderOrByAStranger() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      PeerId leader = cluster.leader(group);
      ReplicatedLog log = cluster.log(leader, group);
      PeerId stranger = new PeerId("stranger-1");
      assertEquals(
          Kind.REFUSED,
          FailoverTest.refusal(() -> log.replace(cluster.follower(group), stranger).join()).kind());
      assertEquals(
          Kind.REFUSED, FailoverTest.refusal(() -> log.removeListener(stranger).join()).kind());
      ReplicatedLog follower = cluster.log(cluster.follower(group), group);
      assertEquals(
          Kind.NOT_LEADER,
          FailoverTest.refusal(
                  () -> follower.addListener(Peer.listener(stranger, "127.0.0.1:1")).join())
              .kind());
      assertTrue(log.members().listeners().isEmpty());
    }
  }

  @Test
  void shouldAddAVoterAndTakeOneOut() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "a");
      PeerId fourth = new PeerId("n4-1");
      cluster.start(fourth).join(group);
      ReplicatedLog log = cluster.log(cluster.leader(group), group);
      assertEquals(Kind.REFUSED, FailoverTest.refusal(() -> log.promote(fourth).join()).kind());
      takeIn(log, Peer.listener(fourth, cluster.address(fourth)));
      assertEquals(4, log.confirmMembers().join().voters().size());

      PeerId leaving =
          cluster.running().stream()
              .filter(id -> !id.equals(fourth) && !id.equals(cluster.leader(group)))
              .findFirst()
              .orElseThrow();
      log.removeVoter(leaving).join();
      assertFalse(log.confirmMembers().join().find(leaving).isPresent());
      cluster.node(leaving).remove(group, true);
      cluster.stop(leaving);
      cluster.submit(group, "by three others");
      cluster.converge(group, "by three others");
    }
  }

  /**
   * Reading the log from its beginning it would find itself a voter, then none, and by then it
   * would stand for election if the leader was silent for a moment.
   */
  @Test
  void shouldNotReadOfAnEarlierMembershipWhenItIsTakenInAgain() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      PeerId fourth = new PeerId("n4-1");
      cluster.start(fourth).join(group);
      ReplicatedLog log = cluster.log(cluster.leader(group), group);
      Peer listener = Peer.listener(fourth, cluster.address(fourth));
      takeIn(log, listener);
      log.removeVoter(fourth).join();
      long removed = log.confirmMembers().join().index();
      cluster.node(fourth).remove(group, true);

      cluster.node(fourth).join(group);
      takeIn(log, listener);
      long first = cluster.log(fourth, group).firstIndex();
      assertTrue(first > removed, "its log begins at " + first + ", it was removed at " + removed);
      cluster.submit(group, "by four");
      cluster.converge(group, "by four");
    }
  }

  @Test
  void shouldRunWhenItIsTakenInThoughItsLogDidNotNameItWhenItWasOpened() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      PeerId fourth = new PeerId("n4-1");
      cluster.start(fourth).join(group);
      ReplicatedLog log = cluster.log(cluster.leader(group), group);
      Peer listener = Peer.listener(fourth, cluster.address(fourth));
      takeIn(log, listener);
      log.removeVoter(fourth).join();
      TestCluster.await(
          "the voter to learn that it is none",
          () -> cluster.log(fourth, group).members().find(fourth).isEmpty());
      cluster.stop(fourth);
      cluster.start(fourth);
      assertEquals(new Health.Starting(), cluster.log(fourth, group).health());

      log.addListener(listener).join();
      TestCluster.await(
          "the replica to ask to be opened anew",
          () -> cluster.log(fourth, group).health() instanceof Health.Failed);
      cluster.node(fourth).reopen(group);
      TestCluster.await(
          "the replica to run",
          () -> cluster.log(fourth, group).health() instanceof Health.Healthy);
      TestCluster.await("the listener to get a vote", () -> succeeds(log.promote(fourth)));
      cluster.submit(group, "by four");
      cluster.converge(group, "by four");
    }
  }

  @Test
  void shouldRefuseToTakeOutAVoterWithoutWhomNoMajorityAnswers() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "a");
      PeerId leader = cluster.leader(group);
      List<PeerId> others = cluster.running().stream().filter(id -> !id.equals(leader)).toList();
      cluster.stop(others.get(0));
      ReplicatedLog log = cluster.log(leader, group);
      TestCluster.await(
          "the leader to notice",
          () ->
              FailoverTest.refusal(() -> log.removeVoter(others.get(1)).join())
                  .getMessage()
                  .contains("answer"));
      assertEquals(3, log.confirmMembers().join().voters().size());
      assertEquals(Kind.REFUSED, FailoverTest.refusal(() -> log.removeVoter(leader).join()).kind());
    }
  }

  private static void takeIn(ReplicatedLog leader, Peer listener) {
    leader.addListener(listener).join();
    TestCluster.await("the listener to get a vote", () -> succeeds(leader.promote(listener.id())));
  }

  private static boolean succeeds(CompletableFuture<Void> change) {
    try {
      change.join();
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  /**
   * The others still send to the old incarnation, at whose address the new one listens. Were it to
   * answer, two votes and acknowledgements would be given in the name of one that forgot its own.
   */
  @Test
  void shouldNotAnswerForThePeerThatHadItsAddress() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "a");
      cluster.converge(group, "a");
      PeerId lost = cluster.follower(group);
      String address = cluster.address(lost);
      cluster.stop(lost);
      PeerId reborn = new PeerId("reborn-2");
      cluster.startAt(reborn, address).join(group);
      for (int i = 0; i < 20; i++) {
        cluster.submit(group, "more" + i);
      }
      ReplicatedLog log = cluster.log(cluster.leader(group), group);
      TestCluster.await(
          "the old incarnation to be silent",
          () -> progress(log, lost).silence().compareTo(java.time.Duration.ofSeconds(1)) > 0);
      assertTrue(progress(log, lost).matchIndex() < log.committedIndex());
      assertEquals(List.of(), cluster.machine(reborn, group).commands());

      PeerId third =
          cluster.running().stream()
              .filter(id -> !id.equals(cluster.leader(group)) && !id.equals(reborn))
              .findFirst()
              .orElseThrow();
      cluster.stop(third);
      CompletableFuture<Object> alone = log.submit(TestCluster.bytes("without a majority"));
      assertThrows(
          java.util.concurrent.ExecutionException.class,
          () -> alone.get(30, java.util.concurrent.TimeUnit.SECONDS));
    }
  }

  /**
   * One that asks for votes has the longer log, and the other was away so long that the channel to
   * it would not be tried again for many seconds.
   */
  @Test
  void shouldAskAVoterThatWasAwayForLongAsSoonAsItIsBack() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "a");
      cluster.converge(group, "a");
      PeerId away = cluster.follower(group);
      cluster.stop(away);
      cluster.submit(group, "b");
      cluster.converge(group, "b");
      cluster.stop(cluster.follower(group));
      long until = System.nanoTime() + java.time.Duration.ofSeconds(12).toNanos();
      TestCluster.await("the channel to be tried but rarely", () -> System.nanoTime() > until);
      cluster.start(away);
      long back = System.nanoTime();
      cluster.leader(group);
      long millis = (System.nanoTime() - back) / 1_000_000;
      System.out.println("a leader " + millis + " ms after the voter was back");
      // The channel by itself would be tried again much later.
      assertTrue(millis < 8_000, "a leader only " + millis + " ms after the voter was back");
    }
  }

  private static FollowerProgress progress(ReplicatedLog log, PeerId peer) {
    return log.followers().stream().filter(f -> f.id().equals(peer)).findFirst().orElseThrow();
  }
}
