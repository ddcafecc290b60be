package io.btrdb.placement.coordination;

import io.btrdb.placement.coordination.CoordinationSettings.Sasl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in ZooKeeper. Layout, under {@code /btrdb/<cluster name>}:
 *
 * <pre>
 * cluster             the cluster's id, as text; a node of another cluster keeps away
 * nodes/&lt;node&gt;        ephemeral: {@link Registration}
 * controller/...      a Curator latch: the lowest number is the controller; data: its node's id
 * placement           {@link PlacementMap}
 * leaders             {@link LeaderHint}s
 * </pre>
 *
 * Every question is answered from a copy that watches keep up to date; every write is asynchronous.
 * No method waits and none throws because ZooKeeper is away; opening neither. Thread-safe.
 */
public final class Coordination implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordination.class);
  private static final long TENDING_MILLIS = 1_000;

  /** Rounds of tending without a connection between two looks for the reason. */
  private static final int LOOK_ROUNDS = 10;

  /** A map and the version to write the next one from. */
  public record Versioned(PlacementMap map, int version) {}

  private final CoordinationSettings settings;
  private final String root;
  private final CuratorFramework client;
  private final CuratorCache cache;
  private final PersistentNode registration;
  private final Election election;
  private final Reachability reachability;
  private final ScheduledExecutorService tending =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("btrdb-coordination").factory());

  private volatile Connection connection = Connection.LOST;
  private boolean started;
  private String lastComplaint = "";
  private int roundsAway;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile boolean refusedUser;
  private volatile Optional<String> trouble = Optional.empty();

  private Coordination(CoordinationSettings settings, Registration self) {
    this.settings = settings;
    this.root = "/btrdb/" + settings.clusterName();
    ZKClientConfig config = Clients.config(settings);
    this.client = Clients.of(settings, config);
    this.reachability = new Reachability(settings, config);
    this.cache = CuratorCache.build(client, root);
    this.registration =
        new PersistentNode(
            client, CreateMode.EPHEMERAL, false, path("nodes/" + self.node()), self.encode());
    this.election = new Election(client, path("controller"), self.node());
  }

  /** Begins to look for ZooKeeper, for as long as it takes. */
  public static Coordination open(CoordinationSettings settings, Registration self) {
    Coordination coordination = new Coordination(settings, self);
    coordination.start();
    return coordination;
  }

  private void start() {
    client.getConnectionStateListenable().addListener((any, state) -> connectionIs(state), tending);
    client
        .getCuratorListenable()
        .addListener(
            (any, event) -> {
              WatchedEvent watched = event.getWatchedEvent();
              if (watched != null && watched.getState() == KeeperState.AuthFailed) {
                refusedUser = true;
              }
            });
    client.start();
    tending.scheduleWithFixedDelay(
        this::tend, TENDING_MILLIS, TENDING_MILLIS, TimeUnit.MILLISECONDS);
  }

  private String path(String name) {
    return root + "/" + name;
  }

  // -------------------------------------------------------------------------------------- knowing

  public Connection connection() {
    return connection;
  }

  /**
   * Why ZooKeeper has not let this node in for some seconds, and what to do about it; empty while
   * there is a connection, and until the reason is found.
   */
  public Optional<String> trouble() {
    return trouble;
  }

  /** Whether this node is the controller, as far as it can know. */
  public boolean isController() {
    return connection == Connection.CONNECTED && election.won();
  }

  /** The controller's node; empty while there is none, or ZooKeeper is away. */
  public Optional<String> controller() {
    if (connection != Connection.CONNECTED) {
      return Optional.empty();
    }
    return children("controller").stream()
        .min(Comparator.comparing(Election::number))
        .map(latch -> new String(latch.getData(), StandardCharsets.UTF_8));
  }

  /** The nodes with a session, as last seen; after a loss they stay as they were. */
  public List<Registration> registered() {
    List<Registration> nodes = new ArrayList<>();
    for (ChildData child : children("nodes")) {
      try {
        nodes.add(Registration.decode(name(child), child.getData()));
      } catch (IllegalArgumentException e) {
        LOG.warn("node {} is registered in a way this release does not read", name(child), e);
      }
    }
    return nodes;
  }

  /** The newest map seen, even while ZooKeeper is away; empty when there was none. */
  public Optional<PlacementMap> placement() {
    return cache.get(path("placement")).map(child -> PlacementMap.decode(child.getData()));
  }

  /** The newest leader hints seen. */
  public List<LeaderHint> leaders() {
    return cache
        .get(path("leaders"))
        .map(child -> LeaderHint.decode(child.getData()))
        .orElse(List.of());
  }

  private List<ChildData> children(String folder) {
    String prefix = path(folder) + "/";
    return cache.stream().filter(child -> child.getPath().startsWith(prefix)).toList();
  }

  private static String name(ChildData child) {
    return child.getPath().substring(child.getPath().lastIndexOf('/') + 1);
  }

  // -------------------------------------------------------------------------------------- writing

  /** The map as ZooKeeper has it now; empty where there is none. */
  public CompletableFuture<Optional<Versioned>> read() {
    CompletableFuture<Optional<Versioned>> reply = new CompletableFuture<>();
    attempt(
        reply,
        () ->
            client
                .getData()
                .inBackground(
                    (any, event) -> {
                      if (event.getResultCode() == KeeperException.Code.NONODE.intValue()) {
                        reply.complete(Optional.empty());
                      } else {
                        finish(
                            reply,
                            event,
                            done ->
                                Optional.of(
                                    new Versioned(
                                        PlacementMap.decode(done.getData()),
                                        done.getStat().getVersion())));
                      }
                    })
                .forPath(path("placement")));
    return reply;
  }

  /**
   * Writes the map.
   *
   * @param from the version it was made from; empty: there was none
   * @return the new version; fails with {@link CoordinationException.Kind#STALE} when somebody else
   *     has written meanwhile
   */
  public CompletableFuture<Integer> write(PlacementMap map, OptionalInt from) {
    CompletableFuture<Integer> reply = new CompletableFuture<>();
    byte[] bytes = map.encode();
    attempt(
        reply,
        () -> {
          if (from.isPresent()) {
            client
                .setData()
                .withVersion(from.getAsInt())
                .inBackground((any, event) -> finish(reply, event, e -> e.getStat().getVersion()))
                .forPath(path("placement"), bytes);
          } else {
            client
                .create()
                .creatingParentsIfNeeded()
                .inBackground((any, event) -> finish(reply, event, e -> 0))
                .forPath(path("placement"), bytes);
          }
        });
    return reply;
  }

  /** Writes who leads what; the last one to write wins. */
  public CompletableFuture<Void> hint(List<LeaderHint> leaders) {
    CompletableFuture<Void> reply = new CompletableFuture<>();
    attempt(
        reply,
        () ->
            client
                .create()
                .orSetData()
                .creatingParentsIfNeeded()
                .inBackground((any, event) -> finish(reply, event, e -> null))
                .forPath(path("leaders"), LeaderHint.encode(leaders)));
    return reply;
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private void attempt(CompletableFuture<?> reply, Attempt attempt) {
    if (connection != Connection.CONNECTED) {
      reply.completeExceptionally(
          new CoordinationException(
              CoordinationException.Kind.AWAY, "ZooKeeper is away (" + connection + ")", null));
      return;
    }
    try {
      attempt.run();
    } catch (Exception e) { // Curator declares no more than this
      reply.completeExceptionally(
          new CoordinationException(CoordinationException.Kind.FAILED, e.toString(), e));
    }
  }

  private static <T> void finish(
      CompletableFuture<T> reply, CuratorEvent event, Function<CuratorEvent, T> result) {
    KeeperException.Code code = KeeperException.Code.get(event.getResultCode());
    if (code == KeeperException.Code.OK) {
      try {
        reply.complete(result.apply(event));
      } catch (IllegalArgumentException e) {
        reply.completeExceptionally(
            new CoordinationException(CoordinationException.Kind.FAILED, e.getMessage(), e));
      }
      return;
    }
    CoordinationException.Kind kind =
        switch (code) {
          case BADVERSION, NODEEXISTS, NONODE -> CoordinationException.Kind.STALE;
          case CONNECTIONLOSS, SESSIONEXPIRED, OPERATIONTIMEOUT -> CoordinationException.Kind.AWAY;
          default -> CoordinationException.Kind.FAILED;
        };
    reply.completeExceptionally(
        new CoordinationException(
            kind, code + " at " + event.getPath(), KeeperException.create(code)));
  }

  // -------------------------------------------------------------------- on the tending thread

  private void connectionIs(ConnectionState state) {
    Connection before = connection;
    switch (state) {
      case CONNECTED, RECONNECTED -> claim();
      case SUSPENDED, READ_ONLY -> connection = Connection.SUSPENDED;
      case LOST -> connection = Connection.LOST;
    }
    if (before != connection) {
      LOG.info("ZooKeeper at {} is {}", settings.connectString(), connection);
    }
  }

  /** Takes part, unless the folder is another cluster's. */
  private void claim() {
    try {
      if (!belongsHere()) {
        connection = Connection.REFUSED;
        return;
      }
      connection = Connection.CONNECTED;
      if (!started) {
        started = true;
        registration.start();
        election.start();
        cache.start();
      }
    } catch (KeeperException e) {
      trouble = Optional.of(explain(e));
      complain(trouble.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) { // Curator declares no more than this
      LOG.warn("cannot take part in placement through ZooKeeper", e);
    }
  }

  private String explain(KeeperException e) {
    return switch (e.code()) {
      case SESSIONCLOSEDREQUIRESASLAUTH, AUTHFAILED ->
          settings.sasl().isPresent()
              ? refusal()
              : "ZooKeeper asks for a user, and this node has none: placement.sasl";
      case NOAUTH ->
          "what is under %s in ZooKeeper belongs to another user than the one of placement.sasl"
              .formatted(root);
      default -> e.toString();
    };
  }

  /** Each complaint once: the attempt is repeated every second. */
  private synchronized void complain(String complaint) {
    if (!complaint.equals(lastComplaint)) {
      lastComplaint = complaint;
      LOG.warn("ZooKeeper does not let this node in: {}", complaint);
    }
  }

  private boolean belongsHere() throws Exception {
    byte[] id = settings.clusterId().getBytes(StandardCharsets.UTF_8);
    try {
      client.create().creatingParentsIfNeeded().forPath(path("cluster"), id);
      LOG.info("ZooKeeper knew nothing of cluster {} and is told", settings.clusterName());
      return true;
    } catch (KeeperException.NodeExistsException e) {
      String found = new String(client.getData().forPath(path("cluster")), StandardCharsets.UTF_8);
      if (!found.equals(settings.clusterId())) {
        LOG.error(
            "{} in ZooKeeper belongs to cluster {}, not to {}: placement stands still",
            root,
            found,
            settings.clusterId());
        return false;
      }
      return true;
    }
  }

  /** Looks after what a wiped ZooKeeper has lost; watches alone would not tell. */
  private void tend() {
    try {
      if (!client.getZookeeperClient().isConnected()) {
        if (++roundsAway % LOOK_ROUNDS == 0 && looking.compareAndSet(false, true)) {
          Thread.ofVirtual().name("btrdb-zookeeper-look").start(this::look);
        }
        return;
      }
      roundsAway = 0;
      if (connection == Connection.CONNECTED) {
        trouble = Optional.empty();
      }
      if (connection != Connection.REFUSED && (!started || isWiped())) {
        claim();
      }
      if (started) {
        election.tend();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) { // Curator declares no more than this; the next round tries again
      LOG.debug("ZooKeeper could not be tended", e);
    }
  }

  /** Looks for the reason; on a thread of its own, since every door may take its time. */
  private void look() {
    try {
      lookOnce();
    } finally {
      looking.set(false);
    }
  }

  private void lookOnce() {
    String found =
        refusedUser
            ? refusal()
            : reachability
                .trouble()
                .orElse(
                    settings.connectString()
                        + " can be reached and gives no session: it may want a user"
                        + " (placement.sasl), TLS (placement.tls), or have lost its majority");
    if (client.getZookeeperClient().isConnected()) {
      return;
    }
    trouble = Optional.of(found);
    complain(found);
    if (refusedUser) {
      tryAgain();
    }
  }

  /** A client that was refused asks no more by itself; perhaps ZooKeeper has been put right. */
  private void tryAgain() {
    refusedUser = false;
    try {
      client.getZookeeperClient().reset();
    } catch (Exception e) { // Curator declares no more than this; the next look tries again
      LOG.debug("no other attempt at ZooKeeper could be made", e);
    }
  }

  private String refusal() {
    Sasl login = settings.sasl().orElseThrow();
    return "ZooKeeper refuses the user %s: it must be in ZooKeeper's JAAS file, with the password in %s;"
            .formatted(login.user(), login.passwordFile())
        + " after a change of that file restart this node";
  }

  private boolean isWiped() throws Exception {
    return client.checkExists().forPath(path("cluster")) == null;
  }

  /** For tests: what a pause longer than the session leads to. */
  void expireSession() throws Exception {
    client.getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
  }

  /** For tests: what an operator's slip leads to. */
  void deleteEverything() throws Exception {
    client.delete().quietly().deletingChildrenIfNeeded().forPath(root);
  }

  /** Ends the session. */
  @Override
  public void close() {
    tending.shutdownNow();
    cache.close();
    // With the session go the registration and the candidacy; to take them back one by one would
    // wait for a ZooKeeper that is away.
    client.close();
  }
}
