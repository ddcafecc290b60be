package io.btrdb.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PowerGridTest {
  private static final long PRESENT = 1_795_000_000_000_000_000L;
  private static final Duration DENSE = Duration.ofMinutes(10);
  private static final Timeline TIMELINE = new Timeline(PRESENT, Duration.ofMinutes(15), DENSE);

  private static PowerGrid grid(long seed) {
    return new PowerGrid(seed, PRESENT, DENSE.toSeconds());
  }

  @Test
  void shouldGiveTheSameReadingsForTheSameSeedInAnyOrder() {
    PowerGrid one = grid(1);
    PowerGrid other = grid(1);
    int size = TIMELINE.size();
    for (Channel channel : Channel.values()) {
      double[] forwards = new double[size / 97 + 1];
      for (int i = 0; i < size; i += 97) {
        forwards[i / 97] = one.reading(channel, TIMELINE.time(i));
      }
      for (int i = (forwards.length - 1) * 97; i >= 0; i -= 97) {
        assertEquals(forwards[i / 97], other.reading(channel, TIMELINE.time(i)), 0.0);
      }
    }
  }

  @Test
  void shouldGiveOtherReadingsForAnotherSeed() {
    assertNotEquals(
        grid(1).reading(Channel.L1MAG, PRESENT), grid(2).reading(Channel.L1MAG, PRESENT));
  }

  @Test
  void shouldHideOneDeepestSagThatLastsAsLongAsItSays() {
    for (long seed = 1; seed <= 3; seed++) {
      PowerGrid grid = grid(seed);
      double lowest = Double.MAX_VALUE;
      long first = 0;
      long last = 0;
      for (int i = 0; i < TIMELINE.size(); i++) {
        double volts = grid.reading(Channel.L1MAG, TIMELINE.time(i));
        lowest = Math.min(lowest, volts);
        if (volts < 0.5 * PowerGrid.NOMINAL_VOLTS) {
          first = first == 0 ? TIMELINE.time(i) : first;
          last = TIMELINE.time(i);
        }
      }
      assertEquals(PowerGrid.DEEPEST, lowest / PowerGrid.NOMINAL_VOLTS, 0.02, "seed " + seed);
      assertEquals(PowerGrid.DEEPEST_SECONDS, (last - first) / 1e9, 0.03, "seed " + seed);
    }
  }

  @Test
  void shouldStayWithinWhatInstrumentsShow() {
    PowerGrid grid = grid(5);
    for (int i = 0; i < TIMELINE.size(); i += 13) {
      long time = TIMELINE.time(i);
      assertEquals(60, grid.reading(Channel.FREQ, time), 0.25);
      assertTrue(Math.abs(grid.reading(Channel.L2ANG, time)) <= 180);
      assertTrue(grid.reading(Channel.L2MAG, time) < 1.1 * PowerGrid.NOMINAL_VOLTS);
      assertTrue(grid.reading(Channel.C3MAG, time) > 0);
    }
  }

  @Test
  void shouldRoundToTheResolutionOfTheChannel() {
    assertEquals(7_200.123, Channel.L1MAG.rounded(7_200.12349), 0.0);
    assertEquals(-0.0312, Channel.L1ANG.rounded(-0.03118), 0.0);
  }
}
