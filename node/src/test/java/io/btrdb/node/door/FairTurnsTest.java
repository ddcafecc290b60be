package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairTurnsTest {
  private static final long LONG = TimeUnit.MINUTES.toNanos(1);

  private final FairTurns turns = new FairTurns(1);
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = new ArrayList<>();

  /** Stands in line, notes its turn, and leaves. */
  private void queue(String caller) {
    int before = turns.waiting();
    threads.add(
        Thread.startVirtualThread(
            () -> {
              try {
                assertTrue(turns.enter(caller, LONG));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              order.add(caller);
              turns.leave(caller);
            }));
    while (turns.waiting() == before) {
      Thread.onSpinWait();
    }
  }

  private void awaitAll() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void shouldServeCallersInTurnHoweverLongTheirLines() throws InterruptedException {
    assertTrue(turns.enter("a", LONG));
    for (int i = 0; i < 5; i++) {
      queue("a");
    }
    queue("b");
    queue("b");
    queue("c");
    turns.leave("a");
    awaitAll();
    assertEquals(List.of("b", "c", "a", "b", "a", "a", "a", "a"), order);
  }

  @Test
  void shouldHandAPlaceOverBetweenTwoStepsToWhoHasFewer() throws InterruptedException {
    assertTrue(turns.enter("a", LONG));
    queue("a");
    queue("b");
    FairTurns.Turn turn = turns.of("a");
    turn.giveWay();
    order.add("a goes on");
    turn.giveWay();
    order.add("a ends");
    turn.leave();
    awaitAll();
    assertEquals(List.of("b", "a goes on", "a ends", "a"), order);
  }

  @Test
  void shouldGiveAFreePlaceToWhoHasFewest() throws InterruptedException {
    FairTurns three = new FairTurns(3);
    assertTrue(three.enter("a", 0));
    assertTrue(three.enter("a", 0));
    assertTrue(three.enter("b", 0));
    assertFalse(three.enter("c", 0));
    three.leave("a");
    assertTrue(three.enter("c", 0));
    assertEquals(0, three.waiting());
  }

  @Test
  void shouldForgetWhoCouldNotWait() throws InterruptedException {
    assertTrue(turns.enter("a", LONG));
    assertFalse(turns.enter("b", 0));
    assertFalse(turns.enter("a", 1));
    turns.leave("a");
    assertTrue(turns.enter("c", 0));
    turns.leave("c");
    assertEquals(0, turns.waiting());
  }

  @Test
  void shouldLoseNoPlaceWhenMuchGoesOnAtOnce() throws InterruptedException {
    FairTurns few = new FairTurns(3);
    for (int i = 0; i < 200; i++) {
      String caller = "caller " + i % 7;
      long patience = i % 3 == 0 ? 1_000 : LONG;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                FairTurns.Turn turn = few.of(caller);
                try {
                  if (few.enter(caller, patience)) {
                    turn.giveWay();
                    turn.leave();
                    turn.retake();
                    turn.leave();
                  }
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              }));
    }
    awaitAll();
    for (int i = 0; i < 3; i++) {
      assertTrue(few.enter("last", 0));
    }
    assertFalse(few.enter("last", 0));
  }
}
