package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.ArrowRawValuesParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ChangedRange;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.ChangesResponse;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.wire.ArrowMessage;
import io.btrdb.api.wire.RawValuesMessage;
import io.btrdb.arrow.ArrowStream;
import io.btrdb.arrow.MalformedArrowException;
import io.btrdb.node.door.ReadPlaces.Wanted;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.Cursors;
import io.btrdb.tree.PointChunk;
import io.btrdb.tree.WindowChunk;
import java.util.Optional;

/**
 * RawValues, Windows, AlignedWindows, each also as Arrow, Nearest, Changes. A stream of answers
 * holds at least one message, because it is what carries the version.
 */
final class ReadEndpoints {
  private final ReadPlaces places;

  ReadEndpoints(ReadPlaces places) {
    this.places = places;
  }

  void rawValues(RawValuesParams p, Exchange exchange) {
    places.readPoints(
        exchange,
        new Wanted(
            p.getUuid(),
            p.getVersionMajor(),
            new RemoteAnswer.Request(BTrDBGrpc.getRawValuesMethod(), p)),
        p.getStart(),
        p.getEnd(),
        place -> {
          PointChunk chunk = new PointChunk(Limits.CHUNK_POINTS);
          Cursors.Points points = place.tree().values(place.root(), p.getStart(), p.getEnd());
          stream(exchange, () -> points.next(chunk), () -> message(place, chunk));
        });
  }

  private static byte[] message(ReadPlace.Here place, PointChunk chunk) {
    return RawValuesMessage.of(
            place.major(), place.minor(), chunk.times, chunk.values, 0, chunk.size)
        .encode();
  }

  void arrowRawValues(ArrowRawValuesParams p, Exchange exchange) {
    ArrowStream form;
    try {
      form = ArrowTemplates.form(p.getTemplateBytes(), ArrowBody.POINTS);
    } catch (MalformedArrowException e) {
      exchange.refuse(ArrowTemplates.refusal(e));
      return;
    }
    places.readPoints(
        exchange,
        new Wanted(
            p.getUuid(),
            p.getVersionMajor(),
            new RemoteAnswer.Request(BTrDBGrpc.getArrowRawValuesMethod(), p)),
        p.getStart(),
        p.getEnd(),
        place -> {
          GrowingChunk points =
              new GrowingChunk(
                  place.tree().values(place.root(), p.getStart(), p.getEnd()),
                  Limits.COLUMN_POINTS);
          stream(
              exchange,
              points::next,
              () ->
                  ArrowMessage.versioned(
                      place.major(), place.minor(), ArrowBody.of(form, points.chunk())));
        });
  }

  void windows(WindowsParams p, Exchange exchange) {
    windows(p, WindowForm.MESSAGES, exchange);
  }

  void arrowWindows(WindowsParams p, Exchange exchange) {
    windows(p, WindowForm.ARROW, exchange);
  }

  private void windows(WindowsParams p, WindowForm form, Exchange exchange) {
    places.read(
        exchange,
        new Wanted(p.getUuid(), p.getVersionMajor(), new RemoteAnswer.Request(form.windows, p)),
        Ranges.windows(p.getStart(), p.getEnd(), p.getWidth(), p.getDepth()),
        place -> {
          // The width is below 2^62 here: at least one window fits the range.
          long end = Ranges.windowsEnd(p.getStart(), p.getEnd(), p.getWidth());
          streamWindows(
              exchange,
              form,
              place,
              place.tree().windows(place.root(), p.getStart(), end, p.getWidth(), place.reduced()),
              (end - p.getStart()) / p.getWidth());
        });
  }

  void alignedWindows(AlignedWindowsParams p, Exchange exchange) {
    alignedWindows(p, WindowForm.MESSAGES, exchange);
  }

  void arrowAlignedWindows(AlignedWindowsParams p, Exchange exchange) {
    alignedWindows(p, WindowForm.ARROW, exchange);
  }

