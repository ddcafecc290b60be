package io.btrdb.cli.csv;

import io.btrdb.cli.text.BadText;

/** Values as files write them. */
final class Numbers {
  private Numbers() {}

  /**
   * Parses a finite decimal number.
   *
   * @throws BadText for anything else, also for NaN, which no stream takes, and for the suffixes
   *     and hexadecimal forms that Java would take
   */
  static double parse(String text, boolean decimalComma) {
    String plain = decimalComma ? text.replace(',', '.') : text;
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      boolean decimal = (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0;
      if (!decimal) {
        throw bad(text);
      }
    }
    double value;
    try {
      value = Double.parseDouble(plain);
    } catch (NumberFormatException e) {
      throw bad(text);
    }
    if (!Double.isFinite(value)) {
      throw new BadText("'" + text + "' is larger than a double can be");
    }
    return value;
  }

  private static BadText bad(String text) {
    return new BadText(text.isEmpty() ? "the value is missing" : "'" + text + "' is no number");
  }

  static boolean isNumber(String text, boolean decimalComma) {
    try {
      parse(text, decimalComma);
      return true;
    } catch (BadText e) {
      return false;
    }
  }
}
