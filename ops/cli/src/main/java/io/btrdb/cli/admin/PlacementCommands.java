package io.btrdb.cli.admin;

import io.btrdb.api.cluster.AdminGrpc.AdminBlockingStub;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.BalanceRequest;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.DrainRequest;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MoveRequest;
import io.btrdb.api.cluster.RemoveNodeRequest;
import io.btrdb.api.cluster.TransferLeaderRequest;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.verb.ConnectionOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs that ask for replicas and leaders to be elsewhere. */
final class PlacementCommands {
  private static final String GROUP = "Number of the shard, or catalog.";

  /** After so long without any move, none will come: the controller plans every few seconds. */
  private static final long SETTLED_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long GIVEN_UP_NANOS = Duration.ofSeconds(20).toNanos();

  private PlacementCommands() {}

  /**
   * Something to ask of a cluster.
   *
   * @param done what to say where the answer says nothing
   */
  private record Errand(Function<AdminBlockingStub, AdminReply> request, String done) {}

  /**
   * What to wait for afterwards.
   *
   * @param label what is being done
   */
  private record Wait(WaitOptions options, String label, Waiting.Judge judge) {}

  /** Looks at the cluster, asks, and says what came of it. */
  private static int run(
      ConnectionOptions connection, Terminal terminal, Function<ClusterStatus, Errand> errand) {
    return run(connection, terminal, errand, Optional.empty());
  }

  private static int run(
      ConnectionOptions connection,
      Terminal terminal,
      Function<ClusterStatus, Errand> errand,
      Optional<Wait> wait) {
    try (AdminClient admin = AdminClient.open(connection)) {
      Errand asked = errand.apply(admin.status());
      String answer = admin.command(asked.request());
      terminal.say(answer.isEmpty() ? asked.done() : answer);
      if (wait.isEmpty() || !wait.get().options().wanted()) {
        return ExitCode.OK;
      }
      return Waiting.until(
          admin, terminal, wait.get().options(), wait.get().label(), wait.get().judge());
    }
  }

  private static String plural(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Empties a node. */
  @Command(
      name = "drain",
      description = {
        "Move every replica off a node, one at a time for each range, so that it can be taken away"
            + " without a range ever having fewer replicas. The node stays a member and gets no"
            + " replicas until the drain is taken back.",
        "Needs enough other nodes for all replicas; otherwise the status says what it waits for."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb cluster drain n2 --wait",
        "  btrdb cluster drain n2 --wait --timeout 1h && btrdb cluster remove n2",
        "  btrdb cluster drain n2 --cancel"
      })
  static final class Drain implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private WaitOptions waiting;

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    private String node;

    @Option(names = "--cancel", description = "Take the drain back; replicas may come again.")
    private boolean cancel;

    private final Terminal terminal;

    /** Replicas it had when it was asked. */
    private long all;

    Drain(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      if (cancel && waiting.wanted()) {
        throw new CommandFailed(ExitCode.USAGE, "--cancel is done at once: leave --wait out");
      }
      return run(
          connection,
          terminal,
          this::errand,
          Optional.of(new Wait(waiting, "Draining " + node, this::judge)));
    }

    private Errand errand(ClusterStatus before) {
      Placement.require(before, node);
      all = Placement.replicasLeft(before, node);
      DrainRequest request = DrainRequest.newBuilder().setNodeId(node).setCancel(cancel).build();
      return new Errand(
          stub -> stub.drain(request),
          node + (cancel ? " takes replicas again." : " is being drained."));
    }

    private Waiting.Step judge(ClusterStatus status, long idleNanos) {
      long left = Placement.replicasLeft(status, node);
      if (left == 0) {
        return new Waiting.Step.Done(node + " holds no replicas any more.");
      }
      boolean draining = Placement.node(status, node).filter(n -> n.getDraining()).isPresent();
      if (!draining && idleNanos > SETTLED_NANOS) {
        return new Waiting.Step.Failed(
            "the drain of " + node + " was taken back, with " + plural(left, "replica") + " on it");
      }
      long most = Math.max(all, left);
      return new Waiting.Step.Under((most - left) + " of " + plural(most, "replica") + " moved");
    }
  }

  /** Moves one replica. */
  @Command(
      name = "move",
      description = {
        "Move one replica of one range from a node to another. The new one catches up before it"
            + " gets a vote, and only then the old one goes.",
        "Where placement.balance is on, a move that makes the cluster less even may be undone"
            + " later."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb cluster move 5 --from n1 --to n4 --wait",
        "  btrdb cluster move catalog --from n1 --to n4"
      })
  static final class Move implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private WaitOptions waiting;

    @Parameters(paramLabel = "SHARD", description = GROUP)
    private String group;

    @Option(names = "--from", required = true, paramLabel = "NODE", description = "Where it is.")
    private String from;

    @Option(
        names = "--to",
        required = true,
        paramLabel = "NODE",
        description = "Where it should be.")
    private String to;

    private final Terminal terminal;

