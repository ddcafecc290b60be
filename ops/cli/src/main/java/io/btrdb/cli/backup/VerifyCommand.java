package io.btrdb.cli.backup;

import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.VerifyRequest;
import io.btrdb.api.cluster.VerifyStatus;
import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.verb.ConnectionOptions;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets nodes read every block they have. */
@Command(
    name = "verify",
    description = {
      "Let the nodes read every block of their replicas, compare them with each other's, and repair"
          + " what is damaged.",
      "It goes on when this command is interrupted. Nodes do it by themselves, too: see"
          + " verify.everyDays in their settings."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb verify                                   all nodes, and wait",
      "  btrdb verify --node n2 --megabytes-per-second 50",
      "  btrdb verify --cancel",
      "",
      "Exit code 1 when damage is left that could not be repaired."
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final long CALL_SECONDS = 10;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long MEBI = 1 << 20;

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputOptions output;

  @Option(names = "--node", paramLabel = "NODE", description = "Only this node.")
  private String node;

  @Option(names = "--cancel", description = "Stop what is being verified.")
  private boolean cancel;

  @Option(
      names = "--megabytes-per-second",
      paramLabel = "N",
      defaultValue = "50",
      description = "Each node reads at most this fast. Default: ${DEFAULT-VALUE}.")
  private int megabytesPerSecond;

  private final Terminal terminal;

  public VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (megabytesPerSecond < 1) {
      throw new CommandFailed(ExitCode.USAGE, "--megabytes-per-second is 1 or more");
    }
    try (ClusterNodes nodes = new ClusterNodes(connection.addresses(), connection.credentials())) {
      nodes.refresh();
      Map<String, String> addresses = addresses(nodes);
      addresses.forEach((name, address) -> ask(nodes, name, address));
      return cancel ? ExitCode.OK : await(nodes, addresses);
    }
  }

  /** Address by node, of those that are asked. */
  private Map<String, String> addresses(ClusterNodes nodes) {
    Map<String, String> addresses = new TreeMap<>();
    nodes.answers().forEach((address, hello) -> addresses.put(hello.getNodeId(), address));
    if (node != null) {
      if (!addresses.containsKey(node)) {
        throw new CommandFailed(
            ExitCode.FAILED, node + " does not answer, only " + addresses.keySet());
      }
      addresses.keySet().retainAll(java.util.Set.of(node));
    }
    return addresses;
  }

  private void ask(ClusterNodes nodes, String name, String address) {
    AdminReply reply =
        nodes
            .admin(address, CALL_SECONDS)
            .verify(
                VerifyRequest.newBuilder()
                    .setNodeId(name)
                    .setCancel(cancel)
                    .setMegabytesPerSecond(megabytesPerSecond)
                    .build());
    if (reply.getCode() != 0) {
      terminal.say(name + ": " + reply.getMessage());
    } else if (cancel) {
      terminal.say(name + " stops");
    }
  }

  private int await(ClusterNodes nodes, Map<String, String> addresses) {
    Map<String, VerifyStatus> states = new TreeMap<>();
    try (Interruption interruption = Interruption.watch();
        Progress progress = new Progress(terminal, "verify", "MiB")) {
      do {
        LockSupport.parkNanos(POLL_NANOS);
        addresses.forEach((name, address) -> look(nodes, name, address, states));
        long done = states.values().stream().mapToLong(VerifyStatus::getCheckedBytes).sum();
        long total = states.values().stream().mapToLong(VerifyStatus::getTotalBytes).sum();
        progress.show(done, total, done / MEBI);
      } while (!interruption.requested()
          && states.values().stream().anyMatch(VerifyStatus::getRunning));
    }
    return report(states);
  }

  private static void look(
      ClusterNodes nodes, String name, String address, Map<String, VerifyStatus> states) {
    try {
      HelloResponse hello =
          nodes
              .peer(address, CALL_SECONDS)
              .hello(io.btrdb.api.cluster.HelloRequest.getDefaultInstance());
      states.put(name, hello.getVerify());
    } catch (StatusRuntimeException e) {
      // It went down: what it said last is what there is, and it is not waited for.
      states.computeIfPresent(
          name, (key, last) -> last.toBuilder().setRunning(false).setFinishedMillis(0).build());
    }
  }

  private int report(Map<String, VerifyStatus> states) {
    boolean good = true;
    try (Rows rows =
        output.open(terminal, "node", "verified bytes", "damaged", "repaired", "state")) {
      for (Map.Entry<String, VerifyStatus> each : states.entrySet()) {
        VerifyStatus state = each.getValue();
        good &= state.getDamaged() == state.getRepaired();
        rows.text(each.getKey()).integer(state.getCheckedBytes());
        rows.integer(state.getDamaged()).integer(state.getRepaired());
        rows.text(describe(state)).end();
      }
    }
    return good ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String describe(VerifyStatus state) {
    if (state.getRunning()) {
      return "goes on";
    }
    if (state.getFinishedMillis() == 0) {
      return "not done";
    }
    return state.getCheckedBytes() < state.getTotalBytes() ? "cancelled" : "done";
  }
}
