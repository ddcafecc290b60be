package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.plane.ReadPin;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.PointChunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads of several streams by one call: each where its version is, all of them from here. */
final class Joins {
  private final ReadPlaces places;
  private final WorkPool queries;

  Joins(ReadPlaces places, WorkPool queries) {
    this.places = places;
    this.queries = queries;
  }

  ReadPlaces places() {
    return places;
  }

  /** Refuses none, too many, and what is no UUID. */
  static Optional<Refusal> streams(List<ByteString> uuids) {
    if (uuids.isEmpty() || uuids.size() > Limits.JOINED_STREAMS) {
      return Optional.of(
          Refusal.of(
              ErrorCode.WRONG_ARGUMENTS,
              "1 to %d streams can be read together, these are %d",
              Limits.JOINED_STREAMS,
              uuids.size()));
    }
    return uuids.stream()
        .filter(uuid -> UuidBytes.parse(uuid).isEmpty())
        .findFirst()
        .map(uuid -> ReadPlaces.badUuid(uuid.size()));
  }

  static Optional<Refusal> versions(List<Long> versions) {
    return versions.stream()
        .filter(version -> version < 0)
        .findFirst()
        .map(
            version ->
                Refusal.of(
                    ErrorCode.NO_SUCH_STREAM,
                    "no stream has a version %s",
                    Long.toUnsignedString(version)));
  }

  /**
   * Opens all streams, hands them on, and sees to it that none stays open. Does not block.
   *
   * @param open opens one; empty when it has ended the exchange with a refusal instead
   * @param cancel from any thread
   * @param then ends the exchange
   */
  <P, T> void read(
      Exchange exchange,
      List<P> streams,
      BiFunction<P, Staleness, Optional<T>> open,
      Consumer<T> cancel,
      Consumer<List<T>> then) {
    Staleness staleness = Staleness.of(exchange.maxStaleness(), 0);
    if (staleness.wrong().isPresent()) {
      exchange.refuse(staleness.wrong().get());
      return;
    }
    queries.run(
        exchange,
        () -> {
          List<T> opened = Collections.synchronizedList(new ArrayList<>());
          Runnable cancelAll = () -> List.copyOf(opened).forEach(cancel);
          exchange.onCancel(cancelAll);
          try (ReadPin pin = places.pin()) {
            if (openAll(exchange, streams, stream -> open.apply(stream, staleness), opened)) {
              then.accept(List.copyOf(opened));
            }
          } catch (SourceLostException e) {
            exchange.refuse(e.refusal());
          } finally {
            exchange.onCancel(() -> {});
            cancelAll.run();
          }
        });
  }

  private static <P, T> boolean openAll(
      Exchange exchange, List<P> streams, Function<P, Optional<T>> open, List<T> opened) {
    for (P stream : streams) {
      if (exchange.isCancelled()) {
        exchange.finish();
        return false;
      }
      Optional<T> source = open.apply(stream);
      if (source.isEmpty()) {
        return false;
      }
      opened.add(source.get());
    }
    return true;
  }

  /** Opens the points of one stream, in chunks of as many as the request says. */
  Optional<PointSource> points(Exchange exchange, ValuesRequest request, Staleness staleness) {
    return places.open(
        exchange,
        UuidBytes.parse(request.getUuid()).orElseThrow(),
        request.getVersionMajor(),
        staleness,
        here -> local(here, request),
        RemotePoints.opening(request));
  }

  private static PointSource local(ReadPlace.Here here, ValuesRequest request) {
    Ranges.points(here, request.getStart(), request.getEnd())
        .ifPresent(
            refusal -> {
              throw new SourceLostException(refusal);
            });
    return new PointSource.Local(
        here.major(),
        here.minor(),
        here.tree().values(here.root(), request.getStart(), request.getEnd()),
        new PointChunk(request.getChunkPoints()));
  }
}
