package io.btrdb.node.control;

import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.BalanceRequest;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.DrainRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.MoveRequest;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.RemoveNodeRequest;
import io.btrdb.api.cluster.TransferLeaderRequest;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.placement.coordination.Connection;
import io.btrdb.placement.coordination.CoordinationSettings;
import io.btrdb.placement.coordination.PlacementMap;
import io.btrdb.placement.coordination.Registration;
import io.btrdb.placement.embedded.EmbeddedZooKeeper;
import io.btrdb.placement.plan.Limits;
import io.btrdb.placement.plan.MoveReplica;
import io.btrdb.placement.plan.Planner;
import io.btrdb.placement.plan.Why;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A node's part in placement: what it tells operators, and what it does for them. Thread-safe; no
 * method waits for ZooKeeper or for another node.
 */
public final class Control implements AutoCloseable {
  private static final long STALLED_AFTER_MILLIS = 60_000;
  private static final int TRANSFERS_AT_ONCE = 2;
  private static final long FORWARD_TIMEOUT_MILLIS = 15_000;
  private static final int ENSEMBLE = 3;

  private final String self;
  private final PeerChannels channels;
  private final Peers peers;
  private final PlacementSession session;
  private final Controller controller;
  private final StatusBoard board;

  private Control(
      NodeConfig config,
      FoundingRecord founding,
      NodeDirectory directory,
      PeerChannels channels,
      Supplier<HelloResponse> own) {
    this.self = config.node();
    this.channels = channels;
    this.peers = new RemotePeers(directory, channels, own);
    this.session =
        new PlacementSession(
            embedded(config),
            coordination(config, founding),
            registration(directory.own()),
            config.dataDirectory());
    Limits limits = limits(config.placement());
    List<FoundingRecord.Group> groups = founding.groups();
    int replication = founding.form().getReplication();
    this.controller =
        new Controller(
            session,
            () ->
                new Office(groups, replication, limits, session, peers, System::currentTimeMillis));
    this.board =
        new StatusBoard(
            founding,
            self,
            peers,
            session,
            controller::notes,
            new LastNotes(
                (picture, map) ->
                    picture.named(Planner.plan(picture.state(map, replication), limits).notes()),
                System::nanoTime));
  }

  /**
   * Begins to take part, on threads of its own.
   *
   * @param own what this node says of itself
   */
  public static Control open(
      NodeConfig config,
      FoundingRecord founding,
      NodeDirectory directory,
      PeerChannels channels,
      Supplier<HelloResponse> own) {
    Control control = new Control(config, founding, directory, channels, own);
    control.session.start();
    control.controller.start();
    return control;
  }

  // ------------------------------------------------------------------------------------- settings

  private static Limits limits(NodeConfig.Placement placement) {
    return new Limits(
        TimeUnit.SECONDS.toMillis(placement.replaceAfterSeconds()),
        STALLED_AFTER_MILLIS,
        placement.movesAtOnce(),
        TRANSFERS_AT_ONCE,
        placement.balance() ? Limits.Balance.LOADS : Limits.Balance.NONE);
  }

  private static List<EmbeddedZooKeeper.Server> ensemble(NodeConfig config) {
    return EmbeddedZooKeeper.ensemble(
        config.members().stream()
            .limit(ENSEMBLE)
            .map(
                member ->
                    new EmbeddedZooKeeper.Server(
                        member.host(), member.advertise(), member.zooKeeperPort()))
            .toList());
  }

  private static Optional<PlacementSession.Embedded> embedded(NodeConfig config) {
    if (!config.placement().embedded()) {
      return Optional.empty();
    }
    List<EmbeddedZooKeeper.Server> ensemble = ensemble(config);
    for (int i = 0; i < ensemble.size(); i++) {
      if (config.members().get(i).node().equals(config.node())) {
        return Optional.of(
            new PlacementSession.Embedded(
                ensemble, i, config.dataDirectory().resolve("zookeeper")));
      }
    }
    return Optional.empty();
  }

  private static CoordinationSettings coordination(NodeConfig config, FoundingRecord founding) {
    NodeConfig.Placement placement = config.placement();
    return new CoordinationSettings(
        placement.embedded()
            ? EmbeddedZooKeeper.connectString(ensemble(config))
            : placement.zooKeeper(),
        config.cluster(),
        founding.cluster().toString(),
        placement.sessionTimeoutMillis(),
        placement
            .sasl()
            .map(sasl -> new CoordinationSettings.Sasl(sasl.user(), sasl.passwordFile())),
        placement
            .tls()
            .map(
                tls ->
                    new CoordinationSettings.Tls(
                        tls.trustStore(),
                        tls.trustStorePasswordFile(),
                        tls.keyStore(),
                        tls.keyStorePasswordFile())));
  }

  private static Registration registration(NodeCard card) {
    return new Registration(
        card.getNodeId(),
        card.getIncarnation(),
        card.getGrpc(),
        card.getHttp(),
        card.getRaft(),
        card.getZone(),
        card.getCapacity(),
        card.getVersion());
  }

  // ------------------------------------------------------------------------------------- operators

  /**
   * How placement stands, for a scrape: in a few reads.
   *
   * @param moves changes under way
   * @param oldestMoveMillis since the oldest of them began, by the clocks of this node and of the
   *     controller that began it, which differ a little; 0 where there is none
   */
  public record Standing(
      boolean zooKeeperConnected, boolean controllerKnown, int moves, long oldestMoveMillis) {}

