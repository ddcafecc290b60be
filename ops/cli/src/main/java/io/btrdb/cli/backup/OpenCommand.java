package io.btrdb.cli.backup;

import io.btrdb.cli.cluster.CephOptions;
import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.node.analysis.OpenedPool;
import io.btrdb.node.backup.PooledGroup;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.Pool;
import io.btrdb.node.pool.RadosAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a cluster's pool where there is none of its nodes. */
@Command(
    name = "open",
    description = {
      "Read a cluster's pool from any machine, without its nodes: for analysis, or when they are"
          + " down.",
      "Answers reads on a port of this machine's loopback until Ctrl-C; or runs one verb on it, given"
          + " after --. What is read is the cluster as it was when the pool was opened: the archived"
          + " states, a minute old at most unless the settings say otherwise, and every version that"
          + " was committed since. Nothing is written but a pin, so that a cluster that runs deletes"
          + " nothing that is read here; it counts until a minute after this command has ended."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb open --from-pool --ceph /etc/ceph/ceph.conf",
      "  btrdb streams -e 127.0.0.1:4409                      in another window",
      "  btrdb open --from-pool --ceph /etc/ceph/ceph.conf -- windows plant/power --width 1h",
      "  btrdb open --from-pool --config /etc/btrdb/node.yaml -- export plant/power --output p.csv"
    })
public final class OpenCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 4409;
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Option(names = "--from-pool", required = true, description = "Open a pool; there is no other.")
  private boolean fromPool;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A node's settings file, which says where the pool is and the cluster's name.")
  private Path config;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "Name of the cluster. Default: that of the settings, or btrdb.")
  private String cluster;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Where to answer, on 127.0.0.1. Default: " + DEFAULT_PORT + ", or a free one for a verb.")
  private Integer port;

  @Mixin private CephOptions ceph = new CephOptions();
  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "VERB",
      arity = "0..*",
      description = "With --, a verb that reads, and its options: run on the pool instead.")
  private List<String> verb = List.of();

  private final Terminal terminal;
  private final ToIntFunction<String[]> verbs;

  /**
   * @param verbs runs a command line and tells its exit code
   */
  public OpenCommand(Terminal terminal, ToIntFunction<String[]> verbs) {
    this.terminal = terminal;
    this.verbs = verbs;
  }

  @Override
  public Integer call() throws Exception {
    return Complaint.orCode(this::open);
  }

  private int open() throws IOException {
    NodeConfig.Pool pool = pool();
    Path work = Files.createTempDirectory("btrdb-open");
    try (Interruption interruption = Interruption.watch();
        OpenedPool opened = open(pool, work)) {
      return verb.isEmpty() ? serve(opened, interruption) : run(opened);
    } catch (IllegalStateException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage(), e);
    } finally {
      delete(work);
    }
  }

  private NodeConfig.Pool pool() {
    if (ceph.present() == (config != null)) {
      throw new CommandFailed(
          ExitCode.USAGE, "say where the pool is: --ceph CONF or --config FILE");
    }
    Optional<NodeConfig> settings = Optional.ofNullable(config).map(ConfigFile::read);
    if (cluster == null) {
      cluster = settings.map(NodeConfig::cluster).orElse("btrdb");
    }
    return settings
        .map(NodeConfig::storage)
        .orElseGet(ceph::storage)
        .pool()
        .orElseThrow(() -> new CommandFailed(ExitCode.USAGE, config + " has no section 'pool'"));
  }

  private OpenedPool open(NodeConfig.Pool pool, Path work) throws IOException {
    Pool.Patience patience =
        new Pool.Patience(
            pool.readTimeoutMillis(),
            pool.writeTimeoutMillis(),
            Duration.ofSeconds(pool.outageSeconds()));
    int door = port != null ? port : verb.isEmpty() ? DEFAULT_PORT : 0;
    try (Progress progress = new Progress(terminal, "open", "")) {
      SeedProgress shown = new SeedProgress(progress, 0);
      return OpenedPool.open(
          new RadosAccess.Opener(pool),
          patience,
          new OpenedPool.Options(
              cluster, work, door, Runtime.getRuntime().maxMemory() / 4, "btrdb open"),
          shown::group);
    }
  }

  private int run(OpenedPool opened) {
    List<String> arguments = new ArrayList<>(verb);
    arguments.add("--endpoint");
    arguments.add(opened.address());
    return verbs.applyAsInt(arguments.toArray(String[]::new));
  }

  private int serve(OpenedPool opened, Interruption interruption) {
    try (Rows rows =
        output.open(
            terminal, "group", "archived", "complete up to", "newest found", "newer versions")) {
      for (PooledGroup group : opened.groups()) {
        PooledGroup.Account account = group.account();
        rows.text(group.name());
        time(rows, account.archivedMillis().orElse(0));
        time(rows, account.completeMillis());
        time(rows, account.newestMillis());
        rows.integer(account.newer()).end();
      }
    }
    terminal.say("Reads are answered: btrdb streams -e " + opened.address());
    terminal.say("Ctrl-C ends it.");
    while (!interruption.pause(LOOK)) {
      if (opened.lost().isPresent()) {
        throw new CommandFailed(ExitCode.FAILED, opened.lost().get() + ": open the pool once more");
      }
    }
    return ExitCode.OK;
  }

  private static void time(Rows rows, long millis) {
    if (millis == 0) {
      rows.none();
    } else {
      rows.time(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> walked = Files.walk(folder)) {
      for (Path path : walked.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
