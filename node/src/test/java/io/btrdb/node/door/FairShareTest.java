package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FairShareTest {
  private static int takeAll(FairShare share, String caller) {
    int taken = 0;
    while (share.take(caller, 1)) {
      taken++;
    }
    return taken;
  }

  @Test
  void shouldLeaveANinthOfAllToNewcomers() {
    FairShare share = new FairShare(900);
    assertEquals(800, takeAll(share, "greedy"));
    assertEquals(800, FairShare.alone(900));
    assertEquals(100, share.free());
  }

  @Test
  void shouldFindRoomForManyGreedyCallersAndOneMore() {
    FairShare share = new FairShare(2_000);
    int[] held = new int[20];
    for (int round = 0; round < 500; round++) {
      for (int i = 0; i < held.length; i++) {
        int ended = (held[i] + 9) / 10;
        share.give("caller " + i, ended);
        held[i] += takeAll(share, "caller " + i) - ended;
      }
    }
    for (int i = 0; i < held.length; i++) {
      assertTrue(held[i] > 50 && held[i] < 200, Arrays.toString(held));
    }
    assertTrue(takeAll(share, "one more") > 0);
  }

  @Test
  void shouldComeToEvenSharesAsThingsAreGivenBack() {
    FairShare share = new FairShare(1_700);
    int early = takeAll(share, "early");
    int late = takeAll(share, "late");
    assertTrue(early > 5 * late, early + " and " + late);
    for (int i = 0; i < 2_000; i++) {
      // The early one has more to give back, but both ask for as much as they may have.
      share.give("early", 1);
      early--;
      late += takeAll(share, "late");
      early += takeAll(share, "early");
    }
    assertTrue(Math.abs(early - late) <= 8, early + " and " + late);
    assertEquals(1_700 - early - late, share.free());
  }

  @Test
  void shouldRefuseWhatIsTooLargeAndHoldNothingForIt() {
    FairShare share = new FairShare(100);
    assertFalse(share.take("a", 90));
    assertEquals(100, share.free());
    assertTrue(share.take("a", 88));
    assertFalse(share.hasRoom("a") && share.take("a", 12));
    assertTrue(share.hasRoom("b"));
    share.give("a", 88);
    assertEquals(100, share.free());
  }

  @Test
  void shouldRefuseEverybodyWhileMoreIsHereThanThereMayBe() {
    FairShare share = new FairShare(10);
    share.charge("a", 15);
    assertFalse(share.take("b", 1));
    share.give("a", 15);
    assertTrue(share.take("b", 1));
  }
}
