package io.btrdb.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Five batches of ten numbers were sent; batch 3 was not acknowledged. */
class ProofTest {
  private static final long BASE = 1_000_000_000_000L;
  private static final int BATCH = 10;
  private static final int BATCHES = 5;
  private static final int UNSURE = 3;

  private final Proof proof = new Proof(BASE, BATCH, BATCHES, acknowledged());

  private static BitSet acknowledged() {
    BitSet acknowledged = new BitSet();
    acknowledged.set(0, BATCHES);
    acknowledged.clear(UNSURE);
    return acknowledged;
  }

  private void read(int number) {
    proof.read(BASE + number * Proof.STEP_NANOS, number);
  }

  private static void acknowledgedNumbers(IntConsumer action) {
    for (int number = 0; number < BATCHES * BATCH; number++) {
      if (number / BATCH != UNSURE) {
        action.accept(number);
      }
    }
  }

  @Test
  void shouldHoldWhenEveryAcknowledgedPointIsThereOnce() {
    acknowledgedNumbers(this::read);
    assertEquals(new Proof.Verdict(40, 0, 0, 0, 0), proof.verdict());
    assertTrue(proof.verdict().holds());
  }

  @Test
  void shouldHoldWithPointsOfAnInsertThatGotNoAnswer() {
    acknowledgedNumbers(this::read);
    for (int i = 0; i < BATCH; i++) {
      read(UNSURE * BATCH + i);
    }
    assertEquals(new Proof.Verdict(40, 0, 0, 0, 10), proof.verdict());
    assertTrue(proof.verdict().holds());
  }

  @Test
  void shouldNoticeALostPoint() {
    acknowledgedNumbers(
        number -> {
          if (number != 17) {
            read(number);
          }
        });
    assertEquals(1, proof.verdict().lost());
    assertFalse(proof.verdict().holds());
  }

  @Test
  void shouldNoticeADoubledPoint() {
    acknowledgedNumbers(this::read);
    read(49);
    assertEquals(1, proof.verdict().doubled());
    assertFalse(proof.verdict().holds());
  }

  @Test
  void shouldNoticeADoubledPointThatWasNotAcknowledged() {
    acknowledgedNumbers(this::read);
    read(UNSURE * BATCH);
    read(UNSURE * BATCH);
    assertEquals(1, proof.verdict().doubled());
    assertFalse(proof.verdict().holds());
  }

  @Test
  void shouldNoticeAnotherValueAnotherTimeAndPointsNobodySent() {
    acknowledgedNumbers(
        number -> {
          if (number != 5) {
            read(number);
          }
        });
    proof.read(BASE + 5 * Proof.STEP_NANOS, 6);
    proof.read(BASE + 5 * Proof.STEP_NANOS + 1, 5);
    proof.read(BASE - Proof.STEP_NANOS, -1);
    read(BATCHES * BATCH);
    assertEquals(4, proof.verdict().strange());
    assertEquals(1, proof.verdict().lost());
    assertFalse(proof.verdict().holds());
  }

  @Test
  void shouldCountAPointThatIsThereThousandsOfTimes() {
    acknowledgedNumbers(this::read);
    for (int i = 0; i < 1_000; i++) {
      read(0);
    }
    assertEquals(1, proof.verdict().doubled());
  }

  @Test
  void shouldAddUpVerdicts() {
    Proof.Verdict sum = new Proof.Verdict(1, 2, 3, 4, 5).plus(new Proof.Verdict(5, 4, 3, 2, 1));
    assertEquals(new Proof.Verdict(6, 6, 6, 6, 6), sum);
    assertTrue(Proof.Verdict.none().holds());
  }
}
