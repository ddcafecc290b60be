package io.btrdb.consensus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Nodes in this process, on loopback, with their folders below one folder. */
final class TestCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  static final RaftOptions FAST =
      RaftOptions.DEFAULTS
          .withElections(new RaftOptions.Elections(Duration.ofMillis(300), Duration.ofMillis(600)))
          .withBatching(RaftOptions.Batching.DEFAULTS.withCommandBytesMax(64 << 10, 256 << 10))
          .withLog(new RaftOptions.LogFiles(1 << 20, 128L << 20, 4))
          .withRequestTimeout(Duration.ofSeconds(5));

  private final Path folder;
  private final RaftOptions options;
  private final Map<PeerId, RaftNode> nodes = new ConcurrentHashMap<>();
  private final Map<PeerId, String> addresses = new ConcurrentHashMap<>();
  private final Map<String, RecordingMachine> machines = new ConcurrentHashMap<>();
  private Function<PeerId, Function<GroupId, ReplicatedStateMachine>> factory;

  TestCluster(Path folder, RaftOptions options) {
    this.folder = folder;
    this.options = options;
    this.factory = id -> group -> recording(id, group);
  }

  TestCluster machines(Function<PeerId, Function<GroupId, ReplicatedStateMachine>> value) {
    factory = value;
    return this;
  }

  static GroupId newGroup() {
    return new GroupId(UUID.randomUUID());
  }

  static PeerId id(int node) {
    return new PeerId("n" + node + "-1");
  }

  private RecordingMachine recording(PeerId id, GroupId group) {
    try {
      Path own = Files.createDirectories(folder.resolve(id + "-state").resolve(group.toString()));
      RecordingMachine machine = new RecordingMachine(own, other -> machine(other, group));
      machines.put(id + "/" + group, machine);
      return machine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a peer on the address that another one had. */
  RaftNode startAt(PeerId id, String address) {
    addresses.put(id, address);
    return start(id);
  }

  RaftNode start(PeerId id) {
    String address = addresses.computeIfAbsent(id, any -> "127.0.0.1:" + FreePorts.next());
    try {
      RaftNode node = RaftNode.start(options, id, address, raftFolder(id), factory.apply(id));
      nodes.put(id, node);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts three nodes and creates the groups on them. */
  TestCluster create(GroupId... groups) throws IOException {
    for (int i = 1; i <= 3; i++) {
      start(id(i));
    }
    for (GroupId group : groups) {
      List<Peer> voters = new ArrayList<>();
      for (int i = 1; i <= 3; i++) {
        voters.add(Peer.voter(id(i), address(id(i))));
      }
      for (int i = 1; i <= 3; i++) {
        nodes.get(id(i)).create(group, voters);
      }
    }
    return this;
  }

  String address(PeerId id) {
    return addresses.get(id);
  }

  Path raftFolder(PeerId id) {
    return folder.resolve(id + "-raft");
  }

  RaftNode node(PeerId id) {
    return nodes.get(id);
  }

  void stop(PeerId id) throws IOException {
    nodes.remove(id).close();
  }

  List<PeerId> running() {
    return List.copyOf(nodes.keySet());
  }

  ReplicatedLog log(PeerId id, GroupId group) {
    return nodes.get(id).group(group).orElseThrow();
  }

  RecordingMachine machine(PeerId id, GroupId group) {
    return machines.get(id + "/" + group);
  }

  /** Waits for a ready leader. */
  PeerId leader(GroupId group) {
    PeerId[] found = new PeerId[1];
    await(
        "a ready leader of " + group,
        () -> {
          found[0] =
              nodes.entrySet().stream()
                  .filter(
                      e -> e.getValue().group(group).map(log -> log.role().ready()).orElse(false))
                  .map(Map.Entry::getKey)
                  .findFirst()
                  .orElse(null);
          return found[0] != null;
        });
    return found[0];
  }

  PeerId follower(GroupId group) {
    PeerId leader = leader(group);
    return nodes.keySet().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  /** Submits until it is acknowledged; a command may so be applied more than once. */
  Object submit(GroupId group, String command) {
    for (long end = System.nanoTime() + PATIENCE.toNanos(); ; ) {
      try {
        return log(leader(group), group).submit(bytes(command)).join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof ConsensusException) || System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  /** Waits until all running replicas have applied the same, and returns it. */
  List<String> converge(GroupId group, String lastCommand) {
    List<RecordingMachine> machines =
        running().stream().map(id -> machine(id, group)).filter(Objects::nonNull).toList();
    await(
        "all replicas to apply the same, up to " + lastCommand,
        () ->
            machines.stream().allMatch(machine -> machine.commands().contains(lastCommand))
                && machines.stream().map(RecordingMachine::lines).distinct().count() == 1);
    return machines.getFirst().lines();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Polls a condition, up to a bound far beyond what a slow machine needs. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited " + PATIENCE + " in vain for " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  /** Stops all nodes at once: each waits for its connections. */
  void stopAll() {
    running().parallelStream()
        .forEach(
            id -> {
              try {
                stop(id);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @Override
  public void close() {
    stopAll();
  }
}
