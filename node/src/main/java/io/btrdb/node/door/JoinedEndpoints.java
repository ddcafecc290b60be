package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.v5.ArrowMultiValuesParams;
import io.btrdb.api.v5.MultiRawValuesParams;
import io.btrdb.api.v5.MultiRawValuesResponse;
import io.btrdb.api.v5.RawPointVec;
import io.btrdb.api.wire.ArrowMessage;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.arrow.ArrowSchema;
import io.btrdb.arrow.ArrowStream;
import io.btrdb.arrow.MalformedArrowException;
import io.btrdb.tree.TimeRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * ArrowMultiValues, MultiRawValues: several streams side by side. Each stream is read where its
 * version is, and joined here.
 */
final class JoinedEndpoints {
  private final Joins joins;

  JoinedEndpoints(Joins joins) {
    this.joins = joins;
  }

  /** What both methods ask. */
  private record Join(
      List<ByteString> uuids, List<Long> versions, long start, long end, long period) {
    Optional<Refusal> wrong() {
      return Joins.streams(uuids).or(this::wrongVersions).or(() -> Ranges.range(start, end));
    }

    private Optional<Refusal> wrongVersions() {
      if (versions.size() != uuids.size()) {
        return Optional.of(
            Refusal.of(
                ErrorCode.WRONG_ARGUMENTS,
                "%d versions for %d streams: give one each, or none for the latest",
                versions.size(),
                uuids.size()));
      }
      if (period < 0 || period > TimeRange.MAX) {
        return Optional.of(
            Refusal.of(
                ErrorCode.WRONG_ARGUMENTS,
                "the period must be 0 to %d ns, is %d",
                TimeRange.MAX,
                period));
      }
      return Joins.versions(versions);
    }

    /** One request for each stream, in the order of the streams. */
    List<ValuesRequest> requests() {
      int chunk = Math.max(64, Math.min(4_096, Limits.JOINED_POINTS / uuids.size()));
      ValuesRequest.Builder request =
          ValuesRequest.newBuilder()
              .setStart(Math.max(TimeRange.MIN, start - JoinedRows.reach(period)))
              .setEnd(end)
              .setChunkPoints(chunk);
      List<ValuesRequest> requests = new ArrayList<>();
      for (int i = 0; i < uuids.size(); i++) {
        requests.add(request.setUuid(uuids.get(i)).setVersionMajor(versions.get(i)).build());
      }
      return requests;
    }

    List<String> names() {
      return uuids.stream().map(uuid -> UuidBytes.parse(uuid).orElseThrow().toString()).toList();
    }
  }

  void arrowMultiValues(ArrowMultiValuesParams p, Exchange exchange) {
    List<Long> versions =
        p.getVersionMajorCount() == 0
            ? Collections.nCopies(p.getUuidCount(), 0L)
            : p.getVersionMajorList();
    Join join = new Join(p.getUuidList(), versions, p.getStart(), p.getEnd(), p.getSnapPeriodNs());
    Optional<Refusal> wrong = join.wrong();
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    ArrowStream form;
    try {
      form =
          ArrowTemplates.form(
              p.getTemplateBytes(), new ArrowStream(ArrowSchema.joined(join.names())));
    } catch (MalformedArrowException e) {
      exchange.refuse(ArrowTemplates.refusal(e));
      return;
    }
    read(
        join,
        Limits.COLUMN_POINTS,
        exchange,
        (sources, rows) ->
            ArrowMessage.joined(new ArrowBody(form.chunk(rows.size, rows.columns()))));
  }

  void multiRawValues(MultiRawValuesParams p, Exchange exchange) {
    Join join =
        new Join(
            p.getUuidList(),
            Collections.nCopies(p.getUuidCount(), p.getVersionMajor()),
            p.getStart(),
            p.getEnd(),
            p.getPeriodNs());
    Optional<Refusal> wrong = join.wrong();
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    read(join, Limits.CHUNK_POINTS, exchange, JoinedEndpoints::message);
  }

  private static byte[] message(List<PointSource> sources, JoinedRows rows) {
    MultiRawValuesResponse.Builder message = MultiRawValuesResponse.newBuilder();
    for (PointSource source : sources) {
      message.addVersionMajor(source.major()).addVersionMinor(source.minor());
    }
    for (int row = 0; row < rows.size; row++) {
      RawPointVec.Builder point = RawPointVec.newBuilder().setTime(rows.times[row]);
      for (double[] column : rows.values) {
        point.addValue(column[row]);
      }
      message.addValues(point);
    }
    return message.build().toByteArray();
  }

  private void read(
      Join join,
      int mostRows,
      Exchange exchange,
      BiFunction<List<PointSource>, JoinedRows, byte[]> message) {
    int rowBytes = Double.BYTES * (join.uuids().size() + 2);
    int rowsAtATime = Math.min(mostRows, Limits.JOINED_BYTES / rowBytes);
    joins.<ValuesRequest, PointSource>read(
        exchange,
        join.requests(),
        (request, staleness) -> joins.points(exchange, request, staleness),
        PointSource::cancel,
        sources -> {
          JoinedRows rows =
              new JoinedRows(sources, join.start(), join.end(), join.period(), rowsAtATime);
          ReadEndpoints.stream(exchange, rows::next, () -> message.apply(sources, rows));
        });
  }
}
