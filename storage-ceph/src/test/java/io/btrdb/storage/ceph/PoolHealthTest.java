package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.StorageException;
import org.junit.jupiter.api.Test;

final class PoolHealthTest {
  private static final long SECOND = 1_000_000_000L;

  /** Beyond half of all longs, as nanoTime may be. */
  private long now = Long.MAX_VALUE - SECOND;

  private final PoolHealth health = new PoolHealth("p", () -> now);

  private void fallSilent() {
    long start = ++now;
    now += 10 * SECOND;
    health.timedOut(start);
  }

  @Test
  void shouldAdmitEveryCallWhileThePoolAnswers() {
    for (int i = 0; i < 10; i++) {
      health.admit();
      health.answered();
    }
    assertFalse(health.silent());
  }

  @Test
  void shouldFailAtOnceWhileThePoolIsSilentButAskEachSecond() {
    fallSilent();
    assertTrue(health.silent());
    String message = assertThrows(StorageException.class, health::admit).getMessage();
    assertTrue(message.contains("pool p has not answered for 10 s"), message);
    now += SECOND;
    assertDoesNotThrow(health::admit);
    assertThrows(StorageException.class, health::admit, "one call asks, not all");
    now += SECOND;
    assertDoesNotThrow(health::admit);
  }

  @Test
  void shouldAdmitAllAgainAfterTheFirstAnswer() {
    fallSilent();
    now += SECOND;
    health.admit();
    health.answered();
    assertFalse(health.silent());
    health.admit();
    health.admit();
  }

  /** One object out of reach among many that are read. */
  @Test
  void shouldNotCallAPoolSilentThatAnsweredOthersMeanwhile() {
    long start = now;
    now += SECOND;
    health.answered();
    now += 9 * SECOND;
    health.timedOut(start);
    assertFalse(health.silent());
    health.admit();
  }
}
