package io.btrdb.cli.backup;

import io.btrdb.backup.BackupFolder;
import io.btrdb.backup.BackupManifest;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Durations;
import io.btrdb.cli.text.IsoTime;
import io.btrdb.node.backup.BackupSource;
import io.btrdb.node.backup.ClusterSeed;
import io.btrdb.node.backup.ClusterSeed.Grown;
import io.btrdb.node.backup.GroupSource;
import io.btrdb.placement.ShardRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a new cluster from a backup. */
@Command(
    name = "restore",
    description = {
      "Make a new cluster from a backup, of any number of nodes.",
      "It is another cluster, with an id of its own: streams, points, all versions and annotations"
          + " are there; exactly-once sessions of writers are not, they open new ones. The folders"
          + " must be empty; nothing runs while they are made."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb restore --from /mnt/backups --dir /srv/again --nodes 5",
      "  btrdb restore --from /mnt/backups --backup 20261120T030000Z --dir /tmp/look --nodes 1",
      "  btrdb restore --from /mnt/backups --config /etc/btrdb/node.yaml --cluster-id UUID",
      "",
      "'btrdb backup --to FOLDER --list' prints the backups there are."
    })
public final class RestoreCommand implements Callable<Integer> {
  @Mixin private SeedTarget target = new SeedTarget();

  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      required = true,
      description = "Folder of backups.")
  private Path source;

  @Option(names = "--backup", paramLabel = "ID", description = "Which backup. Default: the newest.")
  private String id;

  private final Terminal terminal;

  public RestoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    return Complaint.orCode(this::restore);
  }

  private int restore() {
    long begun = System.nanoTime();
    BackupFolder folder = BackupFolder.open(source);
    BackupManifest backup = folder.read(id == null ? BackupCommand.newest(folder) : id);
    List<GroupSource> groups = BackupSource.of(folder, backup);
    List<ShardRange> ranges =
        groups.stream().map(GroupSource::range).flatMap(Optional::stream).toList();
    List<Grown> grown = new ArrayList<>();
    SeedTarget.Place place;
    try (Progress progress = new Progress(terminal, "restore", "MiB")) {
      long total = groups.stream().mapToLong(GroupSource::segmentBytes).sum();
      SeedProgress shown = new SeedProgress(progress, total);
      place =
          target.make(
              ranges.size(),
              at ->
                  grown.addAll(
                      new ClusterSeed(at.cluster(), at.nodes(), ranges, false, shown)
                          .plant(groups)));
    }
    terminal.say(
        String.format(
            Locale.ROOT,
            "Backup %s of %s is restored as cluster %s: %d nodes, %d shards, %,d streams, in %s.",
            backup.id(),
            IsoTime.print(TimeUnit.MILLISECONDS.toNanos(backup.startedMillis())),
            place.cluster(),
            place.nodes().size(),
            ranges.size(),
            grown.getLast().streams(),
            Durations.describe(System.nanoTime() - begun)));
    target.next(terminal);
    return ExitCode.OK;
  }
}
