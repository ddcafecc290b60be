package io.btrdb.cli.cluster;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a node says. */
@Command(
    name = "logs",
    description = "Print the end of a node's log.",
    footer = {
      "",
      "Examples:",
      "  btrdb logs n1",
      "  btrdb logs n2 --lines 200",
      "  btrdb logs n1 -f"
    })
public final class LogsCommand implements Callable<Integer> {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  @Mixin private DirectoryOption directory;

  @Parameters(paramLabel = "NODE", description = "n1, n2, ...")
  private String node;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "40",
      description = "How many lines. Default: ${DEFAULT-VALUE}.")
  private int lines;

  @Option(
      names = {"-F", "--follow", "-f"},
      description = "Go on until Ctrl-C.")
  private boolean follow;

  private final Terminal terminal;

  public LogsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Path file = LocalCluster.open(directory.get()).logFile(node);
    NodeLog log = new NodeLog(file);
    long end = file.toFile().length();
    log.tail(lines).forEach(terminal::print);
    if (follow) {
      follow(file, end);
    }
    return ExitCode.OK;
  }

  private void follow(Path file, long from) throws IOException {
    byte[] chunk = new byte[1 << 16];
    long at = from;
    try (Interruption interruption = Interruption.watch();
        RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      while (!interruption.requested()) {
        if (in.length() < at) {
          // The log was set aside; it begins anew.
          at = 0;
        }
        in.seek(at);
        int count = in.read(chunk);
        if (count > 0) {
          terminal.out().write(chunk, 0, count);
          at += count;
        } else {
          LockSupport.parkNanos(POLL_NANOS);
        }
      }
    }
  }
}
