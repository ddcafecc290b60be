package io.btrdb.node.control;

import io.btrdb.node.cluster.DurableFile;
import io.btrdb.placement.coordination.Connection;
import io.btrdb.placement.coordination.Coordination;
import io.btrdb.placement.coordination.Coordination.Versioned;
import io.btrdb.placement.coordination.CoordinationException;
import io.btrdb.placement.coordination.CoordinationSettings;
import io.btrdb.placement.coordination.LeaderHint;
import io.btrdb.placement.coordination.PlacementMap;
import io.btrdb.placement.coordination.Registration;
import io.btrdb.placement.embedded.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in ZooKeeper, and in the embedded one if there is one, on a thread that starts
 * and tends both: whoever asks gets what is known so far, at once. The newest map seen is kept in
 * the data folder, for a ZooKeeper that has lost it:
 *
 * <pre>
 * file "placement" := crc32c:int32be map      ; map: see PlacementMap
 * </pre>
 *
 * Thread-safe.
 */
final class PlacementSession implements MapStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlacementSession.class);
  private static final long KEEPING_MILLIS = 1_000;
  private static final long ENDING_MILLIS = 2_000;

  /**
   * Where to start an embedded ZooKeeper.
   *
   * @param self this node among the ensemble's members, from 0
   */
  record Embedded(List<EmbeddedZooKeeper.Server> ensemble, int self, Path folder) {}

  private final Optional<Embedded> embedded;
  private final CoordinationSettings settings;
  private final Registration registration;
  private final DurableFile file;
  private final Thread thread;
  private final CountDownLatch ending = new CountDownLatch(1);
  private volatile Optional<Coordination> coordination = Optional.empty();
  private volatile Optional<PlacementMap> remembered;
  private volatile Optional<String> failure = Optional.empty();

  PlacementSession(
      Optional<Embedded> embedded,
      CoordinationSettings settings,
      Registration registration,
      Path dataDirectory) {
    this.embedded = embedded;
    this.settings = settings;
    this.registration = registration;
    this.file = new DurableFile(dataDirectory.resolve("placement"));
    this.remembered = file.read().map(PlacementMap::decode);
    this.thread = Thread.ofPlatform().daemon().name("btrdb-placement").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    EmbeddedZooKeeper server = embedded.map(this::startServer).orElse(null);
    try (Coordination opened = Coordination.open(settings, registration)) {
      coordination = Optional.of(opened);
      while (!ending.await(KEEPING_MILLIS, TimeUnit.MILLISECONDS)) {
        keep(opened);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = Optional.of("this node takes no part in placement: " + e.getMessage());
      LOG.error("this node takes no part in placement", e);
    } finally {
      coordination = Optional.empty();
      if (server != null) {
        server.close();
      }
    }
  }

  /** Without one this node still takes part through the other members. */
  private EmbeddedZooKeeper startServer(Embedded place) {
    try {
      return EmbeddedZooKeeper.start(place.ensemble(), place.self(), place.folder());
    } catch (IOException e) {
      LOG.error("no ZooKeeper can be embedded in {}", place.folder(), e);
      return null;
    }
  }

  private void keep(Coordination opened) {
    Optional<PlacementMap> seen = opened.placement();
    if (seen.isPresent() && !seen.equals(remembered)) {
      file.write(seen.get().encode());
      remembered = seen;
    }
  }

  // ------------------------------------------------------------------------------------- knowing

  Connection connection() {
    return coordination.map(Coordination::connection).orElse(Connection.LOST);
  }

  /** Why ZooKeeper does not let this node in, as far as it is known. */
  Optional<String> trouble() {
    return failure.or(() -> coordination.flatMap(Coordination::trouble));
  }

  Optional<String> controller() {
    return coordination.flatMap(Coordination::controller);
  }

  Set<String> registered() {
    return coordination
        .map(c -> c.registered().stream().map(Registration::node).collect(Collectors.toSet()))
        .orElse(Set.of());
  }

  // --------------------------------------------------------------------------------------- store

  @Override
  public boolean isController() {
    return coordination.filter(Coordination::isController).isPresent();
  }

  @Override
  public CompletableFuture<Optional<Versioned>> read() {
    return ask(Coordination::read);
  }

  @Override
  public CompletableFuture<Integer> write(PlacementMap map, OptionalInt from) {
    return ask(opened -> opened.write(map, from));
  }

  @Override
  public CompletableFuture<Void> hint(List<LeaderHint> leaders) {
    return ask(opened -> opened.hint(leaders));
  }

  private <T> CompletableFuture<T> ask(Function<Coordination, CompletableFuture<T>> question) {
    return coordination
        .map(question)
        .orElseGet(() -> CompletableFuture.failedFuture(CoordinationException.away()));
  }

  @Override
  public Optional<PlacementMap> remembered() {
    return remembered;
  }

  /** Ends the session, so that others need not wait for its timeout; does not insist on it. */
  @Override
  public void close() {
    ending.countDown();
    try {
      thread.join(ENDING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