  public Standing standing() {
    List<PlacementMap.Move> moves = session.remembered().map(PlacementMap::moves).orElse(List.of());
    long now = System.currentTimeMillis();
    return new Standing(
        session.connection() == Connection.CONNECTED,
        session.controller().isPresent(),
        moves.size(),
        moves.stream()
            .mapToLong(PlacementMap.Move::startedMillis)
            .filter(started -> started > 0)
            .map(started -> Math.max(0, now - started))
            .max()
            .orElse(0));
  }

  /** The whole cluster, as far as this node knows. */
  public ClusterStatus status() {
    return board.status();
  }

  /** See {@code Admin.Drain} in cluster.proto; so the other commands. */
  public CompletableFuture<AdminReply> drain(DrainRequest request) {
    return atController(
        new Command.Drain(request.getNodeId(), request.getCancel()),
        AdminGrpc.getDrainMethod(),
        request.getForwarded()
            ? Optional.empty()
            : Optional.of(request.toBuilder().setForwarded(true).build()));
  }

  public CompletableFuture<AdminReply> removeNode(RemoveNodeRequest request) {
    return atController(
        new Command.RemoveNode(request.getNodeId()),
        AdminGrpc.getRemoveNodeMethod(),
        request.getForwarded()
            ? Optional.empty()
            : Optional.of(request.toBuilder().setForwarded(true).build()));
  }

  public CompletableFuture<AdminReply> move(MoveRequest request) {
    Optional<Picture.Group> group = named(request.getGroup());
    if (group.isEmpty()) {
      return done(unknown(request.getGroup()));
    }
    if (request.getFromNode().equals(request.getToNode())) {
      return done(Replies.wrong("a replica moves from one node to another"));
    }
    return atController(
        new Command.Change(
            new MoveReplica(
                group.get().id(), request.getFromNode(), request.getToNode(), Why.REQUESTED)),
        AdminGrpc.getMoveMethod(),
        request.getForwarded()
            ? Optional.empty()
            : Optional.of(request.toBuilder().setForwarded(true).build()));
  }

  public CompletableFuture<AdminReply> balance(BalanceRequest request) {
    return atController(
        new Command.Balance(request.getDryRun()),
        AdminGrpc.getBalanceMethod(),
        request.getForwarded()
            ? Optional.empty()
            : Optional.of(request.toBuilder().setForwarded(true).build()));
  }

  /** Asks the group's leader, whether there is a controller or not. */
  public CompletableFuture<AdminReply> transferLeader(TransferLeaderRequest request) {
    Optional<Picture.Group> group = named(request.getGroup());
    if (group.isEmpty()) {
      return done(unknown(request.getGroup()));
    }
    String name = group.get().founding().name();
    Optional<Picture.Member> leader = group.get().leader();
    Optional<Picture.Member> to = group.get().member(request.getToNode(), false);
    if (leader.isEmpty()) {
      return done(Replies.away("nobody leads " + name + " at the moment"));
    }
    if (to.isEmpty() || !to.get().isWell()) {
      return done(
          Replies.wrong(
              to.map(member -> member.node() + " cannot lead " + name + ": " + member.trouble())
                  .orElse(request.getToNode() + " has no vote in " + name)));
    }
    if (leader.equals(to)) {
      return done(Replies.ok(to.get().node() + " leads " + name + " already"));
    }
    return peers
        .transfer(leader.get().node(), group.get().id(), to.get().peer())
        .handle(
            (answer, failure) ->
                failure == null
                    ? Replies.ok(name + " is led by " + to.get().node())
                    : Replies.away(name + " was not handed over: " + failure.getMessage()));
  }

  /** Groups by the names that people use: a shard's number, or {@code catalog}. */
  private Optional<Picture.Group> named(String name) {
    return board.picture().groups().stream()
        .filter(
            group ->
                group
                    .founding()
                    .range()
                    .map(range -> Integer.toString(range.shard()))
                    .orElse("catalog")
                    .equals(name))
        .findFirst();
  }

  private static AdminReply unknown(String group) {
    return Replies.wrong("there is no group '" + group + "': a shard's number, or catalog");
  }

  private static CompletableFuture<AdminReply> done(AdminReply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  /** Here, if the controller is; otherwise there, unless it has been passed on already. */
  private <Q> CompletableFuture<AdminReply> atController(
      Command command, MethodDescriptor<Q, AdminReply> method, Optional<Q> forward) {
    if (session.isController()) {
      return controller.submit(command);
    }
    Optional<String> node = session.controller();
    if (node.isEmpty()) {
      return done(
          Replies.away(
              switch (session.connection()) {
                case CONNECTED -> "no node is the controller at the moment: ask again";
                case SUSPENDED, LOST ->
                    "placement waits for ZooKeeper, which "
                        + self
                        + " cannot reach; reads and writes do not need it";
                case REFUSED -> "ZooKeeper has another cluster of this name";
              }));
    }
    if (forward.isEmpty() || node.get().equals(self)) {
      return done(Replies.away("the controller is just changing: ask again"));
    }
    return channels
        .call(node.get(), method, forward.get(), FORWARD_TIMEOUT_MILLIS)
        .exceptionally(
            failure ->
                Replies.away(
                    "the controller, %s, does not answer: %s"
                        .formatted(node.get(), failure.getMessage())));
  }

  /** Leaves office and ZooKeeper; takes two seconds at most. */
  @Override
  public void close() {
    controller.close();
    session.close();
  }
}
