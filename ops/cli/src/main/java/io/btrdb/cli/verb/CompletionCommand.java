package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

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
  @Spec private CommandSpec spec;

  private final Terminal terminal;

  public CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.print(AutoComplete.bash("btrdb", spec.root().commandLine()));
    return ExitCode.OK;
  }
}
