package io.btrdb.cli.cluster;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.PointCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The classes of a node in one file, which a JVM maps into memory instead of reading and checking
 * each of them: a node starts with half the CPU time, and has the classes of an election at hand
 * when one comes. Made by a small cluster that rehearses a node's life.
 *
 * <p>A JVM that finds that an archive does not fit, because it is another JVM, has other jars or
 * another class path, does without it.
 */
public final class ClassArchive {
  /** System property that names the file for nodes that are started by this program. */
  public static final String PROPERTY = "btrdb.classArchive";

  private static final String ACTOR = "n1";
  private static final String VICTIM = "n3";
  private static final Duration READY = Duration.ofSeconds(120);
  private static final Duration STOP = Duration.ofSeconds(120);
  private static final int STREAMS = 8;
  private static final int POINTS = 2_000;

  private ClassArchive() {}

  /** Makes the archive for nodes of {@code btrdb up}: {@code ClassArchive FILE}. */
  public static void main(String[] args) throws InterruptedException {
    make(Path.of(args[0]), JvmOptions.of(JvmOptions.DEFAULT_HEAP));
  }

  /**
   * Makes an archive, in about ten seconds.
   *
   * @param file replaced as a whole when everything went well
   * @param jvmOptions of the nodes that will use it
   * @throws ClusterProblem when the cluster does not run, or this JVM makes no archives
   */
  public static void make(Path file, List<String> jvmOptions) throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory(file.toAbsolutePath().getParent(), "class-archive-");
      try {
        rehearse(folder, jvmOptions, folder.resolve("classes.jsa"));
        Files.move(
            folder.resolve("classes.jsa"),
            file,
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new ClusterProblem("cannot make the class archive " + file + ": " + e, e);
    }
  }

  /** Java options for a node that is started now. */
  static List<String> options() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .filter(file -> Files.exists(Path.of(file)))
        .map(file -> List.of("-XX:SharedArchiveFile=" + file, "-Xlog:cds=off", "-Xlog:aot=off"))
        .orElse(List.of());
  }

  private static void rehearse(Path folder, List<String> jvmOptions, Path archive)
      throws InterruptedException {
    LocalCluster cluster =
        LocalCluster.create(
            folder.resolve("cluster"), ClusterPlan.of(Ports.free(3)).withJvmOptions(jvmOptions));
    List<String> archiving = new ArrayList<>(jvmOptions);
    archiving.add("-XX:ArchiveClassesAtExit=" + archive);
    new NodeFolder(cluster.directory(), ACTOR).writeJvmOptions(archiving);
    Thread lastResort = new Thread(cluster::killAll);
    Runtime.getRuntime().addShutdownHook(lastResort);
    try {
      cluster.startAll();
      cluster.awaitReady(READY);
      try (Btrdb db = Btrdb.builder().endpoints(cluster.endpoints()).connect()) {
        List<BtrdbStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
          streams.add(db.create(UUID.randomUUID(), "rehearsal", Map.of("name", "s" + i), Map.of()));
        }
        streams.forEach(ClassArchive::use);
        cluster.kill(VICTIM);
        streams.forEach(ClassArchive::use);
      }
      cluster.stop(ACTOR, STOP);
    } finally {
      cluster.killAll();
      Runtime.getRuntime().removeShutdownHook(lastResort);
    }
  }

  private static void use(BtrdbStream stream) {
    long[] times = new long[POINTS];
    double[] values = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      times[i] = 1_000_000L * i;
      values[i] = i / 8.0;
    }
    stream.insert(times, values);
    try (PointCursor points = stream.latest().values(0, times[POINTS - 1])) {
      points.toList();
    }
    stream.flush();
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
