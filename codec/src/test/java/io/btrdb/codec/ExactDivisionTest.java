package io.btrdb.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactDivisionTest {
  private final ExactDivision division = new ExactDivision();

  @Test
  void shouldFindTheDivisorOfEveryColumnAndItsQuotients() {
    for (int seed = 0; seed < 5000; seed++) {
      Random random = new Random(seed);
      long factor = 1 + (random.nextLong() >>> (8 + random.nextInt(54)));
      long reach = Math.max(1, Long.MAX_VALUE / factor / 2);
      long[] a = new long[40 + random.nextInt(200)];
      long origin = random.nextLong();
      for (int i = 0; i < a.length; i++) {
        a[i] = origin + (i == 0 ? 0 : factor * (random.nextLong() % reach));
      }
      checkQuotients(a, "seed " + seed);
      assertEquals(0, division.divisor(a, 0, a.length) % factor, "seed " + seed);
    }
  }

  @Test
  void shouldMendADivisorThatLaterNumbersRefute() {
    long[] a = new long[100];
    for (int i = 0; i < a.length; i++) {
      a[i] = i < 50 ? 120L * i : 120L * i + 40;
    }
    assertEquals(40, division.divisor(a, 0, a.length));
    checkQuotients(a, "mended");
    a[99]++;
    assertEquals(1, division.divisor(a, 0, a.length));
  }

  @Test
  void shouldLookPastAnEvenStretch() {
    long[] a = new long[100];
    for (int i = 30; i < a.length; i++) {
      a[i] = 7000L * i;
    }
    assertEquals(7000, division.divisor(a, 0, a.length));
  }

  @Test
  void shouldServeTheDistanceWithoutAPositiveCounterpart() {
    for (long factor : new long[] {1000, 1024}) {
      long[] a = new long[100];
      for (int i = 1; i < a.length; i++) {
        a[i] = i == 60 ? Long.MIN_VALUE : factor * i;
      }
      checkQuotients(a, "factor " + factor);
    }
  }

  private void checkQuotients(long[] a, String context) {
    long divisor = division.divisor(a, 0, a.length);
    if (divisor != 1) {
      for (int i = 0; i < a.length; i++) {
        assertEquals(a[i], a[0] + divisor * division.quotients()[i], context);
      }
    }
  }
}
