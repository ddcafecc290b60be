package io.btrdb.cli.backup;

import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.node.backup.ClusterSeed;
import io.btrdb.node.backup.ClusterSeed.Grown;
import io.btrdb.node.backup.DataFolder;
import io.btrdb.node.backup.GroupSource;
import io.btrdb.node.backup.SalvagedGroup;
import io.btrdb.node.backup.SalvagedGroup.Account;
import io.btrdb.placement.ShardRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a new cluster from what a disaster has left. */
@Command(
    name = "recover",
    description = {
      "Make a new cluster from data folders of stopped nodes, when a majority is lost for good; or,"
          + " with --from-pool, from the shared pool alone, when no folder is left.",
      "This is the last resort. Of each shard the folder whose log goes furthest is taken, and that"
          + " log is applied to its end: also entries that were perhaps never acknowledged. Writes"
          + " that only lost nodes had are gone; what may be missing is printed for each shard. The"
          + " folders are not changed."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb recover --from /srv/n2/data --dir /srv/again --nodes 3",
      "  btrdb recover --from /mnt/disk1/data --from /mnt/disk2/data --dir /srv/again",
      "  btrdb recover --from-pool --ceph /etc/ceph/ceph.conf --dir /srv/again",
      "  btrdb recover --from-pool --config /etc/btrdb/node.yaml --cluster-id UUID",
      "",
      "While a majority can still be started, start it instead: nothing is lost then."
    })
public final class RecoverCommand implements Callable<Integer> {
  @Mixin private SeedTarget target = new SeedTarget();
  @Mixin private OutputOptions output;

  @Option(
      names = "--from",
      paramLabel = "DATA_FOLDER",
      description = "A stopped node's data folder; may be repeated.")
  private List<Path> sources;

  @Option(
      names = "--from-pool",
      description =
          "Take what the shared pool holds. The nodes that wrote there must be gone for good: they"
              + " may not go on afterwards.")
  private boolean fromPool;

  private final Terminal terminal;

  public RecoverCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    return Complaint.orCode(this::recover);
  }

  private int recover() throws IOException {
    target.check();
    if (fromPool == (sources != null)) {
      throw new CommandFailed(
          ExitCode.USAGE, "say what to recover from: --from DATA_FOLDER or --from-pool");
    }
    if (fromPool) {
      return new RecoveryFromPool(target, output, terminal).recover();
    }
    Path work = target.work();
    List<DataFolder> folders = new ArrayList<>();
    try {
      for (Path source : sources) {
        folders.add(DataFolder.open(source));
      }
      return recover(folders, work);
    } finally {
      folders.forEach(DataFolder::close);
      delete(work);
    }
  }

  private int recover(List<DataFolder> folders, Path work) throws IOException {
    delete(work);
    List<SalvagedGroup> groups = SalvagedGroup.of(folders, work);
    List<ShardRange> ranges =
        groups.stream().map(GroupSource::range).flatMap(Optional::stream).toList();
    List<Grown> grown = new ArrayList<>();
    try (Progress progress = new Progress(terminal, "recover", "MiB")) {
      long total = groups.stream().mapToLong(GroupSource::segmentBytes).sum();
      SeedProgress shown = new SeedProgress(progress, total);
      target.make(
          ranges.size(),
          at ->
              grown.addAll(
                  new ClusterSeed(at.cluster(), at.nodes(), ranges, true, shown)
                      .plant(List.copyOf(groups))));
    }
    report(groups, grown);
    target.next(terminal);
    return grown.stream().allMatch(group -> group.missingSegments().isEmpty())
            && groups.stream().allMatch(RecoverCommand::isWhole)
        ? ExitCode.OK
        : ExitCode.PARTIAL;
  }

  private static boolean isWhole(SalvagedGroup group) {
    return group.account().folder().isPresent() && group.account().fault().isEmpty();
  }

  private void report(List<SalvagedGroup> groups, List<Grown> grown) {
    try (Rows rows =
        output.open(
            terminal,
            "group",
            "checkpoint",
            "last entry",
            "known committed",
            "log time",
            "segments missing",
            "taken from")) {
      for (int i = 0; i < groups.size(); i++) {
        row(rows, groups.get(i), grown.get(i));
      }
    }
    for (int i = 0; i < groups.size(); i++) {
      explain(groups.get(i), grown.get(i));
    }
    terminal.say(
        String.format(
            Locale.ROOT,
            "%,d streams. Missing may be: of each group, what was acknowledged after its last entry"
                + " by nodes that are lost. Entries past the known committed index were kept; some"
                + " may never have been acknowledged.",
            grown.getLast().streams()));
  }

  private static void row(Rows rows, SalvagedGroup group, Grown grown) {
    Account account = group.account();
    rows.text(group.name());
    rows.integer(account.checkpoint().index()).integer(account.end().index());
    if (account.committed() < 0) {
      rows.none();
    } else {
      rows.integer(account.committed());
    }
    if (grown.logTimeMillis() == 0) {
      rows.none();
    } else {
      rows.time(TimeUnit.MILLISECONDS.toNanos(grown.logTimeMillis()));
    }
    rows.integer(grown.missingSegments().size());
    rows.text(account.folder().orElse("nowhere: it is empty")).end();
  }

  private void explain(SalvagedGroup group, Grown grown) {
    Account account = group.account();
    if (account.folder().isEmpty()) {
      terminal.say(group.name() + " is in none of the folders: all its data is lost.");
    }
    account.fault().ifPresent(fault -> terminal.say(group.name() + ": " + fault + "."));
    if (!grown.missingSegments().isEmpty()) {
      terminal.say(
          group.name()
              + ": "
              + grown.missingSegments().size()
              + " segments are damaged or missing; reads of what is in them answer 432.");
    }
    if (grown.opened() > 0) {
      terminal.say(
          group.name() + ": " + grown.opened() + " streams have a name and no data: now empty.");
    }
    if (grown.dropped() + grown.buried() > 0) {
      terminal.say(
          group.name()
              + ": "
              + (grown.dropped() + grown.buried())
              + " streams were obliterated here or in the catalog: now in both.");
    }
    if (!grown.found().isEmpty()) {
      terminal.say(
          group.name()
              + ": "
              + grown.found().size()
              + " streams have data and no name: now in collection lost+found.");
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> walked = Files.walk(folder)) {
      for (Path path : walked.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
