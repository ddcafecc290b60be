package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.PointsInsert;
import io.btrdb.api.cluster.RangeDelete;
import io.btrdb.api.cluster.StreamConfiguration;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.shard.Operation;
import io.btrdb.tree.MergePolicy;
import java.util.Optional;
import java.util.UUID;

/**
 * Turns a request of Submit into an operation for the log, or says why not. A block of points is
 * decoded in full and its compressed bytes go on: what is in the log must be readable on every
 * replica for ever.
 */
final class SubmittedWrites {
  private final DataPlane data;

  /** Where blocks are decoded to be looked at; 1 MiB for each network thread. */
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  SubmittedWrites(DataPlane data) {
    this.data = data;
  }

  private static final class Scratch {
    final long[] times = new long[Limits.INSERT_POINTS];
    final double[] values = new double[Limits.INSERT_POINTS];
  }

  /** What becomes of a request. */
  sealed interface Checked {
    record Accepted(DataPlane.WriteCall call) implements Checked {}

    record Refused(Refusal refusal) implements Checked {}
  }

  Checked check(WriteRequest request, long deadlineNanos) {
    Optional<UUID> stream = UuidBytes.parse(request.getUuid());
    if (stream.isEmpty()) {
      return new Checked.Refused(ReadPlaces.badUuid(request.getUuid().size()));
    }
    boolean noSession = request.getSessionHigh() == 0 && request.getSessionLow() == 0;
    if (noSession || request.getSequence() <= 0) {
      return refused(
          ErrorCode.WRONG_ARGUMENTS,
          "a write needs a session and a sequence from 1 on, this one has sequence %d",
          request.getSequence());
    }
    int shard = data.shardOf(stream.get());
    if (shard != request.getShard()) {
      return refused(
          ErrorCode.WRONG_ENDPOINT,
          "stream %s is in shard %d, not %d",
          stream.get(),
          shard,
          request.getShard());
    }
    return switch (request.getOperationCase()) {
      case INSERT -> insert(request, stream.get(), deadlineNanos);
      case DELETE -> delete(request, stream.get(), deadlineNanos);
      case FLUSH -> accepted(request, new Operation.Flush(stream.get()), deadlineNanos);
      case CONFIGURE -> configure(request, stream.get(), deadlineNanos);
      case OPERATION_NOT_SET ->
          refused(ErrorCode.WRONG_ARGUMENTS, "a write is an insert, a delete or a flush");
    };
  }

  private Checked insert(WriteRequest request, UUID stream, long deadlineNanos) {
    PointsInsert insert = request.getInsert();
    Optional<MergePolicy> policy = WriteChecks.policy(insert.getPolicy());
    if (policy.isEmpty()) {
      return refused(ErrorCode.WRONG_ARGUMENTS, "there is no merge policy %d", insert.getPolicy());
    }
    byte[] block = insert.getPoints().toByteArray();
    try {
      Optional<Refusal> wrong = points(block, insert.getCount());
      if (wrong.isPresent()) {
        return new Checked.Refused(wrong.get());
      }
    } catch (MalformedBytesException e) {
      return refused(
          ErrorCode.WRONG_ARGUMENTS, "these bytes are not a block of points: %s", e.getMessage());
    }
    return accepted(
        request,
        new Operation.Insert(stream, policy.get(), insert.getCount(), block),
        deadlineNanos);
  }

  private Optional<Refusal> points(byte[] block, int said) {
    int count = PointsCodec.count(block, 0, block.length);
    if (count > Limits.INSERT_POINTS) {
      return Optional.of(WriteChecks.tooMany(count));
    }
    if (count != said || count == 0) {
      return Optional.of(
          Refusal.of(
              ErrorCode.WRONG_ARGUMENTS,
              "the block holds %d points, %d were announced, and it must be 1 or more",
              count,
              said));
    }
    Scratch columns = scratch.get();
    int decoded = PointsCodec.decode(block, 0, block.length, columns.times, columns.values, 0);
    if (decoded != count) {
      throw new IllegalStateException("a block of " + count + " points gave " + decoded);
    }
    return WriteChecks.points(columns.times, columns.values, count);
  }

  private static Checked delete(WriteRequest request, UUID stream, long deadlineNanos) {
    RangeDelete range = request.getDelete();
    Optional<Refusal> wrong = Ranges.range(range.getStart(), range.getEnd());
    if (wrong.isPresent()) {
      return new Checked.Refused(wrong.get());
    }
    return accepted(
        request, new Operation.Delete(stream, range.getStart(), range.getEnd()), deadlineNanos);
  }

  private static Checked configure(WriteRequest request, UUID stream, long deadlineNanos) {
    StreamConfiguration to = request.getConfigure();
    Optional<Refusal> wrong =
        Retentions.wrong(
            to.getOldest(),
            to.getArchiveHorizon(),
            to.getReducedList().stream().map(Retentions::span));
    if (wrong.isPresent()) {
      return new Checked.Refused(wrong.get());
    }
    return accepted(
        request,
        new Operation.Configure(
            stream,
            to.getOldest(),
            to.getArchiveHorizon(),
            Retentions.reduced(to.getReducedList().stream().map(Retentions::span))),
        deadlineNanos);
  }

  private static Checked accepted(WriteRequest request, Operation operation, long deadlineNanos) {
    return new Checked.Accepted(
        new DataPlane.WriteCall(
            request.getShard(),
            new UUID(request.getSessionHigh(), request.getSessionLow()),
            request.getSequence(),
            request.getAcknowledgedThrough(),
            operation,
            !request.getForwarded() && !request.getNoForward(),
            deadlineNanos));
  }

  private static Checked refused(ErrorCode code, String format, Object... values) {
    return new Checked.Refused(Refusal.of(code, format, values));
  }
}