  private void alignedWindows(AlignedWindowsParams p, WindowForm form, Exchange exchange) {
    places.read(
        exchange,
        new Wanted(
            p.getUuid(), p.getVersionMajor(), new RemoteAnswer.Request(form.alignedWindows, p)),
        Ranges.alignedWindows(p.getStart(), p.getEnd(), p.getPointWidth()),
        place -> {
          Ranges.Span span = Ranges.align(p.getStart(), p.getEnd(), p.getPointWidth());
          streamWindows(
              exchange,
              form,
              place,
              place
                  .tree()
                  .alignedWindows(
                      place.root(), span.start(), span.end(), p.getPointWidth(), place.reduced()),
              (span.end() - span.start()) >>> p.getPointWidth());
        });
  }

  private static void streamWindows(
      Exchange exchange,
      WindowForm form,
      ReadPlace.Here place,
      Cursors.Windows windows,
      long atMost) {
    WindowChunk chunk = new WindowChunk((int) Math.min(atMost, form.chunkWindows));
    stream(exchange, () -> windows.next(chunk), () -> form.encode(place, chunk));
  }

  /** Pulls a chunk, turns it into a message, waits for the receiver, sends; and again. */
  static void stream(Exchange exchange, Pull pull, Encode encode) {
    boolean sent = false;
    while (true) {
      boolean more = pull.next();
      if (!more && sent) {
        exchange.finish();
        return;
      }
      if (!exchange.awaitReceiver()) {
        exchange.expire();
        return;
      }
      // Without a single result the chunk is empty, and carries the version only.
      exchange.send(encode.message());
      sent = true;
      if (!more) {
        exchange.finish();
        return;
      }
    }
  }

  /** Fills the chunk; false, with an empty chunk, when nothing is left. */
  interface Pull {
    boolean next();
  }

  /** The chunk as a message. */
  interface Encode {
    byte[] message();
  }

  void nearest(NearestParams p, Exchange exchange) {
    places.read(
        exchange,
        new Wanted(
            p.getUuid(),
            p.getVersionMajor(),
            new RemoteAnswer.Request(BTrDBGrpc.getNearestMethod(), p)),
        Ranges.instant(p.getTime()),
        place ->
            place
                .tree()
                .nearest(place.root(), p.getTime(), p.getBackward(), place.reduced())
                .ifPresentOrElse(
                    point -> exchange.answer(nearest(place, point.time(), point.value())),
                    () ->
                        exchange.refuse(
                            Refusal.of(
                                ErrorCode.NO_SUCH_POINT,
                                p.getBackward()
                                    ? "no point before time %d"
                                    : "no point at or after time %d",
                                p.getTime()))));
  }

  private static NearestResponse nearest(ReadPlace.Here place, long time, double value) {
    return NearestResponse.newBuilder()
        .setVersionMajor(place.major())
        .setVersionMinor(place.minor())
        .setValue(RawPoint.newBuilder().setTime(time).setValue(value))
        .build();
  }

  void changes(ChangesParams p, Exchange exchange) {
    Optional<Refusal> wrong =
        Ranges.resolution(p.getResolution(), "resolution")
            .or(() -> Ranges.versions(p.getFromMajor(), p.getToMajor()));
    places.read(
        exchange,
        new Wanted(
            p.getUuid(), p.getToMajor(), new RemoteAnswer.Request(BTrDBGrpc.getChangesMethod(), p)),
        wrong,
        place -> changes(p, place, exchange));
  }

  private static void changes(ChangesParams p, ReadPlace.Here place, Exchange exchange) {
    long from = p.getFromMajor() == 0 ? 1 : p.getFromMajor();
    Optional<Refusal> wrong = Ranges.versions(from, place.major());
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    // What is not sealed yet is in the tree as changes of the version to come.
    long rootVersion = place.minor() == 0 ? place.major() : place.major() + 1;
    ChangesResponse.Builder message = ChangesResponse.newBuilder();
    Cursors.Ranges ranges =
        place.tree().changes(place.root(), from, rootVersion, p.getResolution());
    stream(
        exchange,
        () -> next(ranges, message.clear()),
        () ->
            message
                .setVersionMajor(place.major())
                .setVersionMinor(place.minor())
                .build()
                .toByteArray());
  }

  private static boolean next(Cursors.Ranges ranges, ChangesResponse.Builder message) {
    while (message.getRangesCount() < Limits.CHUNK_RANGES && ranges.next()) {
      message.addRanges(ChangedRange.newBuilder().setStart(ranges.start()).setEnd(ranges.end()));
    }
    return message.getRangesCount() > 0;
  }
}
