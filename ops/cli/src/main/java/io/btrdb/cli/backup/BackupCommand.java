package io.btrdb.cli.backup;

import io.btrdb.backup.BackupException;
import io.btrdb.backup.BackupFolder;
import io.btrdb.backup.BackupManifest;
import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Durations;
import io.btrdb.cli.verb.ConnectionOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Copies a whole cluster to a folder. */
@Command(
    name = "backup",
    description = {
      "Copy a whole cluster to a folder, while it serves.",
      "Everything acknowledged before the start is in the backup, with all versions. Later backups"
          + " in the same folder copy only what is new. An interrupted backup goes on where it"
          + " stopped."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb backup --to /mnt/backups                        take one",
      "  btrdb backup --to /mnt/backups --megabytes-per-second 50",
      "  btrdb backup --to /mnt/backups --list",
      "  btrdb backup --to /mnt/backups --check                read and check the newest",
      "  btrdb backup --to /mnt/backups --prune 7              keep the newest seven",
      "",
      "'btrdb restore' makes a new cluster from a backup."
    })
public final class BackupCommand implements Callable<Integer> {
  private static final long MEBI = 1 << 20;

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputOptions output;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "Folder of backups; made when it is not there.")
  private Path target;

  @Option(names = "--list", description = "Print the backups in the folder.")
  private boolean list;

  @Option(
      names = "--check",
      description = "Read all of a backup and check it: the newest, or that of --backup.")
  private boolean check;

  @Option(
      names = "--prune",
      paramLabel = "KEEP",
      description = "Delete all but the newest KEEP backups, and what only they need.")
  private Integer prune;

  @Option(names = "--backup", paramLabel = "ID", description = "Which backup --check reads.")
  private String id;

  @Option(
      names = "--megabytes-per-second",
      paramLabel = "N",
      defaultValue = "0",
      description = "Copy at most this fast. Default: as fast as it goes.")
  private int megabytesPerSecond;

  private final Terminal terminal;

  public BackupCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    int actions = (list ? 1 : 0) + (check ? 1 : 0) + (prune == null ? 0 : 1);
    if (actions > 1) {
      throw new CommandFailed(ExitCode.USAGE, "choose one of --list, --check and --prune");
    }
    if (megabytesPerSecond < 0 || prune != null && prune < 1) {
      throw new CommandFailed(
          ExitCode.USAGE, "--megabytes-per-second is 0 or more, --prune keeps 1 or more");
    }
    return Complaint.orCode(
        () -> list ? list() : check ? check() : prune != null ? prune() : take());
  }

  private int take() {
    long begun = System.nanoTime();
    BackupFolder folder = BackupFolder.create(target);
    try (BackupFolder.Lock lock = folder.lock();
        ClusterNodes nodes = new ClusterNodes(connection.addresses(), connection.credentials());
        Interruption interruption = Interruption.watch();
        Progress progress = new Progress(terminal, "backup", "MiB")) {
      nodes.refresh();
      CopyMeter meter = new CopyMeter(progress, new Throttle(megabytesPerSecond), interruption);
      Snapshot snapshot = new Snapshot(nodes, folder, meter);
      BackupManifest backup = snapshot.take(release());
      progress.say(
          String.format(
              Locale.ROOT,
              "Backup %s of cluster %s: %d shards, %s; %s copied, %s were there already, %s.",
              backup.id(),
              backup.clusterName(),
              backup.shards(),
              size(backup.sizeBytes()),
              size(meter.copiedBytes()),
              size(snapshot.reusedBytes()),
              Durations.describe(System.nanoTime() - begun)));
    }
    return ExitCode.OK;
  }

  private static String release() {
    String version = BackupCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(not from a jar)" : version;
  }

  private int list() {
    BackupFolder folder = BackupFolder.open(target);
    boolean whole = true;
    try (Rows rows =
        output.open(terminal, "backup", "cluster", "started", "shards", "segments", "bytes")) {
      for (String each : folder.ids()) {
        try {
          print(folder.read(each), rows);
        } catch (BackupException e) {
          whole = false;
          terminal.say("btrdb: " + e.getMessage());
        }
      }
    }
    return whole ? ExitCode.OK : ExitCode.PARTIAL;
  }

  private static void print(BackupManifest backup, Rows rows) {
    rows.text(backup.id()).text(backup.clusterName());
    rows.time(TimeUnit.MILLISECONDS.toNanos(backup.startedMillis())).integer(backup.shards());
    rows.integer(backup.groups().stream().mapToLong(group -> group.segments().size()).sum());
    rows.integer(backup.sizeBytes()).end();
  }

  private int check() {
    BackupFolder folder = BackupFolder.open(target);
    BackupManifest backup = folder.read(id == null ? newest(folder) : id);
    List<String> faults;
    try (Interruption interruption = Interruption.watch();
        Progress progress = new Progress(terminal, "checking", "MiB")) {
      CopyMeter meter = new CopyMeter(progress, new Throttle(megabytesPerSecond), interruption);
      meter.expect(backup.sizeBytes());
      faults = folder.check(backup, meter::copied);
    }
    faults.forEach(fault -> terminal.say("btrdb: " + fault));
    if (faults.isEmpty()) {
      terminal.say("Backup " + backup.id() + " is whole: " + size(backup.sizeBytes()) + " read.");
    }
    return faults.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** The newest backup's id. */
  static String newest(BackupFolder folder) {
    List<String> ids = folder.ids();
    if (ids.isEmpty()) {
      throw new CommandFailed(ExitCode.FAILED, folder.path() + " has no backup yet");
    }
    return ids.getLast();
  }

  private int prune() {
    BackupFolder folder = BackupFolder.open(target);
    try (BackupFolder.Lock lock = folder.lock()) {
      BackupFolder.Pruned pruned = folder.prune(prune);
      terminal.say(
          String.format(
              Locale.ROOT,
              "%d backups deleted, %,d files and %s freed; %d are left.",
              pruned.backups().size(),
              pruned.files(),
              size(pruned.bytes()),
              folder.ids().size()));
    }
    return ExitCode.OK;
  }

  static String size(long bytes) {
    return bytes < 10 * MEBI
        ? String.format(Locale.ROOT, "%,d KiB", (bytes + 1023) / 1024)
        : String.format(Locale.ROOT, "%,d MiB", bytes / MEBI);
  }
}
