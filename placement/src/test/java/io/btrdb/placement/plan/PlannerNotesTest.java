package io.btrdb.placement.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.placement.plan.ClusterState.Group;
import io.btrdb.placement.plan.ClusterState.Node;
import io.btrdb.placement.plan.ClusterState.Replica;
import io.btrdb.placement.plan.Limits.Balance;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator reads while a node is away. */
class PlannerNotesTest {
  private static final long REPLACE_MILLIS = 600_000;

  private static List<String> notes(long silentMillis, long replaceAfterMillis) {
    Group group =
        new Group(
            "g1",
            List.of(
                new Replica("n1", false, true),
                new Replica("n2", false, true),
                new Replica("n3", false, true)),
            Optional.of("n1"),
            0,
            0);
    ClusterState state =
        new ClusterState(
            List.of(
                new Node("n1", "", 100, 0, false),
                new Node("n2", "", 100, 0, false),
                new Node("n3", "", 100, silentMillis, false),
                new Node("n9", "", 100, silentMillis, true)),
            List.of(group),
            3,
            List.of());
    return Planner.plan(state, new Limits(replaceAfterMillis, 60_000, 2, 2, Balance.LOADS)).notes();
  }

  @Test
  void shouldSayNothingWhileAllAnswer() {
    assertEquals(List.of(), notes(0, REPLACE_MILLIS));
  }

  @Test
  void shouldSayWhenReplicasOfASilentNodeAreMadeAnew() {
    List<String> soon =
        List.of("n3 is silent; its replicas are made anew elsewhere when that has lasted 600 s");
    assertEquals(soon, notes(5_000, REPLACE_MILLIS));
    assertEquals(soon, notes(REPLACE_MILLIS - 1, REPLACE_MILLIS));
  }

  @Test
  void shouldSayThatTheyAreNotWhereThatIsSwitchedOff() {
    assertEquals(
        List.of("n3 is silent; its replicas wait for it, however long (replaceAfterSeconds: 0)"),
        notes(5_000, 0));
  }

  @Test
  void shouldSayWhyAReplicaOfALostNodeStays() {
    assertEquals(
        List.of(
            "group g1 keeps its replica on n3, although its node is gone: no other node can take"
                + " it"),
        notes(REPLACE_MILLIS, REPLACE_MILLIS));
  }
}
