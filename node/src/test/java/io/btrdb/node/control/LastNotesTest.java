package io.btrdb.node.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.placement.coordination.PlacementMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastNotesTest {
  private final Picture picture = Picture.of(List.of(), List.of());
  private long nanos = Long.MAX_VALUE - 7;
  private int plans;

  private final LastNotes notes =
      new LastNotes((picture, map) -> List.of("plan " + ++plans), () -> nanos);

  @Test
  void shouldPlanOnceForManyQuestionsAndAgainAfterAWhile() {
    for (int question = 0; question < 100; question++) {
      assertEquals(List.of("plan 1"), notes.of(picture, PlacementMap.EMPTY));
    }
    nanos += LastNotes.KEPT_NANOS - 1;
    assertEquals(List.of("plan 1"), notes.of(picture, PlacementMap.EMPTY));
    nanos += 1;
    assertEquals(List.of("plan 2"), notes.of(picture, PlacementMap.EMPTY));
  }
}
