package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.ReadPlace;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

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
  record Wanted(ByteString uuid, long version, int stalenessMillis, Forwarder.Request request) {
    Wanted(ByteString uuid, long version, Forwarder.Request request) {
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
      queries.run(exchange, () -> locate(exchange, stream.get(), staleness, wanted, reading));
    }
  }

  static Refusal badUuid(int bytes) {
    return Refusal.of(ErrorCode.WRONG_ARGUMENTS, "a UUID has 16 bytes, this one has %d", bytes);
  }

  private void locate(
      Exchange exchange, UUID stream, Staleness staleness, Wanted wanted, Reading reading) {
    long patience = exchange.patienceNanos();
    long pauseMillis = PAUSE_MILLIS_MIN;
    for (int tries = 0; ; tries++) {
      DataPlane.ReadCall call =
          new DataPlane.ReadCall(
              stream, wanted.version(), staleness.nanos(), exchange.mayForward(), tries, patience);
      Optional<ReadPlace> place = exchange.await(data.locate(call));
      if (place.isEmpty() || arrived(exchange, place.get(), wanted, reading)) {
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

  /** Whether the exchange has ended; false to look again. */
  private boolean arrived(Exchange exchange, ReadPlace place, Wanted wanted, Reading reading) {
    return switch (place) {
      case ReadPlace.Here here -> {
        reading.at(here);
        yield true;
      }
      case ReadPlace.Nowhere nowhere -> {
        exchange.refuse(nowhere.code(), nowhere.message());
        yield true;
      }
      case ReadPlace.There there -> {
        if (exchange.mayForward()) {
          yield forwarder.forward(there, wanted.request(), exchange);
        }
        exchange.refuse(
            Refusal.of(
                ErrorCode.WRONG_ENDPOINT,
                "this stream is at node %s, %s",
                there.nodeId(),
                there.grpc()));
        yield true;
      }
    };
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
