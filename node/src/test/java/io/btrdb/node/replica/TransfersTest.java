package io.btrdb.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.consensus.GroupId;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TransfersTest {
  private static final GroupId GROUP = new GroupId(new UUID(1, 2));

  @Test
  void shouldTakeNoLessTimeThanTheLimitAllows() {
    Transfers transfers = new Transfers(1_000_000);
    long begin = System.nanoTime();
    try (Transfers.Transfer transfer = transfers.begin(GROUP)) {
      transfer.total(500_000);
      transfer.skip(300_000);
      for (int i = 0; i < 20; i++) {
        transfer.arrived(10_000);
      }
      assertEquals(500_000, transfer.doneBytes());
    }
    long elapsed = System.nanoTime() - begin;
    assertTrue(elapsed >= TimeUnit.MILLISECONDS.toNanos(200), () -> elapsed + " ns");
    assertTrue(transfers.of(GROUP).isEmpty());
  }

  @Test
  void shouldStopATransferBeforeItsNextPiece() throws Exception {
    Transfers transfers = new Transfers(0);
    assertTrue(transfers.stop(GROUP, 0), "there is none");
    Transfers.Transfer transfer = transfers.begin(GROUP);
    assertThrows(IllegalStateException.class, () -> transfers.begin(GROUP));
    transfer.arrived(1);
    assertFalse(transfers.stop(GROUP, 1));
    assertThrows(IllegalStateException.class, () -> transfer.arrived(1));
    transfer.close();
    assertTrue(transfers.stop(GROUP, 1));
  }

  @Test
  void shouldMeasureTheRateOverTheLastMinuteAndBeginAnewWhenTheCountDoes() {
    PointRate rate = new PointRate();
    long second = TimeUnit.SECONDS.toNanos(1);
    assertEquals(0, rate.sample(0, 1_000));
    assertEquals(0, rate.sample(4 * second, 5_000));
    assertEquals(1_000, rate.sample(10 * second, 11_000));
    long count = 11_000;
    for (int s = 11; s <= 200; s++) {
      count += 50;
      rate.sample(s * second, count);
    }
    assertEquals(50, rate.sample(201 * second, count + 50));
    assertEquals(0, rate.sample(202 * second, 10));
    assertEquals(2, rate.sample(212 * second, 30));
  }
}
