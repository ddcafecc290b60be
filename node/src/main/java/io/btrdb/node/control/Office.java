package io.btrdb.node.control;

import io.btrdb.api.cluster.AdminReply;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.placement.coordination.Coordination.Versioned;
import io.btrdb.placement.coordination.PlacementMap;
import io.btrdb.placement.plan.AddReplica;
import io.btrdb.placement.plan.Limits;
import io.btrdb.placement.plan.Limits.Balance;
import io.btrdb.placement.plan.MoveReplica;
import io.btrdb.placement.plan.Plan;
import io.btrdb.placement.plan.Planner;
import io.btrdb.placement.plan.RemoveReplica;
import io.btrdb.placement.plan.ReplicaStep;
import io.btrdb.placement.plan.TransferLeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One controller's time in office, from the map it finds to the first write that is refused. Each
 * round compares what is with what should be; what is to be done is written to the map before it is
 * begun. Used by one thread.
 */
final class Office {
  private static final Logger LOG = LoggerFactory.getLogger(Office.class);
  private static final long STORE_TIMEOUT_MILLIS = 5_000;

  /** The map is no longer ours to write. */
  static final class Lost extends Exception {
    private static final long serialVersionUID = 1L;

    Lost(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final List<FoundingRecord.Group> groups;
  private final int replication;
  private final Limits limits;
  private final MapStore store;
  private final Peers peers;
  private final LongSupplier wallMillis;
  private final Leaders leaders;
  private final Leftovers leftovers;
  private final Map<String, RunningChange> running = new HashMap<>();

  private PlacementMap map;
  private OptionalInt version;
  private boolean balanceOnce;
  private volatile List<String> notes = List.of();

  /**
   * Takes over: reads the map, or goes by what this node remembers where there is none.
   *
   * @param replication wanted voters of each group
   * @param wallMillis milliseconds since 1970
   * @throws Lost when the map cannot be read
   */
  Office(
      List<FoundingRecord.Group> groups,
      int replication,
      Limits limits,
      MapStore store,
      Peers peers,
      LongSupplier wallMillis)
      throws Lost, InterruptedException {
    this.groups = groups;
    this.replication = replication;
    this.limits = limits;
    this.store = store;
    this.peers = peers;
    this.wallMillis = wallMillis;
    this.leaders = new Leaders(store, peers, wallMillis);
    this.leftovers = new Leftovers(peers, wallMillis);
    Optional<Versioned> found = await(store.read(), "reading the map");
    map = found.map(Versioned::map).orElseGet(() -> store.remembered().orElse(PlacementMap.EMPTY));
    version = found.map(Versioned::version).map(OptionalInt::of).orElse(OptionalInt.empty());
    LOG.info(
        "this node is the controller now, with the map {}",
        found.isPresent() ? "of revision " + map.revision() : "that it remembers");
  }

  /** What waits, and for what. */
  List<String> notes() {
    return notes;
  }

  // --------------------------------------------------------------------------------------- rounds

  /** Looks, plans, writes down and begins. */
  void round() throws Lost, InterruptedException {
    Picture picture = picture();
    leaders.look(picture);
    List<PlacementMap.Move> moves = new ArrayList<>(map.moves());
    moves.removeIf(move -> isOver(move.step(), picture));
    PlacementMap now = map.next(map.draining(), map.groups(), moves);
    Plan plan = Planner.plan(picture.state(now, replication), limits());
    for (ReplicaStep step : plan.abandoned()) {
      LOG.info("{}: given up: {}", picture.name(step.group()), describe(step, picture));
      moves.removeIf(move -> move.step().equals(step));
    }
    List<TransferLeader> transfers = new ArrayList<>();
    for (var step : plan.steps()) {
      switch (step) {
        case ReplicaStep change -> moves.add(begin(change, picture));
        case TransferLeader transfer -> transfers.add(transfer);
      }
    }
    balanceOnce = balanceOnce && !(plan.isQuiet() && moves.isEmpty());
    notes = picture.named(plan.notes());
    write(now.next(map.draining(), mirror(picture, moves), moves));
    carryOn(picture);
    transfers.forEach(transfer -> leaders.transfer(transfer, picture));
    leftovers.sweep(picture, map);
    leaders.hint(picture);
  }

  private Picture picture() {
    return Picture.of(groups, peers.nodes());
  }

  private Limits limits() {
    if (balanceOnce) {
      return limits.balancing(Balance.LOADS);
    }
    return limits.balance() == Balance.LOADS && !leaders.areSettled()
        ? limits.balancing(Balance.COUNTS)
        : limits;
  }

  private boolean isOver(ReplicaStep step, Picture picture) {
    boolean done =
        picture.group(step.group()).filter(g -> RunningChange.isDone(step, g)).isPresent();
    if (done) {
      LOG.info("{}: done: {}", picture.name(step.group()), describe(step, picture));
    }
    return done;
  }

  private PlacementMap.Move begin(ReplicaStep step, Picture picture) {
    LOG.info("{}: {}", picture.name(step.group()), describe(step, picture));
    return new PlacementMap.Move(step, wallMillis.getAsLong());
  }

  /** The groups as they are; each epoch is raised when a change begins, and never lowered. */
  private List<PlacementMap.Group> mirror(Picture picture, List<PlacementMap.Move> moves) {
    Set<String> before = new HashSet<>();
    map.moves().forEach(move -> before.add(move.step().group()));
    Set<String> after = new HashSet<>();
    moves.forEach(move -> after.add(move.step().group()));
    List<PlacementMap.Group> mirror = new ArrayList<>();
    for (Picture.Group group : picture.groups()) {
      Optional<PlacementMap.Group> known = map.group(group.id());
      long epoch = Math.max(known.map(PlacementMap.Group::epoch).orElse(0L), group.epoch());
      boolean begins = after.contains(group.id()) && !before.contains(group.id());
      boolean overtaken =
          after.contains(group.id())
              && group.epoch() > known.map(PlacementMap.Group::epoch).orElse(0L);
      mirror.add(
          new PlacementMap.Group(
              group.id(),
              group.founding().range().map(range -> range.firstSlot()).orElse(0),
              group.founding().range().map(range -> range.slotCount()).orElse(0),
              begins || overtaken ? epoch + 1 : epoch,
              group.leader().isPresent()
                  ? group.voters()
                  : known.map(PlacementMap.Group::voters).orElse(group.voters())));
    }
    return mirror;
  }

  private void write(PlacementMap next) throws Lost, InterruptedException {
    if (version.isPresent() && next.sameAs(map)) {
      return;
    }
    PlacementMap written =
        new PlacementMap(map.revision() + 1, next.draining(), next.groups(), next.moves());
    version = OptionalInt.of(await(store.write(written, version), "writing the map"));
    map = written;
  }

  private void carryOn(Picture picture) {
    Set<String> moving = new HashSet<>();
    for (PlacementMap.Move move : map.moves()) {
      String id = move.step().group();
      moving.add(id);
      RunningChange change = running.get(id);
      if (change == null || !change.step().equals(move.step())) {
        change = new RunningChange(move.step(), peers);
        running.put(id, change);
      }
      RunningChange current = change;
      long epoch = map.group(id).map(PlacementMap.Group::epoch).orElse(0L);
      picture
          .group(id)
          .filter(group -> !RunningChange.isDone(move.step(), group))
          .ifPresent(group -> current.advance(group, epoch));
    }
    running.keySet().retainAll(moving);
  }

  private static <T> T await(Future<T> future, String what) throws Lost, InterruptedException {
    try {
      return future.get(STORE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new Lost(what + ": " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new Lost(what + ": no answer", e);
    }
  }

  // ------------------------------------------------------------------------------------- commands

  /** Does what an operator asks, or says why not. */
  AdminReply serve(Command command) throws Lost, InterruptedException {
    Picture picture = picture();
    return switch (command) {
      case Command.Drain drain -> drain(drain, picture);
      case Command.RemoveNode remove -> remove(remove.node(), picture);
      case Command.Change change -> change(change.step(), picture);
      case Command.Balance balance -> balance(balance.dryRun(), picture);
    };
  }

  private AdminReply drain(Command.Drain drain, Picture picture) throws Lost, InterruptedException {
    if (picture.node(drain.node()).isEmpty()) {
      return Replies.wrong("there is no node " + drain.node());
    }
    Set<String> draining = new HashSet<>(map.draining());
    boolean changed = drain.cancel() ? draining.remove(drain.node()) : draining.add(drain.node());
    write(map.next(draining, map.groups(), map.moves()));
    if (drain.cancel()) {
      return Replies.ok(drain.node() + (changed ? " is drained no more" : " was not draining"));
    }
    return Replies.ok(
        "%s is being drained; it holds %d replicas"
            .formatted(drain.node(), held(drain.node(), picture)));
  }

  private static long held(String node, Picture picture) {
    return picture.groups().stream().filter(group -> group.isOn(node)).count();
  }

  private AdminReply remove(String node, Picture picture) throws Lost, InterruptedException {
    if (picture.node(node).isEmpty()) {
      return Replies.wrong("there is no node " + node);
    }
    long held = held(node, picture);
    if (held > 0) {
      return Replies.wrong(node + " holds " + held + " replicas: drain it first");
    }
    Optional<PlacementMap.Move> coming =
        map.moves().stream()
            .filter(move -> move.step().target().equals(Optional.of(node)))
            .findFirst();
    if (coming.isPresent()) {
      return Replies.wrong(
          picture.name(coming.get().step().group()) + " is on its way to it: drain it first");
    }
    peers.remove(node);
    Set<String> draining = new HashSet<>(map.draining());
    draining.remove(node);
    write(map.next(draining, map.groups(), map.moves()));
    return Replies.ok(node + " is no node of this cluster any more: stop it");
  }

  private AdminReply change(ReplicaStep step, Picture picture) throws Lost, InterruptedException {
    Optional<String> objection = Planner.objection(picture.state(map, replication), limits, step);
    if (objection.isPresent()) {
      return Replies.wrong(objection.get());
    }
    List<PlacementMap.Move> moves = new ArrayList<>(map.moves());
    moves.add(begin(step, picture));
    write(map.next(map.draining(), mirror(picture, moves), moves));
    return Replies.ok(picture.name(step.group()) + ": " + describe(step, picture));
  }

  private AdminReply balance(boolean dryRun, Picture picture) {
    Plan plan = Planner.plan(picture.state(map, replication), limits.unthrottled());
    if (plan.steps().isEmpty()) {
      return Replies.ok(
          map.moves().isEmpty() ? "nothing to move" : "nothing to move beyond what is under way");
    }
    balanceOnce = balanceOnce || !dryRun;
    StringBuilder text = new StringBuilder(dryRun ? "would be done:" : "begins:");
    for (var step : plan.steps()) {
      text.append('\n').append(picture.name(step.group())).append(": ");
      switch (step) {
        case ReplicaStep change -> text.append(describe(change, picture));
        case TransferLeader transfer ->
            text.append(
                "led by %s instead of %s, because %s"
                    .formatted(transfer.to(), transfer.from(), transfer.why().sentence()));
      }
    }
    return Replies.ok(text.toString());
  }

  // ---------------------------------------------------------------------------------------- words

  private static String describe(ReplicaStep step, Picture picture) {
    String what =
        switch (step) {
          case MoveReplica move -> "a replica moves from " + move.from() + " to " + move.to();
          case AddReplica add -> "a replica is added on " + add.to();
          case RemoveReplica remove -> "a replica is removed from " + remove.from();
        };
    return what + ", because " + step.why().sentence();
  }
}
