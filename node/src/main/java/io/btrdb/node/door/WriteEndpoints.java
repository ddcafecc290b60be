package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.ArrowInsertParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.DeleteParams;
import io.btrdb.api.v5.DeleteResponse;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.FlushResponse;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.api.wire.InsertMessage;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.arrow.InboundPoints;
import io.btrdb.arrow.MalformedArrowException;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.door.ReadPlaces.Wanted;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.shard.Operation;
import io.btrdb.tree.MergePolicy;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;

/** Insert, ArrowInsert, Delete, Flush. All are durable at a majority before they are answered. */
final class WriteEndpoints {
  private final DoorSessions sessions;
  private final ReadPlaces places;
  private final WorkPool packers;

  WriteEndpoints(DoorSessions sessions, ReadPlaces places, WorkPool packers) {
    this.sessions = sessions;
    this.places = places;
    this.packers = packers;
  }

  /**
   * Points as they came, whichever way.
   *
   * @param policy the contract's number
   * @param roundingBits empty: values stay as they are
   */
  private record Points(
      Optional<UUID> stream,
      long[] times,
      double[] values,
      int size,
      Optional<MergePolicy> policy,
      OptionalInt roundingBits) {
    Optional<Refusal> wrong() {
      if (stream.isEmpty()) {
        return Optional.of(noUuid());
      }
      if (policy.isEmpty()) {
        return Optional.of(
            new Refusal(
                ErrorCode.WRONG_ARGUMENTS,
                "the merge policy must be NEVER (0), EQUAL (1), RETAIN (2) or REPLACE (3)"));
      }
      Optional<Refusal> rounding =
          roundingBits.isPresent()
              ? WriteChecks.rounding(roundingBits.getAsInt())
              : Optional.empty();
      return rounding.or(() -> WriteChecks.points(times, values, size));
    }
  }

  void insert(InsertMessage insert, Exchange exchange) {
    Points points =
        new Points(
            insert.uuid(),
            insert.times(),
            insert.values(),
            insert.size(),
            WriteChecks.policy(insert.policy()),
            insert.roundingBits());
    if (insert.size() <= Limits.INLINE_POINTS) {
      insertNow(points, exchange);
    } else if (insert.size() > Limits.INSERT_POINTS) {
      exchange.refuse(WriteChecks.tooMany(insert.size()));
    } else {
      packers.run(exchange, () -> insertNow(points, exchange));
    }
  }

  void arrowInsert(ArrowInsertParams p, Exchange exchange) {
    if (p.getArrowBytes().size() <= Limits.INLINE_POINTS * 2 * Long.BYTES) {
      arrowInsertNow(p, exchange);
    } else {
      packers.run(exchange, () -> arrowInsertNow(p, exchange));
    }
  }

  private void arrowInsertNow(ArrowInsertParams p, Exchange exchange) {
    InboundPoints inbound;
    try {
      inbound = InboundPoints.read(p.getArrowBytes().asReadOnlyByteBuffer(), Limits.INSERT_POINTS);
    } catch (MalformedArrowException e) {
      exchange.refuse(
          Refusal.of(
              ErrorCode.WRONG_ARGUMENTS,
              "arrowBytes cannot be read: %s; nothing was inserted",
              e.getMessage()));
      return;
    }
    switch (inbound) {
      case InboundPoints.TooMany many -> exchange.refuse(WriteChecks.tooMany(many.rows()));
      case InboundPoints.Points points ->
          insertNow(
              new Points(
                  UuidBytes.parse(p.getUuid()),
                  points.times(),
                  points.values(),
                  points.times().length,
                  WriteChecks.policy(p.getMergePolicyValue()),
                  p.getRounding().hasBits()
                      ? OptionalInt.of(p.getRounding().getBits())
                      : OptionalInt.empty()),
              exchange);
    }
  }

  private void insertNow(Points points, Exchange exchange) {
    Optional<Refusal> wrong = points.wrong();
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    UUID stream = points.stream().orElseThrow();
    if (points.size() == 0) {
      currentVersion(stream, exchange);
      return;
    }
    points
        .roundingBits()
        .ifPresent(bits -> WriteChecks.round(points.values(), points.size(), bits));
    ByteWriter block = new ByteWriter(64 + 4 * points.size());
    PointsCodec.encode(points.times(), points.values(), 0, points.size(), block);
    write(
        new Operation.Insert(
            stream, points.policy().orElseThrow(), points.size(), block.toByteArray()),
        exchange,
        applied ->
            InsertResponse.newBuilder()
                .setVersionMajor(applied.major())
                .setVersionMinor(applied.minor())
                .build()
                .toByteArray());
  }

  private static Refusal noUuid() {
    return new Refusal(ErrorCode.WRONG_ARGUMENTS, "the stream's UUID must have 16 bytes");
  }

  /** An insert of nothing is how clients ask for the version. */
  private void currentVersion(UUID stream, Exchange exchange) {
    ByteString uuid = UuidBytes.of(stream);
    InsertParams empty = InsertParams.newBuilder().setUuid(uuid).build();
    places.read(
        exchange,
        new Wanted(uuid, 0, new RemoteAnswer.Request(BTrDBGrpc.getInsertMethod(), empty)),
        Optional.empty(),
        place ->
            exchange.answer(
                InsertResponse.newBuilder()
                    .setVersionMajor(place.major())
                    .setVersionMinor(place.minor())
                    .build()));
  }

  void delete(DeleteParams p, Exchange exchange) {
    Optional<UUID> stream = UuidBytes.parse(p.getUuid());
    Optional<Refusal> wrong =
        stream.isEmpty() ? Optional.of(noUuid()) : Ranges.range(p.getStart(), p.getEnd());
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    write(
        new Operation.Delete(stream.get(), p.getStart(), p.getEnd()),
        exchange,
        applied ->
            DeleteResponse.newBuilder()
                .setVersionMajor(applied.major())
                .setVersionMinor(applied.minor())
                .build()
                .toByteArray());
  }

  void flush(FlushParams p, Exchange exchange) {
    Optional<UUID> stream = UuidBytes.parse(p.getUuid());
    if (stream.isEmpty()) {
      exchange.refuse(noUuid());
      return;
    }
    write(
        new Operation.Flush(stream.get()),
        exchange,
        applied ->
            FlushResponse.newBuilder()
                .setVersionMajor(applied.major())
                .setVersionMinor(applied.minor())
                .build()
                .toByteArray());
  }

  private void write(
      Operation operation, Exchange exchange, Function<WriteResult.Applied, byte[]> answer) {
    exchange.about(operation.stream());
    exchange.whenDone(
        sessions.write(operation, exchange.mayForward(), exchange.patienceNanos()),
        result -> {
          switch (result) {
            case WriteResult.Applied applied -> {
              exchange.send(answer.apply(applied));
              exchange.finish();
            }
            case WriteResult.Failed failed -> exchange.refuse(explain(failed));
          }
        });
  }

  static Refusal explain(WriteResult.Failed failed) {
    String hint =
        failed.retryAfterMillis() > 0 ? "; try again in " + failed.retryAfterMillis() + " ms" : "";
    String fate = failed.unknown() ? "; the write may or may not have been applied" : "";
    return new Refusal(failed.code(), failed.message() + hint + fate);
  }
}
