package io.btrdb.cli.admin;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.cli.output.Format;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.LiveScreen;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.verb.ConnectionOptions;
import io.btrdb.node.http.ClusterHealth;
import io.btrdb.node.http.ClusterStatusJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All of a cluster at a glance, once or for as long as somebody looks. */
@Command(
    name = "status",
    description = {
      "Show a cluster: whether it is well and what is wrong, its nodes, moves under way, what"
          + " placement waits for, and its ranges.",
      "Exit code 0 when all is good, 4 when something needs attention, 3 when no node answers."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb cluster status",
      "  btrdb cluster status --watch        again every 2 s, until Ctrl-C",
      "  btrdb cluster status -f json | jq .health",
      "",
      "For one table as csv see btrdb cluster nodes and btrdb cluster ranges."
    })
final class ClusterStatusCommand implements Callable<Integer> {
  private static final Duration INTERVAL_MIN = Duration.ofMillis(200);

  @Mixin private ConnectionOptions connection;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TABLE;

  @Option(
      names = {"-w", "--watch"},
      arity = "0..1",
      fallbackValue = "2s",
      paramLabel = "INTERVAL",
      converter = Converters.Length.class,
      description = {
        "Show it again and again, as often as this. Default of INTERVAL: 2s.",
        "Where output is no terminal, prints one status after the other; as json one a line."
      })
  private Duration interval;

  private final Terminal terminal;

  ClusterStatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (format == Format.CSV || format == Format.JSONL) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "a status is more than one table: btrdb cluster nodes -f csv, btrdb cluster ranges -f"
              + " csv");
    }
    if (interval != null && interval.compareTo(INTERVAL_MIN) < 0) {
      throw new CommandFailed(ExitCode.USAGE, "--watch is at least 200ms");
    }
    try (AdminClient admin = AdminClient.open(connection)) {
      ClusterStatus first = admin.status();
      if (interval != null) {
        watch(admin, first);
        return ExitCode.OK;
      }
      if (format == Format.JSON) {
        terminal.print(ClusterStatusJson.pretty(first));
      } else {
        terminal.print(String.join("\n", StatusText.of(first, terminal.colours())));
      }
      return ClusterHealth.of(first).isGood() ? ExitCode.OK : ExitCode.PARTIAL;
    }
  }

  private void watch(AdminClient admin, ClusterStatus first) {
    ClusterStatus status = first;
    String failure = "";
    long heard = System.nanoTime();
    try (Interruption interruption = Interruption.watch();
        LiveScreen screen = LiveScreen.open(terminal)) {
      while (true) {
        show(screen, status, failure, System.nanoTime() - heard);
        if (interruption.pause(interval)) {
          return;
        }
        try {
          status = admin.status();
          failure = "";
          heard = System.nanoTime();
        } catch (CommandFailed e) {
          failure = e.getMessage().lines().findFirst().orElse("no node answers");
        }
      }
    }
  }

  private void show(LiveScreen screen, ClusterStatus status, String failure, long ageNanos) {
    if (format == Format.JSON) {
      if (failure.isEmpty()) {
        terminal.print(ClusterStatusJson.of(status));
      } else {
        terminal.say(failure);
      }
      return;
    }
    List<String> lines = new ArrayList<>(StatusText.of(status, terminal.colours()));
    if (!failure.isEmpty()) {
      long age = ageNanos / 1_000_000;
      lines.addFirst(
          "STALE: " + failure.replaceFirst(":$", "") + "; this is " + Amounts.span(age) + " old");
    }
    screen.show(lines);
  }
}
