package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.GenerateCSVParams;
import io.btrdb.api.v5.GenerateCSVResponse;
import io.btrdb.api.v5.StreamCSVConfig;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.Cursors;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * GenerateCSV: streams side by side as rows of text, a header first. In a query of aligned windows
 * {@code depth} is the point width; in one of windows {@code windowSize} is the width in ns.
 */
final class CsvEndpoint {
  private static final int CHUNK_POINTS = 1_024;

  private final Joins joins;

  CsvEndpoint(Joins joins) {
    this.joins = joins;
  }

  void generate(GenerateCSVParams p, Exchange exchange) {
    Optional<Refusal> wrong =
        Joins.streams(p.getStreamsList().stream().map(StreamCSVConfig::getUuid).toList())
            .or(
                () ->
                    Joins.versions(
                        p.getStreamsList().stream().map(StreamCSVConfig::getVersion).toList()))
            .or(() -> range(p));
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    joins.read(
        exchange,
        p.getStreamsList(),
        (stream, staleness) -> open(p, stream, staleness, exchange),
        CsvColumns::cancel,
        columns -> send(p, columns, exchange));
  }

  private static Optional<Refusal> range(GenerateCSVParams p) {
    long start = p.getStartTime();
    long end = p.getEndTime();
    return switch (p.getQueryType()) {
      case RAW_QUERY -> Ranges.range(start, end);
      case WINDOWS_QUERY -> Ranges.windows(start, end, p.getWindowSize(), p.getDepth());
      case ALIGNED_WINDOWS_QUERY -> Ranges.alignedWindows(start, end, p.getDepth());
      case UNRECOGNIZED ->
          Optional.of(
              Refusal.of(
                  ErrorCode.WRONG_ARGUMENTS,
                  "a query is of aligned windows (0), windows (1) or raw points (2), not %d",
                  p.getQueryTypeValue()));
    };
  }

  private Optional<CsvColumns> open(
      GenerateCSVParams p, StreamCSVConfig stream, Staleness staleness, Exchange exchange) {
    return switch (p.getQueryType()) {
      case RAW_QUERY ->
          joins
              .points(
                  exchange,
                  ValuesRequest.newBuilder()
                      .setUuid(stream.getUuid())
                      .setStart(p.getStartTime())
                      .setEnd(p.getEndTime())
                      .setVersionMajor(stream.getVersion())
                      .setChunkPoints(CHUNK_POINTS)
                      .build(),
                  staleness)
              .map(CsvPoints::new);
      case WINDOWS_QUERY ->
          openWindows(stream, staleness, exchange, here -> windows(p, here), windows(p, stream));
      case ALIGNED_WINDOWS_QUERY ->
          openWindows(stream, staleness, exchange, here -> aligned(p, here), aligned(p, stream));
      case UNRECOGNIZED -> throw new IllegalStateException("refused before");
    };
  }

  private Optional<CsvColumns> openWindows(
      StreamCSVConfig stream,
      Staleness staleness,
      Exchange exchange,
      Function<ReadPlace.Here, Cursors.Windows> local,
      RemoteAnswer.Request remote) {
    return joins
        .places()
        .open(
            exchange,
            UuidBytes.parse(stream.getUuid()).orElseThrow(),
            stream.getVersion(),
            staleness,
            here -> CsvWindows.here(here, local.apply(here)),
            CsvWindows.there(remote));
  }

  private static Cursors.Windows windows(GenerateCSVParams p, ReadPlace.Here here) {
    long end = Ranges.windowsEnd(p.getStartTime(), p.getEndTime(), p.getWindowSize());
    return here.tree()
        .windows(here.root(), p.getStartTime(), end, p.getWindowSize(), here.reduced());
  }

  private static RemoteAnswer.Request windows(GenerateCSVParams p, StreamCSVConfig stream) {
    return new RemoteAnswer.Request(
        BTrDBGrpc.getWindowsMethod(),
        WindowsParams.newBuilder()
            .setUuid(stream.getUuid())
            .setStart(p.getStartTime())
            .setEnd(p.getEndTime())
            .setVersionMajor(stream.getVersion())
            .setWidth(p.getWindowSize())
            .build());
  }

  private static Cursors.Windows aligned(GenerateCSVParams p, ReadPlace.Here here) {
    Ranges.Span span = Ranges.align(p.getStartTime(), p.getEndTime(), p.getDepth());
    return here.tree()
        .alignedWindows(here.root(), span.start(), span.end(), p.getDepth(), here.reduced());
  }

  private static RemoteAnswer.Request aligned(GenerateCSVParams p, StreamCSVConfig stream) {
    return new RemoteAnswer.Request(
        BTrDBGrpc.getAlignedWindowsMethod(),
        AlignedWindowsParams.newBuilder()
            .setUuid(stream.getUuid())
            .setStart(p.getStartTime())
            .setEnd(p.getEndTime())
            .setVersionMajor(stream.getVersion())
            .setPointWidth(p.getDepth())
            .build());
  }

  private static void send(GenerateCSVParams p, List<CsvColumns> columns, Exchange exchange) {
    List<String> labels = p.getStreamsList().stream().map(StreamCSVConfig::getLabel).toList();
    List<String> row = CsvText.header(labels, columns, p.getIncludeVersions());
    boolean header = true;
    while (row != null) {
      if (!exchange.awaitReceiver()) {
        exchange.expire();
        return;
      }
      exchange.send(GenerateCSVResponse.newBuilder().setIsHeader(header).addAllRow(row).build());
      header = false;
      row = CsvText.row(columns);
    }
    exchange.finish();
  }
}
