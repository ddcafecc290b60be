package io.btrdb.chaos.check;

import static io.btrdb.chaos.check.Script.STREAM;
import static io.btrdb.chaos.check.Script.pinned;
import static io.btrdb.chaos.check.Script.read;
import static io.btrdb.chaos.check.Script.v;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

class AggregatesTest {
  private static final Call ALIGNED = new Call.Aligned(STREAM, Call.At.version(11), 0, 32, 3);
  private static final Call WINDOWS = new Call.Windows(STREAM, Call.At.version(11), 0, 35, 10);

  private final Checker checker = new Aggregates();
  private final Script script = new Script();

  private void ask(Call call, long[] starts, long[] counts, double[] min, double[] mean) {
    double[] max = min.clone();
    double[] stddev = new double[min.length];
    for (int i = 0; i < max.length; i++) {
      max[i] = 2 * mean[i] - min[i];
      stddev[i] = counts[i] == 2 ? (max[i] - min[i]) / 2 : 0;
    }
    script
        .ok(pinned(11), read(1, 2, 3, 4, 17, 6), v(11, 0))
        .ok(call, new Answer.Statistics(starts, counts, min, mean, max, stddev), v(11, 0));
  }

  private void finds(int anomalies) {
    Verdict verdict = script.judge(checker);
    assertEquals(anomalies, verdict.found(), verdict::toString);
    assertEquals(
        anomalies > 0 ? List.of(Anomaly.Kind.WRONG_STATISTICS) : List.of(),
        script.kinds(checker).stream().distinct().toList());
  }

  private static long[] longs(long... values) {
    return values;
  }

  private static double[] doubles(double... values) {
    return values;
  }

  @Test
  void shouldAcceptAlignedWindowsWithoutTheEmptyOnes() {
    ask(ALIGNED, longs(0, 16), longs(2, 1), doubles(2, 6), doubles(3, 6));
    finds(0);
    assertEquals(2, script.judge(checker).checked());
  }

  @Test
  void shouldAcceptWindowsWithAndWithoutAnEmptyLastOne() {
    ask(WINDOWS, longs(0, 10, 20), longs(2, 1, 0), doubles(2, 6, 0), doubles(3, 6, 0));
    ask(WINDOWS, longs(0, 10), longs(2, 1), doubles(2, 6), doubles(3, 6));
    finds(0);
  }

  @Test
  void shouldFindAWrongCount() {
    ask(ALIGNED, longs(0, 16), longs(3, 1), doubles(2, 6), doubles(3, 6));
    finds(1);
  }

  @Test
  void shouldFindAWrongMinimum() {
    ask(ALIGNED, longs(0, 16), longs(2, 1), doubles(1, 6), doubles(3, 6));
    assertEquals(Anomaly.Kind.WRONG_STATISTICS, script.kinds(checker).get(0));
  }

  @Test
  void shouldFindAWrongMean() {
    ask(ALIGNED, longs(0, 16), longs(2, 1), doubles(2, 6), doubles(3.0001, 6));
    assertEquals(Anomaly.Kind.WRONG_STATISTICS, script.kinds(checker).get(0));
  }

  @Test
  void shouldFindAMissingWindow() {
    ask(ALIGNED, longs(0), longs(2), doubles(2), doubles(3));
    finds(1);
    ask(WINDOWS, longs(0, 20), longs(2, 0), doubles(2, 0), doubles(3, 0));
    finds(2);
  }

  @Test
  void shouldFindAWindowThatIsNotOnTheGrid() {
    ask(ALIGNED, longs(0, 16, 17), longs(2, 1, 0), doubles(2, 6, 0), doubles(3, 6, 0));
    finds(1);
  }

  @Test
  void shouldNotJudgeWithoutTheRawPointsOfThatVersion() {
    script
        .ok(pinned(12), read(1, 2), v(12, 0))
        .ok(
            ALIGNED,
            new Answer.Statistics(
                longs(0), longs(9), doubles(0), doubles(0), doubles(0), doubles(0)),
            v(11, 0));
    finds(0);
    assertEquals(1, script.judge(checker).undecided());
    assertEquals(0, script.judge(checker).checked());
  }
}
