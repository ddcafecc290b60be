package io.btrdb.cli.cluster;

import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One node of a local cluster: its folder and, while it runs, its process. */
final class NodeProcess {
  /** Below it a node could not even take what is in flight. */
  private static final long FREE_BYTES_MIN = 1L << 30;

  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final int EXCERPT_LINES = 15;

  private final NodeFolder folder;
  private final NodeConfig config;

  private NodeProcess(NodeFolder folder, NodeConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * @throws io.btrdb.node.config.ConfigException when its settings are wrong
   */
  static NodeProcess of(NodeFolder folder) {
    NodeConfig config = ConfigFile.read(folder.config());
    boolean moved = !config.dataDirectory().equals(folder.data()) && Files.exists(folder.data());
    if (moved) {
      throw new ClusterProblem(
          folder.config()
              + " says that the data is in "
              + config.dataDirectory()
              + ", but there is some in "
              + folder.data()
              + ". If the folder was moved, set dataDirectory to where it is now.");
    }
    return new NodeProcess(folder, config);
  }

  String id() {
    return folder.node();
  }

  NodeFolder folder() {
    return folder;
  }

  NodeConfig config() {
    return config;
  }

  Member address() {
    return config.self();
  }

  Optional<ProcessHandle> process() {
    return folder.pidFile().read();
  }

  NodeState state() {
    Optional<ProcessHandle> process = process();
    if (process.isEmpty()) {
      return new NodeState(id(), OptionalLong.empty(), false, "not running");
    }
    String reason = new HealthDoor(address().http()).whyNotReady();
    return new NodeState(id(), OptionalLong.of(process.get().pid()), reason.isEmpty(), reason);
  }

  /** Why it cannot start, told before a Java process is spent on finding out. */
  void checkCanStart() {
    PortOwner.checkFree(address());
    checkDisk();
  }

  private void checkDisk() {
    try {
      long free = Files.getFileStore(folder.path()).getUsableSpace();
      if (free < FREE_BYTES_MIN) {
        throw new ClusterProblem(
            String.format(
                "%s has %d MB of free space, and a node wants 1024 MB to start. Free some, or"
                    + " choose another disk with --dir.",
                folder.path(), free >> 20));
      }
      Files.delete(Files.createTempFile(folder.path(), "write", ".check"));
    } catch (IOException e) {
      throw new ClusterProblem(
          "cannot write to " + folder.path() + " (" + e + "). Check who owns it.", e);
    }
  }

  /** Starts it, detached: it outlives this program and its terminal. */
  void start() {
    folder.log().limit();
    List<String> command = command();
    folder.log().note("starting " + String.join(" ", command));
    ProcessBuilder builder = new ProcessBuilder(detached(command));
    builder.directory(folder.path().toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().file().toFile()));
    try {
      folder.pidFile().write(builder.start().toHandle());
    } catch (IOException e) {
      throw new ClusterProblem("cannot start node " + id() + ": " + e.getMessage(), e);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(folder.jvmOptions());
    command.addAll(ClassArchive.options());
    command.add("-cp");
    command.add(System.getProperty("btrdb.classpath", System.getProperty("java.class.path")));
    command.add("io.btrdb.node.Main");
    command.add("--config");
    command.add(folder.config().toString());
    return command;
  }

  /**
   * In a session of its own, where a Ctrl-C in this terminal and its end do not reach it; without
   * setsid, deaf to both. Either way the process keeps the id it was started with.
   */
  private static List<String> detached(List<String> command) {
    List<String> detached = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      detached.add("/usr/bin/setsid");
    } else {
      detached.addAll(List.of("/bin/sh", "-c", "trap '' HUP INT; exec \"$@\"", "sh"));
    }
    detached.addAll(command);
    return detached;
  }

  /** Asks it to stop. It hands over what it leads first. */
  void terminate() {
    process().ifPresent(ProcessHandle::destroy);
  }

  /** Ends it at once, as a power failure would. */
  void kill() {
    process().ifPresent(ProcessHandle::destroyForcibly);
    if (!awaitEnd(KILL_LIMIT)) {
      throw new ClusterProblem(
          "node " + id() + " does not end although it was killed; perhaps its disk hangs");
    }
  }

  /** Waits until it has ended; false when it still runs after the limit. */
  boolean awaitEnd(Duration limit) {
    Optional<ProcessHandle> process = process();
    if (process.isPresent()) {
      try {
        process.get().onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        return process().isEmpty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    folder.pidFile().delete();
    return true;
  }

  String logExcerpt() {
    return folder.log().excerpt(EXCERPT_LINES);
  }
}
