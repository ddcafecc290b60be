package io.btrdb.chaos.check;

import static io.btrdb.chaos.check.Script.STREAM;
import static io.btrdb.chaos.check.Script.delete;
import static io.btrdb.chaos.check.Script.insert;
import static io.btrdb.chaos.check.Script.pinned;
import static io.btrdb.chaos.check.Script.read;
import static io.btrdb.chaos.check.Script.v;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangedRangesTest {
  private final Checker checker = new ChangedRanges();
  private final Script script = new Script();

  @BeforeEach
  void write() {
    script
        .ok(insert(10, 1, 20, 2, 500, 9), v(10, 3))
        .ok(insert(30, 3), v(11, 1))
        .ok(delete(20, 21), v(13, 0))
        .ok(pinned(11), read(10, 1, 20, 2, 500, 9), v(11, 0))
        .ok(pinned(13), read(10, 1, 30, 3, 500, 9), v(13, 0));
  }

  private void told(long... bounds) {
    script.ok(
        new Call.Changes(STREAM, 11, Call.At.version(13), 0),
        new Answer.Ranges(
            IntStream.range(0, bounds.length / 2).mapToLong(i -> bounds[2 * i]).toArray(),
            IntStream.range(0, bounds.length / 2).mapToLong(i -> bounds[2 * i + 1]).toArray()),
        v(13, 0));
  }

  private void finds(Anomaly.Kind... kinds) {
    assertEquals(List.of(kinds), script.kinds(checker));
  }

  @Test
  void shouldAcceptRangesThatHoldAllChanges() {
    told(16, 32);
    told(20, 21, 30, 31);
    finds();
    assertEquals(6, script.judge(checker).checked());
  }

  @Test
  void shouldFindAnInsertThatWasNotTold() {
    told(16, 24);
    finds(Anomaly.Kind.CHANGE_MISSED);
  }

  @Test
  void shouldFindADeleteThatWasNotTold() {
    told(30, 31);
    finds(Anomaly.Kind.CHANGE_MISSED);
  }

  @Test
  void shouldFindThatARangeEndsTooEarly() {
    told(16, 30);
    finds(Anomaly.Kind.CHANGE_MISSED);
  }

  @Test
  void shouldFindThatNothingWasTold() {
    told();
    finds(Anomaly.Kind.CHANGE_MISSED, Anomaly.Kind.CHANGE_MISSED);
  }

  @Test
  void shouldFindARangeInWhichThereIsNothing() {
    told(16, 32, 600, 700);
    finds(Anomaly.Kind.CHANGE_TOO_WIDE);
  }

  @Test
  void shouldFindARangeFarBeyondTheChange() {
    Script wide = new Script();
    double[] many = new double[2 * 5_000];
    for (int i = 0; i < many.length / 2; i++) {
      many[2 * i] = i;
      many[2 * i + 1] = i;
    }
    double[] more = Arrays.copyOf(many, many.length + 2);
    more[many.length] = 9_000;
    more[many.length + 1] = 9_000;
    wide.ok(insert(many), v(10, 5_000))
        .ok(insert(9_000, 9_000), v(11, 1))
        .ok(pinned(11), read(many), v(11, 0))
        .ok(pinned(12), read(more), v(12, 0))
        .ok(
            new Call.Changes(STREAM, 11, Call.At.version(12), 0),
            new Answer.Ranges(new long[] {0}, new long[] {10_000}),
            v(12, 0));
    assertEquals(List.of(Anomaly.Kind.CHANGE_TOO_WIDE), wide.kinds(checker));
  }
}
