package io.btrdb.node.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.btrdb.storage.InMemoryObjectPool;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Pins hold back what leaders may delete for as long as their beat goes on. */
class PinWatchTest {
  private final AtomicLong nanos = new AtomicLong();
  private final PinBoard board = new PinBoard(new InMemoryObjectPool());
  private final PinWatch watch = new PinWatch(board, nanos::get);

  private static Pin pin(List<Long> indices) {
    return new Pin(UUID.randomUUID(), 1, 60, "analyst@host:7", indices);
  }

  private void add(Pin pin) {
    board.change(
        pins -> {
          List<Pin> more = new ArrayList<>(pins);
          more.add(pin);
          return more;
        });
  }

  private void renew(Pin pin) {
    board.change(
        pins -> pins.stream().map(one -> one.id().equals(pin.id()) ? one.renewed() : one).toList());
  }

  private void seconds(long count) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(count));
  }

  @Test
  void shouldHoldBackWhatTheOldestPinNeeds() {
    assertEquals(Long.MAX_VALUE, watch.oldest(0));
    add(pin(List.of(50L, 70L)));
    add(pin(List.of(60L, 40L)));
    assertEquals(50, watch.oldest(0));
    assertEquals(40, watch.oldest(1));
    add(pin(List.of()));
    assertEquals(-1, watch.oldest(0), "nothing may go while it is not known what is needed");
  }

  @Test
  void shouldCountAPinUntilItsBeatHasStoodStillForItsLease() {
    Pin pin = pin(List.of(50L));
    add(pin);
    assertEquals(50, watch.oldest(0));
    seconds(50);
    renew(pin);
    assertEquals(50, watch.oldest(0));
    seconds(60);
    assertEquals(50, watch.oldest(0));
    assertEquals(50, new PinWatch(board, nanos::get).oldest(0));
    seconds(1);
    assertEquals(Long.MAX_VALUE, watch.oldest(0));
    assertEquals(List.of(), board.pins(), "it is taken off the board");
  }

  @Test
  void shouldGiveAPinItsWholeLeaseWhereItIsSeenForTheFirstTime() {
    add(pin(List.of(50L)));
    seconds(1_000);
    assertEquals(50, watch.oldest(0));
    seconds(60);
    assertEquals(50, watch.oldest(0));
  }

  @Test
  void shouldReadBackWhatIsWritten() {
    List<Pin> pins = List.of(pin(List.of()), pin(List.of(0L, Long.MAX_VALUE, 7L)));
    byte[] bytes = Pin.encode(pins);
    assertEquals(pins, Pin.decode(bytes));
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 4;
      assertThrows(IllegalArgumentException.class, () -> Pin.decode(damaged));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new Pin(UUID.randomUUID(), 1, 60, "two words", List.of()));
  }
}
