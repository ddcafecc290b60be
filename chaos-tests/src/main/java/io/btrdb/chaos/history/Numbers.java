package io.btrdb.chaos.history;

import java.util.Arrays;
import java.util.StringTokenizer;

/** Columns of numbers as text: separated by one space, doubles in their shortest exact form. */
final class Numbers {
  private Numbers() {}

  static String text(long[] numbers) {
    StringBuilder out = new StringBuilder(numbers.length * 8);
    for (long number : numbers) {
      out.append(out.isEmpty() ? "" : " ").append(number);
    }
    return out.toString();
  }

  static String text(int[] numbers) {
    return text(Arrays.stream(numbers).asLongStream().toArray());
  }

  /** Whole numbers without a point: most values of a history are such. */
  static String text(double[] numbers) {
    StringBuilder out = new StringBuilder(numbers.length * 8);
    for (double number : numbers) {
      out.append(out.isEmpty() ? "" : " ");
      if (number == Math.rint(number) && Math.abs(number) < 1L << 53 && number != 0) {
        out.append((long) number);
      } else {
        out.append(number);
      }
    }
    return out.toString();
  }

  static long[] longs(String text) {
    StringTokenizer tokens = new StringTokenizer(text);
    long[] numbers = new long[tokens.countTokens()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Long.parseLong(tokens.nextToken());
    }
    return numbers;
  }

  static int[] ints(String text) {
    return Arrays.stream(longs(text)).mapToInt(Math::toIntExact).toArray();
  }

  static double[] doubles(String text) {
    StringTokenizer tokens = new StringTokenizer(text);
    double[] numbers = new double[tokens.countTokens()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(tokens.nextToken());
    }
    return numbers;
  }
}
