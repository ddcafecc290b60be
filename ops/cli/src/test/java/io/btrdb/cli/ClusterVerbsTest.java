package io.btrdb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.btrdb.api.cluster.BalanceRequest;
import io.btrdb.api.cluster.DrainRequest;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MoveRequest;
import io.btrdb.api.cluster.RemoveNodeRequest;
import io.btrdb.api.cluster.TransferLeaderRequest;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code btrdb cluster ...} against a cluster that only says what it is told to. */
@Timeout(60)
class ClusterVerbsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private FakeAdmin cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new FakeAdmin();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** Runs {@code btrdb cluster LINE} at the cluster. */
  private int run(String line) {
    List<String> words = new ArrayList<>(List.of(("cluster " + line).split(" ")));
    if (!words.contains("-e")) {
      words.addAll(List.of("-e", cluster.address()));
    }
    out.reset();
    err.reset();
    return Main.run(Terminal.of("", out, err), words.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  // ------------------------------------------------------------------------------------- showing

  @Test
  void shouldShowAHealthyClusterAtAGlance() {
    assertEquals(ExitCode.OK, run("status"));
    assertEquals(
        """
        grid  ·  asked n1  ·  controller n1  ·  ZooKeeper connected  ·  750 points/s in
        ✓ All good

        NODE  STATE  ZONE  REPLICAS  LEADS  LAG  DISK USED  DISK TOTAL  DATA     POINTS RATE  RATE LED  ADDRESS
        n1    ready  z1           3      1    0  60 %       100 GB      1.23 GB  12.3 k       0         -
        n2    ready  z2           3      1    0  60 %       100 GB      1.23 GB  12.3 k       750       -
        n3    ready  z3           3      1    0  60 %       100 GB      1.23 GB  12.3 k       0         -

        SHARD    FIRST SLOT  SLOTS  LEADER  TERM  REPLICAS  LAG  DATA  POINTS RATE
        0                 0   2048  n1         2  n1 n2 n3    0  0 B   0
        1              2048   2048  n2         2  n2 n1 n3    0  0 B   750
        catalog           -      -  n3         2  n3 n1 n2    0  0 B   0
        """,
        out());
  }

  @Test
  void shouldSayWhatNeedsAttentionAndExitSo() {
    cluster.now(
        status -> {
          status.getNodesBuilder(2).setReachable(false).setReady(false).setSilentMillis(42_000);
          status.getGroupsBuilder(1).setLeader("");
          status.getGroupsBuilder(0).getMembersBuilder(1).setLagEntries(23_456);
          status.addMoves(FakeAdmin.move(1, "n3", "n1"));
          status.addNotes("n3 is replaced in 9 minutes");
        });
    assertEquals(ExitCode.PARTIAL, run("status"));
    assertTrue(out().contains("✕ Shard 1 has no leader"), out());
    assertTrue(out().contains("! n3 has not answered for 42 s"), out());
    assertTrue(out().contains("! 1 replica on n2 is 23,456 entries behind"), out());
    assertTrue(
        out().contains("shard 1: n3 -> n1  █████████░░░░░░░ 62 %  fetching segments"), out());
    assertTrue(out().contains("n3 is replaced in 9 minutes"), out());
    assertTrue(out().contains("n1 n2(-23,456) n3"), out());
    assertTrue(out().contains("no answer for 42 s"), out());
  }

  @Test
  void shouldListOnlyTheOddOnesOfManyRanges() {
    cluster.now(
        status -> {
          GroupStatus one = status.getGroups(0);
          for (int shard = 2; shard < 200; shard++) {
            status.addGroups(one.toBuilder().setShard(shard).setGroup("g" + shard));
          }
          status.getGroupsBuilder(77).getMembersBuilder(0).setHealthy(false);
        });
    assertEquals(ExitCode.PARTIAL, run("status"));
    assertTrue(out().contains("200 more ranges are well: btrdb cluster ranges"), out());
    assertTrue(out().contains("n1(down) n2 n3"), out());
    assertTrue(out().lines().count() < 16, out());
    run("ranges");
    assertEquals(202, out().lines().count());
  }

  @Test
  void shouldPrintTheStatusAsJson() throws IOException {
    assertEquals(ExitCode.OK, run("status -f json"));
    JsonNode status = new ObjectMapper().readTree(out());
    assertEquals("good", status.at("/health/level").asText());
    assertEquals("n2", status.at("/groups/1/leader").asText());
    assertEquals(2048, status.at("/groups/1/firstSlot").asInt());
    assertEquals(40_000_000_000L, status.at("/nodes/0/diskFreeBytes").asLong());
    assertEquals(ExitCode.USAGE, run("status -f csv"));
    assertTrue(err().contains("btrdb cluster nodes -f csv"), err());
  }

  @Test
  void shouldPrintTablesForPrograms() {
    assertEquals(ExitCode.OK, run("nodes -f csv"));
    assertEquals(
        """
        node,state,zone,replicas,leads,lag,disk used,disk total,data,points rate,rate led,address
        n1,ready,z1,3,1,0,60000000000,100000000000,1234567890,12345,0,
        n2,ready,z2,3,1,0,60000000000,100000000000,1234567890,12345,750,
        n3,ready,z3,3,1,0,60000000000,100000000000,1234567890,12345,0,
        """,
        out());
    assertEquals(ExitCode.OK, run("ranges -f json"));
    assertTrue(
        out()
            .contains(
                "{\"shard\":\"1\",\"first_slot\":2048,\"slots\":2048,\"leader\":\"n2\",\"term\":2,"
                    + "\"replicas\":\"n2 n1 n3\",\"lag\":0,\"data\":0,\"points_rate\":750}"),
        out());
  }

  // ------------------------------------------------------------------------------------ changing

  @Test
  void shouldDrainANodeAndTellOfEachReplica() {
    cluster.now(status -> status.addNodes(FakeAdmin.freshNode("n4")));
    for (int i = 0; i < 3; i++) {
      int at = i;
      cluster.then(
          status -> {
            status.getNodesBuilder(1).setDraining(true);
            status.clearMoves();
            status.addMoves(
                FakeAdmin.move(at, "n2", "n4").setGroup(status.getGroups(at).getGroup()));
            status.clearNotes().addNotes("one replica moves at a time");
          });
      cluster.then(
          status -> {
            FakeAdmin.replace(status.getGroupsBuilder(at), "n2", "n4");
            status.clearMoves().getNodesBuilder(1).setReplicas(2 - at);
          });
    }
    assertEquals(ExitCode.OK, run("drain n2 --wait"), err());
    assertEquals(List.of(DrainRequest.newBuilder().setNodeId("n2").build()), cluster.requests());
    assertEquals(
        """
        n2 is being drained.
        one replica moves at a time
        moved shard 0: n2 -> n4
        moved shard 1: n2 -> n4
        moved shard 2: n2 -> n4
        n2 holds no replicas any more.
        """,
        err());
  }

  @Test
  void shouldWaitNoLongerThanItIsTold() {
    cluster.then(status -> status.getNodesBuilder(1).setDraining(true));
    assertEquals(ExitCode.FAILED, run("drain n2 --wait --timeout 300ms"));
    assertTrue(err().contains("not done in time; it goes on"), err());
  }

  @Test
  void shouldTakeADrainBack() {
    cluster.answer(0, "n2 is in service again");
    assertEquals(ExitCode.OK, run("drain n2 --cancel"));
    assertEquals("n2 is in service again\n", err());
    assertEquals(
        List.of(DrainRequest.newBuilder().setNodeId("n2").setCancel(true).build()),
        cluster.requests());
  }

  @Test
  void shouldMoveAReplicaAndWaitUntilTheOldOneIsGone() {
    cluster.now(status -> status.addNodes(FakeAdmin.freshNode("n4")));
    cluster.then(status -> status.addMoves(FakeAdmin.move(1, "n3", "n4")));
    cluster.then(
        status ->
            status
                .getGroupsBuilder(1)
                .addMembers(FakeAdmin.member("n4").setListener(true).setLagEntries(7)));
    cluster.then(
        status -> {
          status.getGroupsBuilder(1).removeMembers(3);
          FakeAdmin.replace(status.clearMoves().getGroupsBuilder(1), "n3", "n4");
        });
    assertEquals(ExitCode.OK, run("move 1 --from n3 --to n4 --wait"), err());
    assertEquals(
        List.of(MoveRequest.newBuilder().setGroup("1").setFromNode("n3").setToNode("n4").build()),
        cluster.requests());
    assertTrue(err().contains("moved shard 1: n3 -> n4"), err());
    assertTrue(err().contains("n4 has the replica, n3 has none any more."), err());
  }

  @Test
  void shouldPrintAPlanAndMoveNothing() {
    cluster.answer(0, "shard 3: n1 -> n2\nshard 7: leader n1 -> n3");
    assertEquals(ExitCode.OK, run("balance --dry-run"));
    assertEquals("shard 3: n1 -> n2\nshard 7: leader n1 -> n3\n", out());
    assertEquals(List.of(BalanceRequest.newBuilder().setDryRun(true).build()), cluster.requests());
  }

  @Test
  void shouldHandLeadershipOverAndRemoveNodes() {
    assertEquals(ExitCode.OK, run("transfer-leader catalog --to n2"), err());
    assertEquals("n2 leads now.\n", err());
    assertEquals(ExitCode.OK, run("remove n3"), err());
    assertEquals(
        List.of(
            TransferLeaderRequest.newBuilder().setGroup("catalog").setToNode("n2").build(),
            RemoveNodeRequest.newBuilder().setNodeId("n3").build()),
        cluster.requests());
  }

  // ------------------------------------------------------------------------------- what is refused

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drain n9",
        "drain n1 --cancel --wait",
        "move 9 --from n1 --to n2",
        "move 1 --from n1 --to n9",
        "move 1 --from n1 --to n2",
        "move 1 --from n1",
        "transfer-leader 1 --to n9",
        "transfer-leader five --to n1",
        "balance --dry-run --wait",
        "remove n9",
        "status --watch 10ms",
        "status --watch soon",
        "drain",
        "sing",
      })
  void shouldExplainMistakesWithoutAskingForAnything(String line) {
    assertEquals(ExitCode.USAGE, run(line), line);
    assertEquals("", out());
    assertTrue(err().length() > 10 && err().lines().count() <= 4, err());
    assertEquals(List.of(), cluster.requests());
  }

  @Test
  void shouldPassOnWhyTheClusterRefuses() {
    cluster.answer(419, "no controller is elected: ZooKeeper is lost");
    assertEquals(ExitCode.UNREACHABLE, run("drain n2 --wait"));
    assertEquals("btrdb: no controller is elected: ZooKeeper is lost\n", err());
    cluster.answer(421, "n2 still has 3 replicas: drain it first");
    assertEquals(ExitCode.FAILED, run("remove n2"));
    assertEquals("btrdb: n2 still has 3 replicas: drain it first\n", err());
  }

  @Test
  void shouldTryTheNodesInTurn() throws IOException {
    String dead = "127.0.0.1:" + Ports.free(1).get(0).grpc();
    assertEquals(ExitCode.OK, run("nodes -e " + dead + "," + cluster.address()), err());
    String other = "127.0.0.1:" + Ports.free(1).get(0).grpc();
    assertEquals(ExitCode.UNREACHABLE, run("status -e " + dead + "," + other));
    assertTrue(err().contains(dead + "  nobody listens"), err());
    assertTrue(err().contains(other + "  nobody listens"), err());
    assertTrue(err().contains("btrdb up") && err().contains("--endpoint"), err());
  }
}
