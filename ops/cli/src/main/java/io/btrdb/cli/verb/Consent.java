package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.Terminal;
import picocli.CommandLine.Option;

/** Whether the user means it, for what cannot be taken back. */
final class Consent {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean given;

  /** Asks, unless the command line has answered. */
  boolean to(String question, Terminal terminal) {
    return given || terminal.confirm(question);
  }
}
