package io.btrdb.cli.backup;

import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.node.backup.ClusterSeed;
import io.btrdb.node.backup.ClusterSeed.Grown;
import io.btrdb.node.backup.PooledGroup;
import io.btrdb.node.backup.PooledGroup.Account;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.Pool;
import io.btrdb.node.pool.PoolContents;
import io.btrdb.node.pool.RadosAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Makes a cluster from what its shared pool holds, when the disks of all its nodes are gone. */
final class RecoveryFromPool {
  private final SeedTarget target;
  private final OutputOptions output;
  private final Terminal terminal;

  RecoveryFromPool(SeedTarget target, OutputOptions output, Terminal terminal) {
    this.target = target;
    this.output = output;
    this.terminal = terminal;
  }

  int recover() {
    NodeConfig settings = target.settings();
    NodeConfig.Pool pool =
        settings
            .storage()
            .pool()
            .orElseThrow(
                () ->
                    new CommandFailed(
                        ExitCode.USAGE,
                        "--from-pool needs a pool: --ceph CONF with --dir, or the section 'pool' in"
                            + " the files of --config"));
    Pool.Patience patience =
        new Pool.Patience(
            pool.readTimeoutMillis(),
            pool.writeTimeoutMillis(),
            Duration.ofSeconds(pool.outageSeconds()));
    try (PoolContents contents =
        PoolContents.open(new RadosAccess.Opener(pool), patience, settings.cluster())) {
      return recover(contents);
    } catch (IllegalStateException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage(), e);
    }
  }

  private int recover(PoolContents contents) {
    List<PooledGroup> groups = PooledGroup.of(contents);
    List<Grown> grown = new ArrayList<>();
    try (Progress progress = new Progress(terminal, "recover", "")) {
      SeedProgress shown = new SeedProgress(progress, 0);
      target.make(
          contents.ranges().size(),
          at -> {
            contents.begin(at.cluster());
            grown.addAll(
                new ClusterSeed(at.cluster(), at.nodes(), contents.ranges(), true, shown)
                    .plant(List.copyOf(groups)));
            contents.complete(
                grown.stream()
                    .limit(contents.ranges().size())
                    .map(group -> Math.max(1, group.position().term()))
                    .toList());
          });
    }
    report(groups, grown);
    target.next(terminal);
    boolean whole =
        grown.stream().allMatch(group -> group.missingSegments().isEmpty())
            && groups.stream().allMatch(group -> group.account().damaged() == 0);
    return whole ? ExitCode.OK : ExitCode.PARTIAL;
  }

  private void report(List<PooledGroup> groups, List<Grown> grown) {
    try (Rows rows =
        output.open(
            terminal,
            "group",
            "archived",
            "complete up to",
            "newest found",
            "newer versions",
            "segments missing")) {
      for (int i = 0; i < groups.size(); i++) {
        Account account = groups.get(i).account();
        rows.text(groups.get(i).name());
        time(rows, account.archivedMillis().orElse(0));
        time(rows, account.completeMillis());
        time(rows, account.newestMillis());
        rows.integer(account.newer());
        rows.integer(grown.get(i).missingSegments().size() + account.damaged()).end();
      }
    }
    terminal.say(
        String.format(
            Locale.ROOT,
            "%,d streams. All that was acknowledged until a group is complete is there, and every"
                + " version that was committed until the newest that was found. What was"
                + " acknowledged later and was in no version yet was in the nodes' logs only, and"
                + " is lost.",
            grown.getLast().streams()));
  }

  private static void time(Rows rows, long millis) {
    if (millis == 0) {
      rows.none();
    } else {
      rows.time(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }
}
