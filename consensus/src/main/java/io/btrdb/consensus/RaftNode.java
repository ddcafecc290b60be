package io.btrdb.consensus;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process' Raft server: one endpoint, any number of groups, each with its own log and state
 * machine.
 *
 * <p>Groups live and fail apart from each other: a group whose log cannot be read is listed with
 * {@link Health.Failed}, and the rest of the node works.
 */
public final class RaftNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);
  private static final long LOOK_MILLIS = 50;

  private static boolean metricsKeptOut;

  /** How soon a new member's process is watched. */
  private static final long WATCH_MILLIS = 500;

  private final RaftOptions options;
  private final PeerId self;
  private final String bindAddress;
  private final Path directory;
  private final Function<GroupId, ReplicatedStateMachine> machines;
  private final ExecutorService threads;
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final PeersHeard heard = new PeersHeard(this::server, blocking);
  private final RaftServer server;
  private final FailureDetector detector;
  private long lookedNanos = System.nanoTime();

  /** Addresses of processes that this one has spoken to already. */
  private final Set<String> acquainted = ConcurrentHashMap.newKeySet();

  private final Map<GroupId, ReplicatedLog> logs = new ConcurrentHashMap<>();

  private RaftNode(
      RaftOptions options,
      PeerId self,
      String bindAddress,
      Path directory,
      Function<GroupId, ReplicatedStateMachine> machines)
      throws IOException {
    this.options = options;
    this.self = self;
    this.bindAddress = bindAddress;
    this.directory = directory;
    this.machines = machines;
    threads = Executors.newFixedThreadPool(options.callbackThreads(), named("consensus-" + self));
    timer = new ScheduledThreadPoolExecutor(1, named("consensus-timer-" + self));
    timer.setRemoveOnCancelPolicy(true);
    try {
      server = startServer();
      detector = new FailureDetector(self, this::gone);
    } catch (IOException | RuntimeException e) {
      stopThreads();
      throw e;
    }
    timer.scheduleWithFixedDelay(
        this::lookForLeaders, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    timer.scheduleWithFixedDelay(
        this::watchProcesses, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Starts the server and recovers the groups found in {@code directory}. A group that cannot be
   * recovered does not keep the others from starting: see {@link ReplicatedLog#health()}.
   *
   * @param self must be the same as when the folder was written
   * @param bindAddress {@code host:port} to listen on
   * @param directory made when missing; not to be shared with another process
   * @param machines makes the state machine of a group; called once per (re)start of the group
   * @throws IOException if the address cannot be bound or the folder cannot be read
   */
  public static RaftNode start(
      RaftOptions options,
      PeerId self,
      String bindAddress,
      Path directory,
      Function<GroupId, ReplicatedStateMachine> machines)
      throws IOException {
    Files.createDirectories(directory);
    RaftNode node = new RaftNode(options, self, bindAddress, directory, machines);
    try {
      for (GroupId id : node.groupsOnDisk()) {
        node.recover(id);
      }
    } catch (IOException | RuntimeException e) {
      node.close();
      throw e;
    }
    return node;
  }

  /** The process that listened on an address has ended. */
  private void gone(String address) {
    acquainted.remove(address);
    for (ReplicatedLog log : logs.values()) {
      try {
        gone(address, log);
      } catch (RuntimeException e) {
        // One that is being closed, for example. The others have a leader to replace.
        LOG.info("group {} takes no note of the end of {}: {}", log.id(), address, e.toString());
      }
    }
  }

  private void gone(String address, ReplicatedLog log) {
    log.election().gone(address);
    if (log.health() instanceof Health.Healthy) {
      log.members().voters().stream()
          .filter(voter -> voter.address().equals(address))
          .forEach(voter -> heard.gone(RatisTypes.peerId(voter.id())));
    }
  }

  private void lookForLeaders() {
    long now = System.nanoTime();
    boolean inTime = now - lookedNanos < TimeUnit.MILLISECONDS.toNanos(3 * LOOK_MILLIS);
    lookedNanos = now;
    for (ReplicatedLog log : logs.values()) {
      if (log.health() instanceof Health.Healthy) {
        try {
          log.election().look(inTime);
          log.lookForReadiness();
        } catch (RuntimeException e) {
          LOG.warn("cannot watch the leader of group {}", log.id(), e);
        }
      }
    }
  }

  private void watchProcesses() {
    Set<String> others = new HashSet<>();
    for (ReplicatedLog log : logs.values()) {
      try {
        log.lookForMembership();
        if (log.health() instanceof Health.Healthy) {
          log.members().voters().stream()
              .filter(voter -> !voter.id().equals(self))
              .forEach(
                  voter -> {
                    others.add(voter.address());
                    getAcquainted(log, voter);
                  });
        }
      } catch (RuntimeException e) {
        LOG.warn("cannot tell the members of group {}", log.id(), e);
      }
    }
    detector.watch(others);
  }

  /**
   * Followers have nothing to say to each other before their leader is gone. Connections are made
   * and classes loaded before that, when nobody waits.
   */
  private void getAcquainted(ReplicatedLog log, Peer voter) {
    if (!acquainted.contains(voter.address())
        && log.election().getAcquainted(RatisTypes.peerId(voter.id()))) {
      acquainted.add(voter.address());
    }
  }

  /**
   * Ratis would publish some hundred figures a group through JMX, where nobody looks: ours are in
   * Prometheus' format. It does so only while nobody else has registered.
   */
  private static synchronized void keepMetricsOutOfJmx() {
    if (!metricsKeptOut) {
      MetricRegistries.global().addReporterRegistration(registry -> {}, registry -> {});
      metricsKeptOut = true;
    }
  }

  private RaftServer startServer() throws IOException {
    keepMetricsOutOfJmx();
    int colon = bindAddress.lastIndexOf(':');
    RaftProperties properties =
        RatisSettings.of(
            options,
            bindAddress.substring(0, colon),
            Integer.parseInt(bindAddress.substring(colon + 1)));
    // Ratis opens every group in its folder while it is built, and one broken log would then keep
    // the whole
    // server from starting. So it is built on an empty folder, and given the groups one by one.
    Path empty = directory.resolve("empty");
    Files.createDirectories(empty);
    RatisSettings.storage(properties, empty);
    RaftServer built =
        RaftServer.newBuilder()
            .setServerId(RatisTypes.peerId(self))
            .setProperties(properties)
            .setParameters(parameters())
            .setStateMachineRegistry(this::adapter)
            .build();
    RatisSettings.storage(properties, directory);
    try {
      built.start();
    } catch (IOException | RuntimeException e) {
      built.close();
      throw e;
    }
    return built;
  }

  private Parameters parameters() {
    Parameters parameters = new Parameters();
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters,
        (builder, types) ->
            builder
                .intercept(new AddresseeCheck(self, heard::heard))
                .intercept(new VouchedCommits()));
    options.tls().ifPresent(tls -> GrpcConfigKeys.TLS.setConf(parameters, RatisSettings.tls(tls)));
    return parameters;
  }

  private RaftServer server() {
    return server;
  }

  private StateMachineAdapter adapter(RaftGroupId id) {
    return logs.get(RatisTypes.groupId(id)).adapter();
  }

  private List<GroupId> groupsOnDisk() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .filter(RaftNode::isUuid)
          .map(name -> new GroupId(UUID.fromString(name)))
          .toList();
    }
  }

  private static boolean isUuid(String name) {
    try {
      return UUID.fromString(name).toString().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Ratis takes these members only if its own files know no configuration. */
  private ReplicatedLog recover(GroupId id) {
    ReplicatedLog log = register(id);
    try {
      TornTail.repair(directory.resolve(id.toString()))
          .ifPresent(cut -> LOG.warn("{}: forgot an entry torn by a crash: {}", id, cut));
      List<Peer> voters = VotersFile.read(directory, id);
      add(voters.isEmpty() ? newcomer(id) : members(id, voters), false);
      log.started();
    } catch (IOException | RuntimeException e) {
      log.fail(e);
    }
    return log;
  }

  /**
   * Creates this node's replica of a new group; called once on each voter.
   *
   * @param voters all of them, this node included
   * @throws IllegalStateException if this node already has the group, or a folder for it
   */
  public ReplicatedLog create(GroupId id, List<Peer> voters) throws IOException {
    if (voters.stream().anyMatch(Peer::listener)
        || voters.stream().noneMatch(voter -> voter.id().equals(self))) {
      throw new IllegalArgumentException(self + " must be one of the voters " + voters);
    }
    refuseExisting(id);
    VotersFile.write(directory, id, voters);
    return open(id, members(id, voters), true);
  }

  /**
   * Makes an empty replica that waits until the group's leader adds it.
   *
   * @throws IllegalStateException if this node already has the group, or a folder for it
   */
  public ReplicatedLog join(GroupId id) throws IOException {
    refuseExisting(id);
    VotersFile.delete(directory, id);
    return open(id, newcomer(id), false);
  }

  private static RaftGroup members(GroupId id, List<Peer> members) {
    return RaftGroup.valueOf(RatisTypes.groupId(id), RatisTypes.peers(members));
  }

  /**
   * A group of which this node knows nothing but itself. Ratis would start a peer without any
   * configuration as a follower, which stands for election when its leader falls silent, though it
   * has no vote.
   */
  private RaftGroup newcomer(GroupId id) {
    return members(id, List.of(Peer.listener(self, bindAddress)));
  }

  private void refuseExisting(GroupId id) {
    Path folder = directory.resolve(id.toString());
    if (logs.containsKey(id) || Files.exists(folder)) {
      throw new IllegalStateException("group " + id + " already exists in " + folder);
    }
  }

  private ReplicatedLog open(GroupId id, RaftGroup members, boolean format) throws IOException {
    ReplicatedLog log = register(id);
    try {
      add(members, format);
      log.started();
    } catch (IOException | RuntimeException e) {
      logs.remove(id, log);
      log.fail(e);
      throw e;
    }
    return log;
  }

  private ReplicatedLog register(GroupId id) {
    ReplicatedLog log =
        new ReplicatedLog(id, self, server, options, machines.apply(id), threads, blocking, timer);
    if (logs.putIfAbsent(id, log) != null) {
      throw new IllegalStateException("group " + id + " already exists");
    }
    return log;
  }

  private void add(RaftGroup members, boolean format) throws IOException {
    manage(
        GroupManagementRequest.newAdd(
            ClientId.emptyClientId(), RatisTypes.peerId(self), 0, members, format));
  }

  private void manage(GroupManagementRequest request) throws IOException {
    try {
      var reply = server.groupManagementAsync(request).get();
      if (!reply.isSuccess()) {
        throw reply.getException();
      }
    } catch (ExecutionException e) {
      Throwable cause = RatisGroup.unwrap(e.getCause());
      throw new IOException(cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for Raft");
    }
  }

  public Optional<ReplicatedLog> group(GroupId id) {
    return Optional.ofNullable(logs.get(id));
  }

  public Collection<ReplicatedLog> groups() {
    return List.copyOf(logs.values());
  }

  /**
   * Stops this node's replica of a group; the group's other members are not told.
   *
   * @param deleteFolder true: its log is deleted, and this peer id must not join that group again
   *     as if it remembered its votes
   */
  public void remove(GroupId id, boolean deleteFolder) throws IOException {
    ReplicatedLog log = logs.get(id);
    if (log == null) {
      throw new IllegalArgumentException("no group " + id + " here");
    }
    stop(log, deleteFolder);
    if (deleteFolder) {
      VotersFile.delete(directory, id);
    }
  }

  /**
   * Stops a replica and recovers it from its folder: the way back from a failure whose cause is
   * gone, such as a full disk. The state machine is made anew.
   *
   * @return the log that takes the old one's place; see its {@link ReplicatedLog#health()}
   */
  public ReplicatedLog reopen(GroupId id) throws IOException {
    ReplicatedLog log = logs.get(id);
    if (log == null) {
      throw new IllegalArgumentException("no group " + id + " here");
    }
    stop(log, false);
    return recover(id);
  }

  /**
   * Deletes the folder of a group before the server starts on {@code directory}: the end of a
   * {@link #remove} that a crash has cut short.
   */
  public static void delete(Path directory, GroupId id) throws IOException {
    Folders.delete(directory.resolve(id.toString()));
    VotersFile.delete(directory, id);
  }

  private void stop(ReplicatedLog log, boolean deleteFolder) throws IOException {
    log.closing();
    RaftGroupId id = RatisTypes.groupId(log.id());
    boolean known = false;
    for (RaftGroupId candidate : server.getGroupIds()) {
      known |= candidate.equals(id);
    }
    if (known) {
      manage(
          GroupManagementRequest.newRemove(
              ClientId.emptyClientId(), RatisTypes.peerId(self), 0, id, deleteFolder, false));
    } else if (deleteFolder) {
      // Ratis forgets a group that it could not open.
      Folders.delete(directory.resolve(log.id().toString()));
    }
    logs.remove(log.id(), log);
  }

  public PeerId self() {
    return self;
  }

  /** Stops all replicas; the groups stay on disk. Waits for Raft's threads. */
  @Override
  public void close() throws IOException {
    logs.values().forEach(ReplicatedLog::closing);
    detector.close();
    try {
      server.close();
    } finally {
      logs.clear();
      stopThreads();
    }
  }

  private void stopThreads() {
    timer.shutdownNow();
    blocking.shutdown();
    // What is queued completes callers' futures.
    threads.shutdown();
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