    Move(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      return run(
          connection,
          terminal,
          this::errand,
          Optional.of(new Wait(waiting, "Moving", this::judge)));
    }

    private Errand errand(ClusterStatus before) {
      GroupStatus range = Placement.requireGroup(before, group);
      Placement.require(before, to);
      if (Placement.member(range, from).isEmpty()) {
        throw new CommandFailed(
            ExitCode.USAGE,
            from + " has no replica of it; there are some on " + ClusterTables.replicas(range));
      }
      if (Placement.votes(range, to)) {
        throw new CommandFailed(ExitCode.USAGE, to + " has a replica of it already");
      }
      MoveRequest request =
          MoveRequest.newBuilder().setGroup(group).setFromNode(from).setToNode(to).build();
      return new Errand(stub -> stub.move(request), "The replica is to move.");
    }

    private Waiting.Step judge(ClusterStatus status, long idleNanos) {
      GroupStatus range = Placement.requireGroup(status, group);
      boolean there = Placement.votes(range, to);
      if (there && Placement.member(range, from).isEmpty()) {
        return new Waiting.Step.Done(to + " has the replica, " + from + " has none any more.");
      }
      return idleNanos > GIVEN_UP_NANOS
          ? new Waiting.Step.Failed(
              "the move was given up; the replicas are on " + ClusterTables.replicas(range))
          : new Waiting.Step.Under(
              there ? "caught up; the old replica goes" : "the new replica catches up");
    }
  }

  /** Evens out. */
  @Command(
      name = "balance",
      description =
          "Even out replicas and leaders over nodes and zones now, also where placement.balance is"
              + " off.",
      footer = {
        "",
        "Examples:",
        "  btrdb cluster balance --dry-run     print what would be moved",
        "  btrdb cluster balance --wait"
      })
  static final class Balance implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private WaitOptions waiting;

    @Option(names = "--dry-run", description = "Print the plan, move nothing.")
    private boolean dryRun;

    private final Terminal terminal;

    Balance(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      if (dryRun && waiting.wanted()) {
        throw new CommandFailed(ExitCode.USAGE, "--dry-run moves nothing: leave --wait out");
      }
      BalanceRequest request = BalanceRequest.newBuilder().setDryRun(dryRun).build();
      if (dryRun) {
        try (AdminClient admin = AdminClient.open(connection)) {
          String plan = admin.command(stub -> stub.balance(request));
          terminal.print(plan.isEmpty() ? "nothing to move" : plan);
          return ExitCode.OK;
        }
      }
      return run(
          connection,
          terminal,
          before ->
              new Errand(
                  stub -> stub.balance(request), "Replicas and leaders are being evened out."),
          Optional.of(new Wait(waiting, "Balancing", Balance::judge)));
    }

    private static Waiting.Step judge(ClusterStatus status, long idleNanos) {
      return idleNanos > SETTLED_NANOS
          ? new Waiting.Step.Done("No more replicas are to move.")
          : new Waiting.Step.Under(plural(status.getMovesCount(), "replica") + " to move");
    }
  }

  /** Hands a leadership over. */
  @Command(
      name = "transfer-leader",
      description = {
        "Hand the leadership of a range over to another node that has a replica of it. Takes a few"
            + " milliseconds, in which writes wait.",
        "Where placement.balance is on, leaders are evened out again later."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb cluster transfer-leader 5 --to n2",
        "  btrdb cluster transfer-leader catalog --to n3"
      })
  static final class TransferLeader implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "SHARD", description = GROUP)
    private String group;

    @Option(names = "--to", required = true, paramLabel = "NODE", description = "The next leader.")
    private String to;

    private final Terminal terminal;

    TransferLeader(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      return run(connection, terminal, this::errand);
    }

    private Errand errand(ClusterStatus before) {
      GroupStatus range = Placement.requireGroup(before, group);
      if (!Placement.votes(range, to)) {
        throw new CommandFailed(
            ExitCode.USAGE,
            to
                + " has no replica that could lead it; there are some on "
                + ClusterTables.replicas(range));
      }
      TransferLeaderRequest request =
          TransferLeaderRequest.newBuilder().setGroup(group).setToNode(to).build();
      return new Errand(stub -> stub.transferLeader(request), to + " leads now.");
    }
  }

  /** Forgets a node. */
  @Command(
      name = "remove",
      description = {
        "Take a node off the list of nodes, for good: with its data folder it never comes back."
            + " Refused while it has replicas: drain it first.",
        "Stop its process afterwards."
      },
      footer = {"", "Examples:", "  btrdb cluster drain n2 --wait && btrdb cluster remove n2"})
  static final class Remove implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    private String node;

    private final Terminal terminal;

    Remove(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      return run(connection, terminal, this::errand);
    }

    private Errand errand(ClusterStatus before) {
      Placement.require(before, node);
      RemoveNodeRequest request = RemoveNodeRequest.newBuilder().setNodeId(node).build();
      return new Errand(stub -> stub.removeNode(request), node + " is removed.");
    }
  }
}
