package io.btrdb.cli.admin;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.MoveStatus;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows a change of a cluster until it is done: says of each replica when it has arrived, and
 * what placement waits for.
 */
final class Waiting {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration TURN = Duration.ofMillis(125);
  private static final long SILENCE_NANOS = Duration.ofSeconds(60).toNanos();

  /** How far a change is. */
  sealed interface Step {
    /** It is done; {@code words} say so. */
    record Done(String words) implements Step {}

    /** It goes on; {@code words} say how far it is. */
    record Under(String words) implements Step {}

    /** It will not be done any more. */
    record Failed(String words) implements Step {}
  }

  /** Judges a status; asked for each in turn. */
  @FunctionalInterface
  interface Judge {
    /**
     * @param idleNanos how long no replica has been on the move
     */
    Step judge(ClusterStatus status, long idleNanos);
  }

  private final AdminClient admin;
  private final Terminal terminal;
  private final WaitOptions options;
  private final Progress progress;
  private final Set<String> notes = new HashSet<>();
  private Map<String, MoveStatus> moves = Map.of();

  private Waiting(AdminClient admin, Terminal terminal, WaitOptions options, Progress progress) {
    this.admin = admin;
    this.terminal = terminal;
    this.options = options;
    this.progress = progress;
  }

  /**
   * @param label what is being done
   * @return an exit code
   */
  static int until(
      AdminClient admin, Terminal terminal, WaitOptions options, String label, Judge judge) {
    try (Interruption interruption = Interruption.watch();
        Progress progress = new Progress(terminal, label, "replicas")) {
      return new Waiting(admin, terminal, options, progress).run(judge, interruption);
    }
  }

  private int run(Judge judge, Interruption interruption) {
    long started = System.nanoTime();
    long heard = started;
    long busy = started;
    while (true) {
      try {
        ClusterStatus status = admin.status();
        heard = System.nanoTime();
        if (status.getMovesCount() > 0) {
          busy = heard;
        }
        follow(status);
        switch (judge.judge(status, heard - busy)) {
          case Step.Done done -> {
            progress.say(done.words());
            return ExitCode.OK;
          }
          case Step.Failed failed -> throw new CommandFailed(ExitCode.FAILED, failed.words());
          case Step.Under under -> {
            if (pause(under.words() + current(status), interruption)) {
              return ExitCode.FAILED;
            }
          }
        }
      } catch (CommandFailed e) {
        // one node after the other may be restarting: the change goes on all the same
        if (e.exitCode() != ExitCode.UNREACHABLE || System.nanoTime() - heard > SILENCE_NANOS) {
          throw e;
        }
        if (pause("no node answers; trying again", interruption)) {
          return ExitCode.FAILED;
        }
      }
      if (options.timeout().isPresent()
          && System.nanoTime() - started > options.timeout().get().toNanos()) {
        throw new CommandFailed(
            ExitCode.FAILED, "not done in time; it goes on: btrdb cluster status --watch");
      }
    }
  }

  /** Keeps the wheel turning; true when the user wants to wait no longer. */
  private boolean pause(String words, Interruption interruption) {
    for (Duration left = INTERVAL; left.isPositive(); left = left.minus(TURN)) {
      progress.spin(words);
      if (interruption.pause(TURN)) {
        progress.say("Not waiting any longer; it goes on: btrdb cluster status --watch");
        return true;
      }
    }
    return false;
  }

  /** The move that is furthest, for the line that turns. */
  private static String current(ClusterStatus status) {
    for (MoveStatus move : status.getMovesList()) {
      if (move.getStartedMillis() > 0) {
        String percent =
            move.getTotalBytes() > 0
                ? " " + Amounts.percent(move.getDoneBytes(), move.getTotalBytes()) + " %"
                : "";
        return "; " + Placement.pathOf(move) + percent + " " + move.getStep();
      }
    }
    return "";
  }

  private void follow(ClusterStatus status) {
    Map<String, MoveStatus> now = new HashMap<>();
    status.getMovesList().forEach(move -> now.put(Placement.pathOf(move), move));
    List<MoveStatus> ended = new ArrayList<>(moves.values());
    ended.removeIf(move -> now.containsKey(Placement.pathOf(move)));
    for (MoveStatus move : ended) {
      boolean arrived =
          status.getGroupsList().stream()
              .filter(
                  group ->
                      group.getGroup().equals(move.getGroup())
                          || Placement.nameOf(group).equals(move.getGroup()))
              .anyMatch(
                  group ->
                      move.getToNode().isEmpty()
                          ? Placement.member(group, move.getFromNode()).isEmpty()
                          : Placement.votes(group, move.getToNode()));
      progress.say((arrived ? "moved " : "given up: ") + Placement.pathOf(move));
    }
    moves = now;
    for (String note : status.getNotesList()) {
      if (notes.add(note)) {
        progress.say(note);
      }
    }
  }
}
