package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How small a whole store is: all bytes of all segments, and 64 bytes for each version. */
class CompressionTest {
  private static final int COMMIT_POINTS = 32_768;
  private static final int COMMITS = 31;
  private static final int POINTS = COMMITS * COMMIT_POINTS;
  private static final int POINT_BYTES = 16;
  private static final int VERSION_BYTES = 64;

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, 2.0",
    "GAUSSIAN_FLOAT32, 3.8",
    "WALK_3_DECIMALS, 9",
    "RAMP, 40",
    "CONSTANT, 100"
  })
  void shouldCompressAMillionPointsOf120Hertz(Samples.Kind kind, double ratio) {
    double reached = ratio(kind, 120);
    assertTrue(reached >= ratio, kind + ": " + reached + " times smaller, not " + ratio);
  }

  private static double ratio(Samples.Kind kind, int hertz) {
    long bytes = storeBytes(Samples.times(POINTS, hertz), Samples.values(POINTS, kind));
    return (double) POINTS * POINT_BYTES / bytes;
  }

  private static long storeBytes(long[] times, double[] values) {
    TreeFixture fixture = new TreeFixture(TreeShape.STANDARD);
    TreeEditor editor = fixture.tree.edit(Root.EMPTY);
    Root root = Root.EMPTY;
    long bytes = 0;
    for (int c = 0; c < COMMITS; c++) {
      editor.beginVersion(11 + c);
      int from = c * COMMIT_POINTS;
      editor.insert(times, values, from, from + COMMIT_POINTS, MergePolicy.NEVER);
      var segment = fixture.segment();
      root = editor.write(editor.freeze(), segment);
      bytes += fixture.store(segment) + VERSION_BYTES;
    }
    assertEquals(POINTS, root.statistics().count());
    return bytes;
  }

  /** Prints the whole table. */
  public static void main(String[] args) {
    System.out.println("times smaller than 16 B a point, whole store");
    for (int hertz : new int[] {4, 10, 30, 120, 1000}) {
      for (Samples.Kind kind : Samples.Kind.values()) {
        System.out.printf("%5d Hz %-18s %8.2f%n", hertz, kind, ratio(kind, hertz));
      }
    }
  }
}
