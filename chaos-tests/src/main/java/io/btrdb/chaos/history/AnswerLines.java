package io.btrdb.chaos.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers as fields of a line; the grammar is {@link HistoryWriter}'s. */
final class AnswerLines {
  private AnswerLines() {}

  static void write(Answer answer, Fields out) {
    switch (answer) {
      case Answer.Done done -> out.put("r", "done");
      case Answer.Failure failure ->
          out.put("r", "failure").put("code", failure.code()).put("text", failure.text());
      case Answer.Points points ->
          out.put("r", "points")
              .put("times", Numbers.text(points.columns().times()))
              .put("values", Numbers.text(points.columns().values()));
      case Answer.Statistics windows ->
          out.put("r", "statistics")
              .put("starts", Numbers.text(windows.starts()))
              .put("counts", Numbers.text(windows.counts()))
              .put("min", Numbers.text(windows.min()))
              .put("mean", Numbers.text(windows.mean()))
              .put("max", Numbers.text(windows.max()))
              .put("stddev", Numbers.text(windows.stddev()));
      case Answer.Ranges ranges ->
          out.put("r", "ranges")
              .put("starts", Numbers.text(ranges.starts()))
              .put("ends", Numbers.text(ranges.ends()));
      case Answer.Digest digest ->
          out.put("r", "digest").put("points", digest.points()).put("hash", digest.hash());
      case Answer.Reigns reigns ->
          out.put("r", "reigns")
              .put(
                  "reigns",
                  String.join(
                      " ",
                      reigns.reigns().stream()
                          .map(reign -> reign.group() + "/" + reign.term() + "/" + reign.leader())
                          .toList()));
      case Answer.SlotRanges slots ->
          out.put("r", "slots")
              .put("starts", Numbers.text(slots.firsts()))
              .put("counts", Numbers.text(slots.counts()));
      case Answer.Figures figures ->
          out.put("r", "figures")
              .put(
                  "figures",
                  String.join(
                      " ",
                      figures.byName().entrySet().stream()
                          .map(figure -> figure.getKey() + "=" + figure.getValue())
                          .toList()));
    }
  }

  static Answer read(Fields in) {
    return switch (in.text("r")) {
      case "done" -> new Answer.Done();
      case "failure" -> new Answer.Failure(in.integer("code"), in.text("text"));
      case "points" ->
          new Answer.Points(
              new Columns(Numbers.longs(in.text("times")), Numbers.doubles(in.text("values"))));
      case "statistics" ->
          new Answer.Statistics(
              Numbers.longs(in.text("starts")),
              Numbers.longs(in.text("counts")),
              Numbers.doubles(in.text("min")),
              Numbers.doubles(in.text("mean")),
              Numbers.doubles(in.text("max")),
              Numbers.doubles(in.text("stddev")));
      case "ranges" ->
          new Answer.Ranges(Numbers.longs(in.text("starts")), Numbers.longs(in.text("ends")));
      case "digest" -> new Answer.Digest(in.number("points"), in.number("hash"));
      case "reigns" -> new Answer.Reigns(reigns(in.text("reigns")));
      case "slots" ->
          new Answer.SlotRanges(Numbers.ints(in.text("starts")), Numbers.ints(in.text("counts")));
      case "figures" -> new Answer.Figures(figures(in.text("figures")));
      default -> throw new IllegalArgumentException("unknown answer: " + in);
    };
  }

  private static List<Answer.Reign> reigns(String text) {
    List<Answer.Reign> reigns = new ArrayList<>();
    for (String each : text.isEmpty() ? new String[0] : text.split(" ")) {
      String[] parts = each.split("/");
      reigns.add(new Answer.Reign(parts[0], Long.parseLong(parts[1]), parts[2]));
    }
    return reigns;
  }

  private static Map<String, Long> figures(String text) {
    Map<String, Long> figures = new LinkedHashMap<>();
    for (String each : text.isEmpty() ? new String[0] : text.split(" ")) {
      int equals = each.lastIndexOf('=');
      figures.put(each.substring(0, equals), Long.parseLong(each.substring(equals + 1)));
    }
    return figures;
  }
}
