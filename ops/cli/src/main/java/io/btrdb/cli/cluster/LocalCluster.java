package io.btrdb.cli.cluster;

import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The nodes of a cluster as processes of this machine, in one folder. They run on when this object
 * and this program are gone; another program that opens the folder finds them again.
 *
 * <pre>{@code
 * LocalCluster cluster = LocalCluster.create(dir, ClusterPlan.of(Ports.free(3)));
 * cluster.startAll();
 * cluster.awaitReady(Duration.ofSeconds(60));
 * try (Btrdb db = Btrdb.connect(cluster.endpoints())) { ... }
 * cluster.kill("n2");
 * cluster.start("n2");
 * cluster.stopAll(Duration.ofSeconds(20));
 * }</pre>
 *
 * <p>Only processes that this class started are ever signalled. Not thread-safe; {@link #lock}
 * keeps other programs away.
 */
public final class LocalCluster {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path directory;
  private volatile List<NodeProcess> nodes;

  private LocalCluster(Path directory, List<NodeProcess> nodes) {
    this.directory = directory;
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Opens the cluster in a folder, founding it there as planned when the folder is empty or
   * missing. Settings that are there stay.
   *
   * @throws ClusterProblem when the folder cannot be written, holds something else or a cluster of
   *     another number of nodes
   */
  public static LocalCluster create(Path folder, ClusterPlan plan) {
    Path directory = folder.toAbsolutePath().normalize();
    if (!exists(directory)) {
      checkUnused(directory);
      // Before the folder is tied to them for good.
      plan.configs(directory).forEach(config -> PortOwner.checkFree(config.self()));
    } else if (founders(directory).size() != plan.ports().size()) {
      throw new ClusterProblem(
          directory
              + " holds a cluster of "
              + founders(directory).size()
              + " nodes, not of "
              + plan.ports().size()
              + ": leave out --nodes, or found another cluster with --dir DIR --port N");
    }
    List<NodeConfig> configs = exists(directory) ? completed(directory) : plan.configs(directory);
    for (NodeConfig config : configs) {
      new NodeFolder(directory, config.node()).found(config, plan.jvmOptions());
    }
    return open(directory);
  }

  /**
   * Opens the cluster in a folder.
   *
   * @throws ClusterProblem when there is none
   */
  public static LocalCluster open(Path folder) {
    Path directory = folder.toAbsolutePath().normalize();
    if (!exists(directory)) {
      throw new ClusterProblem(
          "there is no cluster in " + directory + ": 'btrdb up' founds one, --dir names another");
    }
    List<NodeProcess> nodes = new ArrayList<>();
    for (Member member : members(directory)) {
      NodeFolder node = new NodeFolder(directory, member.node());
      if (Files.notExists(node.config())) {
        throw new ClusterProblem(node.config() + " is missing: 'btrdb up' writes it again");
      }
      nodes.add(NodeProcess.of(node));
    }
    return new LocalCluster(directory, nodes);
  }

  /** Whether a folder holds a cluster. */
  public static boolean exists(Path folder) {
    return !NodeFolder.allIn(folder).isEmpty();
  }

  /** How many nodes founded the cluster in a folder; empty when there is none. */
  static OptionalInt size(Path folder) {
    return exists(folder) ? OptionalInt.of(founders(folder).size()) : OptionalInt.empty();
  }

  private static NodeConfig first(Path directory) {
    return ConfigFile.read(NodeFolder.allIn(directory).get(0).config());
  }

  /** Those that are gone among them. */
  private static List<Member> founders(Path directory) {
    return first(directory).members();
  }

  /** The founders that have not been removed, and the nodes that came later. */
  private static List<Member> members(Path directory) {
    Map<String, Member> members = new LinkedHashMap<>();
    for (Member founder : founders(directory)) {
      if (!new NodeFolder(directory, founder.node()).isRemoved()) {
        members.put(founder.node(), founder);
      }
    }
    for (NodeFolder folder : NodeFolder.allIn(directory)) {
      members.put(folder.node(), ConfigFile.read(folder.config()).self());
    }
    return List.copyOf(members.values());
  }

  /** The first node's settings, for each founder: a founding may have been broken off. */
  private static List<NodeConfig> completed(Path directory) {
    return founders(directory).stream()
        .map(founder -> new NodeFolder(directory, founder.node()))
        .filter(folder -> !folder.isRemoved())
        .map(folder -> first(directory).forNode(folder.node(), folder.data()))
        .toList();
  }

  private static void checkUnused(Path directory) {
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> entries =
          Files.newDirectoryStream(directory, entry -> !entry.endsWith(".lock"))) {
        if (entries.iterator().hasNext()) {
          throw new ClusterProblem(
              directory + " is not empty and holds no cluster: choose another folder with --dir");
        }
      }
    } catch (IOException e) {
      throw new ClusterProblem("cannot create " + directory + " (" + e + ")", e);
    }
  }

  /** Held while a program changes which nodes run. */
  public interface Lock extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Keeps other programs from starting and stopping nodes.
   *
   * @throws ClusterProblem when one is at it
   */
  public static Lock lock(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw busy(directory);
      }
      return () -> release(channel);
    } catch (OverlappingFileLockException e) {
      throw busy(directory);
    } catch (IOException e) {
      throw new ClusterProblem("cannot write to " + directory + " (" + e + ")", e);
    }
  }

  private static ClusterProblem busy(Path directory) {
    return new ClusterProblem(
        "another btrdb is starting or stopping nodes in " + directory + ": wait for it");
  }

  private static void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ClusterProblem("cannot release the lock: " + e, e);
    }
  }

  public Path directory() {
    return directory;
  }

  /** Ids of all nodes, running or not: n1, n2, ... */
  public List<String> nodes() {
    return nodes.stream().map(NodeProcess::id).toList();
  }

  /** All gRPC addresses, as clients take them. */
  public String[] endpoints() {
    return nodes.stream().map(node -> node.address().grpc()).toArray(String[]::new);
  }

  /** A node's gRPC address. */
  public String endpoint(String node) {
    return node(node).address().grpc();
  }

  public int httpPort(String node) {
    return node(node).address().httpPort();
  }

  /** A node's settings, as its file has them. */
  public NodeConfig config(String node) {
    return node(node).config();
  }

  /** Where a node stores. Wipe it only while the node is down. */
  public Path dataDirectory(String node) {
    return node(node).config().dataDirectory();
  }

  public Path logFile(String node) {
    return node(node).folder().log().file();
  }

  /** Process id of a node, empty when it does not run. */
  public OptionalLong pid(String node) {
    return node(node).process().stream().mapToLong(ProcessHandle::pid).findFirst();
  }

  public boolean isRunning(String node) {
    return node(node).process().isPresent();
  }

  /** How a node is; asks it. */
  public NodeState state(String node) {
    return node(node).state();
  }

  /** The text of a node's {@code /metrics}; empty when it does not answer. */
  public String metrics(String node) {
    return new HealthDoor(node(node).address().http()).metrics();
  }

  /** Java options for nodes that are started from now on. */
  public void setJvmOptions(List<String> options) {
    nodes.forEach(node -> node.folder().writeJvmOptions(options));
  }

  /**
   * Starts a node and does not wait for it; a running one is left alone.
   *
   * @return whether it was down
   * @throws ClusterProblem when a port is taken, the disk is full or cannot be written
   */
  public boolean start(String id) {
    NodeProcess node = node(id);
    if (node.process().isPresent()) {
      return false;
    }
    node.checkCanStart();
    node.start();
    return true;
  }

  /**
   * Starts every node that is down, none of them when one could not be started.
   *
   * @return ids of those that were down
   */
  public List<String> startAll() {
    List<NodeProcess> down = nodes.stream().filter(node -> node.process().isEmpty()).toList();
    down.forEach(NodeProcess::checkCanStart);
    down.forEach(NodeProcess::start);
    return down.stream().map(NodeProcess::id).toList();
  }

  /**
   * Gives the cluster one more node, with the first one's settings; it is not started.
   *
   * @return its id
   * @throws ClusterProblem when the folder cannot be written
   */
  public String add(Ports ports) {
    NodeConfig first = nodes.get(0).config();
    String id = "n" + NodeFolder.nextNumber(directory);
    Member host = first.self();
    Member member =
        new Member(
            id,
            host.host(),
            host.advertise(),
            ports.grpc(),
            ports.http(),
            ports.raft(),
            ports.zooKeeper(),
            ports.tls());
    NodeFolder folder = new NodeFolder(directory, id);
    folder.found(
        first.withMembers(with(first.members(), member)).forNode(id, folder.data()),
        nodes.get(0).folder().jvmOptions());
    List<NodeProcess> more = new ArrayList<>(nodes);
    more.add(NodeProcess.of(folder));
    nodes = List.copyOf(more);
    return id;
  }

  private static List<Member> with(List<Member> members, Member member) {
    List<Member> all = new ArrayList<>(members);
    all.add(member);
    return all;
  }

  /**
   * Takes a node that is down out of the list. Its folder stays.
   *
   * @throws ClusterProblem when it runs, or is the only one
   */
  public void remove(String id) {
    NodeProcess leaving = node(id);
    if (leaving.process().isPresent() || nodes.size() == 1) {
      throw new ClusterProblem("node " + id + " runs, or is the only one: it cannot be removed");
    }
    leaving.folder().remove();
    nodes = nodes.stream().filter(node -> node != leaving).toList();
  }

  /** Ends a node with SIGKILL and waits until it is gone. */
  public void kill(String node) {
    node(node).kill();
  }

  /** Ends all nodes with SIGKILL at once. */
  public void killAll() {
    nodes.forEach(node -> node.process().ifPresent(ProcessHandle::destroyForcibly));
    nodes.forEach(NodeProcess::kill);
  }

  /**
   * Stops a node with SIGTERM, upon which it hands over what it leads, and with SIGKILL after the
   * limit.
   *
   * @return false when it had to be killed
   */
  public boolean stop(String id, Duration limit) {
    NodeProcess node = node(id);
    node.terminate();
    boolean graceful = node.awaitEnd(limit);
    if (!graceful) {
      node.kill();
    }
    return graceful;
  }

  /**
   * Stops all nodes at once, as {@link #stop} does.
   *
   * @return ids of those that had to be killed
   */
  public List<String> stopAll(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    nodes.forEach(NodeProcess::terminate);
    List<String> killed = new ArrayList<>();
    for (NodeProcess node : nodes) {
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      if (!node.awaitEnd(left)) {
        node.kill();
        killed.add(node.id());
      }
    }
    return killed;
  }

  /** {@link #awaitReady(Duration, Consumer)} in silence. */
  public void awaitReady(Duration limit) {
    awaitReady(limit, states -> {});
  }

  /**
   * Waits until every node is ready.
   *
   * @param watcher told how the nodes are, about ten times a second
   * @throws ClusterProblem when one of them does not run, or is not ready in time; with the end of
   *     its log
   */
  public void awaitReady(Duration limit, Consumer<List<NodeState>> watcher) {
    awaitReady(nodes, limit, watcher);
  }

  /** Waits until one node is ready, as {@link #awaitReady(Duration, Consumer)} does for all. */
  public void awaitReady(String node, Duration limit, Consumer<NodeState> watcher) {
    awaitReady(List.of(node(node)), limit, states -> watcher.accept(states.get(0)));
  }

  private void awaitReady(
      List<NodeProcess> awaited, Duration limit, Consumer<List<NodeState>> watcher) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      List<NodeState> states = awaited.stream().map(NodeProcess::state).toList();
      watcher.accept(states);
      if (states.stream().allMatch(NodeState::ready)) {
        return;
      }
      for (NodeState state : states) {
        if (!state.isRunning()) {
          throw new ClusterProblem(
              "node " + state.node() + " has ended; " + node(state.node()).logExcerpt());
        }
      }
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        throw late(limit, states);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private ClusterProblem late(Duration limit, List<NodeState> states) {
    StringBuilder text = new StringBuilder("not ready after ").append(limit.toSeconds());
    text.append(" s:");
    NodeState last = null;
    for (NodeState state : states) {
      if (!state.ready()) {
        text.append("\n  ").append(state.node()).append(": ").append(state.reason());
        last = state;
      }
    }
    if (last != null) {
      text.append('\n').append(node(last.node()).logExcerpt());
    }
    return new ClusterProblem(text.toString());
  }

  private NodeProcess node(String id) {
    return nodes.stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new ClusterProblem("there is no node '" + id + "', only " + nodes()));
  }
}
