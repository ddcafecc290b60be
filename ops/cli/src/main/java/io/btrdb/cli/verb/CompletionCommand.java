package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Prints a script for the shell. */
@Command(
    name = "completion",
    description = "Print a script that completes verbs and options in bash and zsh.",
    footer = {
      "",
      "Examples:",
      "  source <(btrdb completion)                      this shell",
      "  btrdb completion > ~/.local/share/bash-completion/completions/btrdb"
    })
public final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<CommandLine> all;

  /**
   * @param all makes the parser that knows every verb
   */
  public CompletionCommand(Terminal terminal, Supplier<CommandLine> all) {
    this.terminal = terminal;
    this.all = all;
  }

  @Override
  public Integer call() {
    terminal.print(AutoComplete.bash("btrdb", all.get()));
    return ExitCode.OK;
  }
}
