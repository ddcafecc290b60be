package io.btrdb.chaos.report;

import io.btrdb.chaos.check.Availability;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A drawing of a run: a row for each node with its faults, a row for each stream with
 * acknowledgements by quarter second, failures, and pauses of half a second or more.
 */
final class Timeline {
  private static final int LEFT = 90;
  private static final int WIDTH = 1_130;
  private static final int ROW = 22;
  private static final int BAR = 16;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final History history;
  private final long begin;
  private final long end;
  private final StringBuilder body = new StringBuilder();
  private int rows;

  private Timeline(History history) {
    this.history = history;
    begin = history.ops().stream().mapToLong(Op::invokeNs).min().orElse(0);
    end =
        history.ops().stream()
            .mapToLong(op -> op.completeNs() == Op.NEVER ? op.invokeNs() : op.completeNs())
            .max()
            .orElse(1);
  }

  static String svg(History history) {
    Timeline timeline = new Timeline(history);
    timeline.phases();
    timeline.faults();
    timeline.streams();
    timeline.axis();
    return "<h2>Timeline</h2><svg width=\"%d\" height=\"%d\" font-size=\"11\" font-family=\"sans-serif\">"
            .formatted(LEFT + WIDTH + 20, timeline.rows * ROW + 20)
        + timeline.body
        + "</svg><p>Blue: acknowledged writes (darker is more); red: failed or of unknown fate;"
        + " orange: no write of the stream was acknowledged for half a second or more.</p>";
  }

  private double x(long ns) {
    return LEFT + (double) (Math.min(ns, end) - begin) / Math.max(1, end - begin) * WIDTH;
  }

  private void label(String text) {
    body.append(
        "<text x=\"0\" y=\"%d\">%s</text>".formatted(rows * ROW + 13, HtmlReport.escape(text)));
  }

  private void bar(long from, long to, String colour, String opacity, String title) {
    body.append(
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" fill-opacity=\"%s\"><title>%s</title></rect>"
            .formatted(
                x(from),
                rows * ROW,
                Math.max(0.8, x(to) - x(from)),
                BAR,
                colour,
                opacity,
                HtmlReport.escape(title)));
  }

  private void phases() {
    label("phase");
    List<Op> entries = history.of(Call.Enter.class);
    for (int i = 0; i < entries.size(); i++) {
      long to = i + 1 < entries.size() ? entries.get(i + 1).invokeNs() : end;
      String name = ((Call.Enter) entries.get(i).call()).phase().name();
      bar(entries.get(i).invokeNs(), to, i % 2 == 0 ? "#cfd8dc" : "#b0bec5", "1", name);
      body.append(
          "<text x=\"%.1f\" y=\"%d\">%s</text>"
              .formatted(x(entries.get(i).invokeNs()) + 3, rows * ROW + 12, name));
    }
    rows++;
  }

  private void faults() {
    List<Op> faults = history.of(Call.Fault.class);
    List<String> nodes =
        faults.stream()
            .flatMap(op -> ((Call.Fault) op.call()).nodes().stream())
            .distinct()
            .sorted()
            .toList();
    for (String node : nodes) {
      label(node);
      for (Op op : faults) {
        Call.Fault fault = (Call.Fault) op.call();
        if (fault.nodes().contains(node)) {
          bar(op.invokeNs(), op.completeNs(), colour(fault.kind()), "0.8", fault.kind());
        }
      }
      rows++;
    }
  }

  private static String colour(String kind) {
    return "hsl(" + Math.floorMod(kind.hashCode() * 37, 360) + ",55%,45%)";
  }

  private void streams() {
    Map<UUID, List<Op>> streams = history.byStream();
    List<Availability.Pause> pauses = Availability.pauses(history);
    int number = 0;
    for (Map.Entry<UUID, List<Op>> stream : streams.entrySet()) {
      label("stream " + number);
      acknowledged(stream.getValue());
      for (Op op : stream.getValue()) {
        if (!op.isOk()) {
          bar(op.invokeNs(), op.invokeNs(), "#c62828", "1", op.type() + " " + op.call().function());
        }
      }
      for (Availability.Pause pause : pauses) {
        if (pause.stream() == number && pause.nanos() >= PAUSE_NANOS) {
          String title = "paused %d ms".formatted(pause.nanos() / 1_000_000);
          bar(pause.fromNs(), pause.toNs(), "#fb8c00", "0.6", title);
        }
      }
      number++;
      rows++;
    }
  }

  private void acknowledged(List<Op> ops) {
    List<Integer> slices = new ArrayList<>();
    for (Op op : ops) {
      if (op.isOk() && op.call() instanceof Call.Write) {
        int slice = (int) ((op.completeNs() - begin) / SLICE_NANOS);
        while (slices.size() <= slice) {
          slices.add(0);
        }
        slices.set(slice, slices.get(slice) + 1);
      }
    }
    int most = slices.stream().mapToInt(Integer::intValue).max().orElse(1);
    for (int i = 0; i < slices.size(); i++) {
      if (slices.get(i) > 0) {
        String opacity = "%.2f".formatted(0.25 + 0.7 * slices.get(i) / most);
        long from = begin + i * SLICE_NANOS;
        bar(from, from + SLICE_NANOS, "#1565c0", opacity, slices.get(i) + " writes");
      }
    }
  }

  private void axis() {
    long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(end - begin));
    long step = Math.max(1, seconds / 10);
    for (long second = 0; second <= seconds; second += step) {
      double at = x(begin + TimeUnit.SECONDS.toNanos(second));
      body.append(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\" stroke=\"#0002\"/>"
              .formatted(at, at, rows * ROW));
      body.append("<text x=\"%.1f\" y=\"%d\">%d s</text>".formatted(at, rows * ROW + 12, second));
    }
  }
}
