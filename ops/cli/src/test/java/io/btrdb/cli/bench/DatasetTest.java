package io.btrdb.cli.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DatasetTest {
  @Test
  void shouldGiveTheSamePointsEveryTime() {
    assertArrayEquals(
        Dataset.values(Dataset.Kind.Q, 3, 5_000), Dataset.values(Dataset.Kind.Q, 3, 5_000));
    assertFalse(
        Arrays.equals(
            Dataset.values(Dataset.Kind.Q, 3, 100), Dataset.values(Dataset.Kind.Q, 4, 100)));
  }

  @Test
  void shouldRoundKindQToThreeDecimalsOnly() {
    double[] rounded = Dataset.values(Dataset.Kind.Q, 0, 5_000);
    double[] full = Dataset.values(Dataset.Kind.N, 0, 5_000);
    for (int i = 0; i < rounded.length; i++) {
      assertEquals(Math.rint(rounded[i] * 1_000) / 1_000, rounded[i], 0.0);
      assertEquals(rounded[i], full[i], 0.000_5001);
    }
    assertTrue(Arrays.stream(full).filter(v -> Math.rint(v * 1_000) / 1_000 == v).count() < 10);
  }

  @Test
  void shouldKeepToTheGridOf120HertzForYears() {
    assertEquals(Dataset.START, Dataset.time(0));
    assertEquals(Dataset.START + 8_333_333, Dataset.time(1));
    assertEquals(Dataset.START + 16_666_667, Dataset.time(2));
    assertEquals(Dataset.START + 1_000_000_000L, Dataset.time(120));
    long tenYears = 10L * 365 * 86_400;
    assertEquals(Dataset.START + tenYears * 1_000_000_000L, Dataset.time(120 * tenYears));
  }

  @Test
  void shouldCutWithoutLosingTheEnd() {
    double[] values = Dataset.values(Dataset.Kind.N, 1, 25);
    double[][] batches = Dataset.cut(values, 10);
    long[][] times = Dataset.times(25, 10);
    assertEquals(3, batches.length);
    assertEquals(5, batches[2].length);
    assertEquals(values[24], batches[2][4], 0.0);
    assertEquals(5, times[2].length);
    assertEquals(Dataset.time(24), times[2][4]);
  }
}
