package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.DeleteParams;
import io.btrdb.api.v5.DeleteResponse;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.FlushResponse;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.api.wire.InsertMessage;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.door.ReadPlaces.Wanted;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.shard.Operation;
import io.btrdb.tree.MergePolicy;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Insert, Delete, Flush. All are durable at a majority before they are answered. */
final class WriteEndpoints {
  private final DoorSessions sessions;
  private final ReadPlaces places;
  private final WorkPool packers;

  WriteEndpoints(DoorSessions sessions, ReadPlaces places, WorkPool packers) {
    this.sessions = sessions;
    this.places = places;
    this.packers = packers;
  }

  void insert(InsertMessage insert, Exchange exchange) {
    if (insert.size() <= Limits.INLINE_POINTS) {
      insertNow(insert, exchange);
    } else if (insert.size() > Limits.INSERT_POINTS) {
      exchange.refuse(WriteChecks.tooMany(insert.size()));
    } else {
      packers.run(exchange, () -> insertNow(insert, exchange));
    }
  }

  private void insertNow(InsertMessage insert, Exchange exchange) {
    Optional<UUID> stream = insert.uuid();
    Optional<MergePolicy> policy = WriteChecks.policy(insert.policy());
    Optional<Refusal> wrong =
        stream.isEmpty() ? Optional.of(noUuid()) : refusal(insert, policy.isPresent());
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    if (insert.size() == 0) {
      currentVersion(stream.get(), exchange);
      return;
    }
    insert
        .roundingBits()
        .ifPresent(bits -> WriteChecks.round(insert.values(), insert.size(), bits));
    ByteWriter block = new ByteWriter(64 + 4 * insert.size());
    PointsCodec.encode(insert.times(), insert.values(), 0, insert.size(), block);
    write(
        new Operation.Insert(
            stream.get(), policy.orElseThrow(), insert.size(), block.toByteArray()),
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

  private static Optional<Refusal> refusal(InsertMessage insert, boolean policyKnown) {
    if (!policyKnown) {
      return Optional.of(
          new Refusal(
              ErrorCode.WRONG_ARGUMENTS,
              "the merge policy must be NEVER (0), EQUAL (1), RETAIN (2) or REPLACE (3)"));
    }
    if (insert.roundingBits().isPresent()) {
      Optional<Refusal> wrong = WriteChecks.rounding(insert.roundingBits().getAsInt());
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return WriteChecks.points(insert.times(), insert.values(), insert.size());
  }

  /** An insert of nothing is how clients ask for the version. */
  private void currentVersion(UUID stream, Exchange exchange) {
    ByteString uuid = UuidBytes.of(stream);
    InsertParams empty = InsertParams.newBuilder().setUuid(uuid).build();
    places.read(
        exchange,
        new Wanted(uuid, 0, new Forwarder.Request(BTrDBGrpc.getInsertMethod(), empty)),
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

  private static Refusal explain(WriteResult.Failed failed) {
    String hint =
        failed.retryAfterMillis() > 0 ? "; try again in " + failed.retryAfterMillis() + " ms" : "";
    String fate = failed.unknown() ? "; the write may or may not have been applied" : "";
    return new Refusal(failed.code(), failed.message() + hint + fate);
  }
}
