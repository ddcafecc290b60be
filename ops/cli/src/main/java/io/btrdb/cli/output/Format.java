package io.btrdb.cli.output;

/** How results are printed. */
public enum Format {
  /** For people: columns under each other. */
  TABLE,
  /** RFC 4180 with a header and {@code \n} as the line's end. */
  CSV,
  /** An array of objects, one a line. */
  JSON,
  /** Objects, one a line, and nothing around them. */
  JSONL;

  TimeForm times() {
    return this == TABLE ? TimeForm.ISO : TimeForm.NS;
  }
}
