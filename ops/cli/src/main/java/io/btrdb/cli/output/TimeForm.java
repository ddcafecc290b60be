package io.btrdb.cli.output;

/** How times are printed. */
public enum TimeForm {
  /** ISO-8601 in UTC, with all digits there are. */
  ISO,
  /** Nanoseconds since the Unix epoch. */
  NS
}
