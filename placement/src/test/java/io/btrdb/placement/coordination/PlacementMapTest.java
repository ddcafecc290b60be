package io.btrdb.placement.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.placement.plan.AddReplica;
import io.btrdb.placement.plan.MoveReplica;
import io.btrdb.placement.plan.RemoveReplica;
import io.btrdb.placement.plan.Why;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementMapTest {
  private static final PlacementMap MAP =
      new PlacementMap(
          42,
          Set.of("n2", "n10"),
          List.of(
              new PlacementMap.Group("g1", 0, 2048, 3, List.of("n1", "n2", "n3")),
              new PlacementMap.Group("catalog", 0, 0, 0, List.of())),
          List.of(
              new PlacementMap.Move(new MoveReplica("g1", "n2", "n4", Why.DRAIN), 1234),
              new PlacementMap.Move(new AddReplica("g2", "n4", Why.GROW), 0),
              new PlacementMap.Move(new RemoveReplica("g3", "n4", Why.LEFT_OVER), 5)));

  @Test
  void shouldReadBackWhatItWrote() {
    assertEquals(MAP, PlacementMap.decode(MAP.encode()));
    assertEquals(PlacementMap.EMPTY, PlacementMap.decode(PlacementMap.EMPTY.encode()));
  }

  @Test
  void shouldWriteTheGrammarOfItsJavadoc() {
    assertEquals(
        """
        btrdb placement 1
        revision 42
        drain n10
        drain n2
        group g1 0 2048 3 n1 n2 n3
        group catalog 0 0 0
        move g1 n2 n4 DRAIN 1234
        move g2 * n4 GROW 0
        move g3 n4 * LEFT_OVER 5
        """,
        new String(MAP.encode(), StandardCharsets.UTF_8));
  }

  @Test
  void shouldSkipLinesOfALaterRelease() {
    byte[] later =
        "btrdb placement 1\nrevision 3\nweather fine\ndrain n1\n".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        new PlacementMap(3, Set.of("n1"), List.of(), List.of()), PlacementMap.decode(later));
  }

  @Test
  void shouldGoOnWithAMoveWhoseReasonIsOfALaterRelease() {
    byte[] later = "btrdb placement 1\nmove g1 n2 n4 MOON 7\n".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        List.of(new PlacementMap.Move(new MoveReplica("g1", "n2", "n4", Why.BALANCE), 7)),
        PlacementMap.decode(later).moves());
  }

  @Test
  void shouldRefuseWhatIsNoMap() {
    for (String text : List.of("", "btrdb placement 2\n", "btrdb placement 1\nmove g1\n")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> PlacementMap.decode(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void shouldTellMapsApartByContentsOnly() {
    assertTrue(MAP.sameAs(MAP.next(MAP.draining(), MAP.groups(), MAP.moves())));
    assertFalse(MAP.sameAs(MAP.next(Set.of(), MAP.groups(), MAP.moves())));
  }
}
