package io.btrdb.cli.admin;

import java.util.Locale;

/** Sizes, rates and spans of time for people: three digits and a unit. */
final class Amounts {
  private static final String[] BYTES = {" B", " kB", " MB", " GB", " TB", " PB"};
  private static final String[] COUNTS = {"", " k", " M", " G"};

  private Amounts() {}

  /** In decimal units, as disks are sold. */
  static String bytes(long bytes) {
    return scaled(bytes, BYTES);
  }

  static String rate(long perSecond) {
    return scaled(perSecond, COUNTS);
  }

  private static String scaled(double value, String[] units) {
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1_000;
      unit++;
    }
    int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", value, units[unit]);
  }

  static String span(long millis) {
    long seconds = Math.max(0, millis) / 1_000;
    return seconds < 120
        ? seconds + " s"
        : seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
  }

  /** Of a whole, rounded down, so that only all of it is 100. */
  static int percent(long part, long whole) {
    return whole <= 0 ? 0 : (int) Math.min(100, Math.max(0, 100.0 * part / whole));
  }
}
