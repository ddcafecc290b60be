package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class RecoveryTest {
  @TempDir Path folder;

  private static Path openSegment(TestCluster cluster, PeerId id, GroupId group)
      throws IOException {
    Path current = cluster.raftFolder(id).resolve(group.toString()).resolve("current");
    try (Stream<Path> files = Files.list(current)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_inprogress"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Position after the last byte that is not preallocated zeros. */
  private static long endOfEntries(RandomAccessFile file) throws IOException {
    byte[] all = new byte[Math.toIntExact(file.length())];
    file.seek(0);
    file.readFully(all);
    int end = all.length;
    while (end > 0 && all[end - 1] == 0) {
      end--;
    }
    return end;
  }

  @Test
  void shouldListAGroupWhoseLogIsBrokenAndServeTheOthers() throws Exception {
    GroupId broken = TestCluster.newGroup();
    GroupId sound = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(broken, sound)) {
      cluster.submit(broken, "a");
      cluster.submit(sound, "a");
      cluster.converge(broken, "a");
      cluster.converge(sound, "a");
      PeerId victim = cluster.follower(broken);
      cluster.stop(victim);
      try (RandomAccessFile file =
          new RandomAccessFile(openSegment(cluster, victim, broken).toFile(), "rw")) {
        long end = endOfEntries(file);
        file.seek(end - 8);
        file.write(0x55);
      }
      cluster.start(victim);
      Health health = cluster.log(victim, broken).health();
      assertInstanceOf(Health.Failed.class, health);
      TestCluster.await(
          "the state machine to hear of it", () -> cluster.machine(victim, broken).failure != null);
      cluster.submit(sound, "b");
      cluster.submit(broken, "b with two of three");
      TestCluster.await(
          "the other group on the victim",
          () -> cluster.machine(victim, sound).commands().contains("b"));

      // What the node does next: forget the folder. Here the same identity is enough, since a third
      // voter
      // that never voted since is not asked to.
      cluster.node(victim).remove(broken, true);
      assertEquals(1, cluster.node(victim).groups().size());
    }
  }

  @Test
  void shouldForgetAnEntryThatAPowerCutLeftHalfWritten() throws Exception {
    // The bytes after the half are zeros: the file is preallocated.
    openTorn(
        (file, end) -> {
          file.seek(end);
          file.write(halfAnEntry());
        });
  }

  @Test
  void shouldForgetAnEntryThatTheEndOfTheFileCutsOff() throws Exception {
    openTorn(
        (file, end) -> {
          byte[] half = halfAnEntry();
          file.seek(end);
          file.write(half);
          file.setLength(end + half.length);
        });
  }

  /** 3,000 of 6,000 bytes. */
  private static byte[] halfAnEntry() {
    byte[] half = new byte[3000];
    java.util.Arrays.fill(half, (byte) 'x');
    half[0] = (byte) (6000 & 0x7f | 0x80);
    half[1] = (byte) (6000 >> 7);
    return half;
  }

  private interface Tear {
    void apply(RandomAccessFile file, long end) throws IOException;
  }

  private void openTorn(Tear tear) throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "a" + "x".repeat(5000));
      cluster.submit(group, "b" + "y".repeat(5000));
      cluster.converge(group, "b" + "y".repeat(99));
      PeerId victim = cluster.follower(group);
      cluster.stop(victim);
      Path segment = openSegment(cluster, victim, group);
      try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
        tear.apply(file, endOfEntries(file));
      }
      cluster.start(victim);
      assertEquals(new Health.Healthy(), cluster.log(victim, group).health());
      cluster.submit(group, "c");
      assertEquals(3, cluster.converge(group, "c").size());
    }
  }

  @Test
  void shouldComeBackAfterAFailureWhoseCauseIsGone() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "a");
      cluster.converge(group, "a");
      PeerId victim = cluster.follower(group);
      cluster.log(victim, group).fail(new IOException("No space left on device"));
      TestCluster.await(
          "the state machine to hear of it", () -> cluster.machine(victim, group).failure != null);
      cluster.submit(group, "b");
      cluster.node(victim).reopen(group);
      cluster.submit(group, "c");
      List<String> lines = cluster.converge(group, "c");
      assertEquals(3, lines.size());
      TestCluster.await(
          "a healthy replica",
          () -> cluster.log(victim, group).health().equals(new Health.Healthy()));
    }
  }

  @Test
  void shouldNeverCreateAGroupOverAnother() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      PeerId id = TestCluster.id(1);
      RaftNode node = cluster.node(id);
      List<Peer> voters = List.of(Peer.voter(id, cluster.address(id)));
      assertThrows(IllegalStateException.class, () -> node.create(group, voters));
      assertThrows(IllegalStateException.class, () -> node.join(group));
      node.remove(group, false);
      assertThrows(IllegalStateException.class, () -> node.create(group, voters));
      GroupId other = TestCluster.newGroup();
      List<Peer> strangers = List.of(Peer.voter(new PeerId("x-1"), "127.0.0.1:1"));
      assertThrows(IllegalArgumentException.class, () -> node.create(other, strangers));
    }
  }

  @Test
  void shouldRememberTheVotersOfAGroupThatNeverHadALeader() throws Exception {
    GroupId group = TestCluster.newGroup();
    PeerId alone = TestCluster.id(1);
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST)) {
      RaftNode node = cluster.start(alone);
      node.create(
          group,
          List.of(
              Peer.voter(alone, cluster.address(alone)),
              Peer.voter(TestCluster.id(2), "127.0.0.1:" + FreePorts.next()),
              Peer.voter(TestCluster.id(3), "127.0.0.1:" + FreePorts.next())));
      cluster.stop(alone);
      cluster.start(alone);
      assertEquals(3, cluster.log(alone, group).members().voters().size());
    }
  }
}
