package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.ReadPin;
import io.btrdb.node.plane.ReadPlace;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Brings a read to where its version is: to this node's tree, or to another node. */
final class ReadPlaces {
  private static final long PAUSE_MILLIS_MIN = 5;
  private static final long PAUSE_MILLIS_MAX = 100;

  private final DataPlane data;
  private final WorkPool queries;
  private final Forwarder forwarder;

  ReadPlaces(DataPlane data, WorkPool queries, Forwarder forwarder) {
    this.data = data;
    this.queries = queries;
    this.forwarder = forwarder;
  }

  /**
   * What is read: a version (0 for the latest) of a stream, and the request as it came.
   *
   * @param stalenessMillis what the request itself says about {@link Staleness}, 0 for nothing
   */
  record Wanted(ByteString uuid, long version, int stalenessMillis, RemoteAnswer.Request request) {
    Wanted(ByteString uuid, long version, RemoteAnswer.Request request) {
      this(uuid, version, 0, request);
    }
  }

  /** The part of a read that needs the tree. Runs on a virtual thread and ends the exchange. */
  interface Reading {
    void at(ReadPlace.Here place);
  }

  /**
   * Refuses what is wrong, else runs the reading where the version is. Does not block.
   *
   * @param wrong what the caller has found wrong with its own arguments
   */
  void read(Exchange exchange, Wanted wanted, Optional<Refusal> wrong, Reading reading) {
    Optional<UUID> stream = UuidBytes.parse(wanted.uuid());
    Staleness staleness = Staleness.of(exchange.maxStaleness(), wanted.stalenessMillis());
    if (stream.isEmpty()) {
      exchange.refuse(badUuid(wanted.uuid().size()));
    } else if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
    } else if (staleness.wrong().isPresent()) {
      exchange.refuse(staleness.wrong().get());
    } else if (wanted.version() < 0) {
      exchange.refuse(
          Refusal.of(
              ErrorCode.NO_SUCH_STREAM,
              "stream %s has no version %s",
              stream.get(),
              Long.toUnsignedString(wanted.version())));
    } else {
      exchange.about(stream.get());
      queries.run(
          exchange,
          () -> {
            try (ReadPin pin = data.pin(stream.get())) {
              locate(exchange, stream.get(), staleness, wanted, reading);
            }
          });
    }
  }

  /** {@link #read} of the points in [start, end), which windows alone may be left of. */
  void readPoints(Exchange exchange, Wanted wanted, long start, long end, Reading reading) {
    read(
        exchange,
        wanted,
        Ranges.range(start, end),
        place ->
            Ranges.points(place, start, end)
                .ifPresentOrElse(exchange::refuse, () -> reading.at(place)));
  }

  /** Holds in place what a read of several streams may find on this node. */
  ReadPin pin() {
    return data.pinAll();
  }

  static Refusal badUuid(int bytes) {
    return Refusal.of(ErrorCode.WRONG_ARGUMENTS, "a UUID has 16 bytes, this one has %d", bytes);
  }

  /** What is done at a place: true when that was the last, false to look for another one. */
  private interface Arrival {
    boolean at(ReadPlace place);
  }

  private void locate(
      Exchange exchange, UUID stream, Staleness staleness, Wanted wanted, Reading reading) {
    search(
        exchange,
        stream,
        wanted.version(),
        staleness,
        place ->
            switch (place) {
              case ReadPlace.Here here -> {
                reading.at(here.watched(exchange::step));
                yield true;
              }
              case ReadPlace.Nowhere nowhere -> nowhere(exchange, nowhere);
              case ReadPlace.There there ->
                  exchange.mayForward()
                      ? forwarder.forward(there, wanted.request(), exchange)
                      : elsewhere(exchange, there);
            });
  }

  /**
   * Opens one stream of several that are read together, here or at another node. Empty when the
   * exchange has ended with a refusal instead. Blocks.
   *
   * @param version 0 for the latest
   * @param local what is read when the version is here
   * @param remote asks another node for the same
   */
  <T> Optional<T> open(
      Exchange exchange,
      UUID stream,
      long version,
      Staleness staleness,
      Function<ReadPlace.Here, T> local,
      RemoteOpening<T> remote) {
    AtomicReference<T> opened = new AtomicReference<>();
    search(
        exchange,
        stream,
        version,
        staleness,
        place ->
            switch (place) {
              case ReadPlace.Here here -> {
                opened.set(local.apply(here.watched(exchange::step)));
                yield true;
              }
              case ReadPlace.Nowhere nowhere -> nowhere(exchange, nowhere);
              case ReadPlace.There there -> {
                if (!exchange.mayForward()) {
                  yield elsewhere(exchange, there);
                }
                RemoteAnswer.Request request = remote.request();
                yield switch (remote.begin(forwarder.ask(there, request, exchange))) {
                  case Opening.Opened<T> source -> {
                    opened.set(source.source());
                    yield true;
                  }
                  case Opening.WrongPlace<T> wrong -> false;
                  case Opening.Failed<T> failed -> {
                    exchange.refuse(failed.refusal());
                    yield true;
                  }
                };
              }
            });
    return Optional.ofNullable(opened.get());
  }

  /** How a stream is opened at another node. */
  interface RemoteOpening<T> {
    RemoteAnswer.Request request();

    /** Waits for the first message. */
    Opening<T> begin(RemoteAnswer answer);
  }

  /** What came of it. */
  sealed interface Opening<T> {
    record Opened<T>(T source) implements Opening<T> {}

    /** The node is gone or has not got it (any more). */
    record WrongPlace<T>() implements Opening<T> {}

    record Failed<T>(Refusal refusal) implements Opening<T> {}
  }

  private static boolean nowhere(Exchange exchange, ReadPlace.Nowhere nowhere) {
    exchange.refuse(nowhere.code(), nowhere.message());
    return true;
  }

  private static boolean elsewhere(Exchange exchange, ReadPlace.There there) {
    exchange.refuse(
        Refusal.of(
            ErrorCode.WRONG_ENDPOINT,
            "this stream is at node %s, %s",
            there.nodeId(),
            there.grpc()));
    return true;
  }

  private void search(
      Exchange exchange, UUID stream, long version, Staleness staleness, Arrival arrival) {
    long patience = exchange.patienceNanos();
    long pauseMillis = PAUSE_MILLIS_MIN;
    for (int tries = 0; ; tries++) {
      DataPlane.ReadCall call =
          new DataPlane.ReadCall(
              stream, version, staleness.nanos(), exchange.mayForward(), tries, patience);
      Optional<ReadPlace> place = exchange.await(data.locate(call));
      if (place.isEmpty() || arrival.at(place.get())) {
        return;
      }
      if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis) - patience >= 0) {
        exchange.refuse(
            Refusal.of(
                ErrorCode.CLUSTER_DEGRADED,
                "no node that holds stream %s could be reached in time; the last one tried was %s",
                stream,
                place.get()));
        return;
      }
      if (!pause(exchange, pauseMillis)) {
        return;
      }
      pauseMillis = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis);
    }
  }

  private static boolean pause(Exchange exchange, long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.refuse(ErrorCode.CLUSTER_DEGRADED, "this node is stopping: ask another one");
      return false;
    }
    if (exchange.isCancelled()) {
      exchange.finish();
      return false;
    }
    return true;
  }
}
