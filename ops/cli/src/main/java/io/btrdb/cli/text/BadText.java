package io.btrdb.cli.text;

/** A text that does not say what it should; the message tells the user what would. */
public final class BadText extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadText(String message) {
    // No stack trace: thrown for every bad line of a file, and never a defect of the program.
    super(message, null, false, false);
  }
}
