package io.btrdb.cli.bench;

import java.math.BigDecimal;
import java.util.Locale;

/** How numbers are printed: three digits, units that fit. */
final class Figures {
  private Figures() {}

  /** As {@code 2.51 M}, {@code 20.3 k}, {@code 812}. */
  static String rate(double perSecond) {
    if (Double.isNaN(perSecond)) {
      return "-";
    }
    if (perSecond >= 1e6) {
      return threeDigits(perSecond / 1e6) + " M";
    }
    return perSecond >= 1e4 ? threeDigits(perSecond / 1e3) + " k" : threeDigits(perSecond);
  }

  /** As {@code 0.412}, {@code 5.31}, {@code 128}; a dash for NaN. */
  static String threeDigits(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : value >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** Without zeros at its end. */
  static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
