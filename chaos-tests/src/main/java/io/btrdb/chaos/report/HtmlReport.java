package io.btrdb.chaos.report;

import io.btrdb.chaos.check.Anomaly;
import io.btrdb.chaos.check.Verdict;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One page without anything beside it: verdicts, the timeline, what was done how often. */
public final class HtmlReport {
  private static final String STYLE =
      """
      body { font: 14px/1.5 system-ui, sans-serif; max-width: 1240px; margin: 2em auto; color: #222 }
      table { border-collapse: collapse; margin: 1em 0 }
      td, th { text-align: left; padding: .2em .8em; border-bottom: 1px solid #ddd; vertical-align: top }
      td.n { text-align: right; font-variant-numeric: tabular-nums }
      .holds { color: #176b2c } .fails { color: #b00020; font-weight: bold } .nothing { color: #777 }
      pre { white-space: pre-wrap; margin: 0; font-size: 12px }
      """;

  private HtmlReport() {}

  /**
   * @param title of the run, with its seed
   */
  public static String of(String title, History history, List<Verdict> verdicts) {
    boolean holds = verdicts.stream().allMatch(Verdict::holds);
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(escape(title))
        .append("</title><style>\n")
        .append(STYLE)
        .append("</style></head><body><h1>")
        .append(escape(title))
        .append("</h1><p class=\"")
        .append(holds ? "holds\">Every checker is content." : "fails\">A promise was broken.")
        .append(" %,d operations".formatted(history.ops().size()))
        .append(history.isComplete() ? "." : "; the run broke off.")
        .append("</p>");
    page.append(Timeline.svg(history));
    verdicts(page, verdicts);
    operations(page, history);
    return page.append("</body></html>\n").toString();
  }

  private static void verdicts(StringBuilder page, List<Verdict> verdicts) {
    page.append(
        "<h2>Verdicts</h2><table><tr><th>checker</th><th>verdict</th><th>checked</th>"
            + "<th>undecided</th><th>notes and anomalies</th></tr>");
    for (Verdict verdict : verdicts) {
      String style = !verdict.holds() ? "fails" : verdict.checked() == 0 ? "nothing" : "holds";
      String word = verdict.holds() && verdict.checked() == 0 ? "saw nothing" : style;
      page.append("<tr><td>")
          .append(escape(verdict.checker()))
          .append("</td><td class=\"%s\">%s</td>".formatted(style, word))
          .append(number(verdict.checked()))
          .append(number(verdict.undecided()))
          .append("<td>")
          .append(escape(String.join("; ", verdict.notes())));
      for (Anomaly anomaly : verdict.first()) {
        page.append("<pre>").append(escape(anomaly.toString())).append("</pre>");
      }
      page.append("</td></tr>");
    }
    page.append("</table>");
  }

  private static void operations(StringBuilder page, History history) {
    Map<String, Map<Op.Type, Long>> counts =
        history.ops().stream()
            .collect(
                Collectors.groupingBy(
                    op -> op.call().function(),
                    TreeMap::new,
                    Collectors.groupingBy(Op::type, Collectors.counting())));
    page.append(
        "<h2>Operations</h2><table><tr><th>call</th><th>ok</th><th>fail</th><th>info</th></tr>");
    counts.forEach(
        (function, byType) -> {
          page.append("<tr><td>").append(escape(function)).append("</td>");
          for (Op.Type type : List.of(Op.Type.OK, Op.Type.FAIL, Op.Type.INFO)) {
            page.append(number(byType.getOrDefault(type, 0L)));
          }
          page.append("</tr>");
        });
    page.append(
        "</table><h2>Faults</h2><table><tr><th>from, s</th><th>to, s</th><th>what</th></tr>");
    long begin = history.ops().isEmpty() ? 0 : history.ops().get(0).invokeNs();
    for (Op op : history.of(Call.Fault.class)) {
      Call.Fault fault = (Call.Fault) op.call();
      String end =
          op.completeNs() == Op.NEVER ? "-" : "%.1f".formatted((op.completeNs() - begin) / 1e9);
      page.append(
          "<tr><td class=\"n\">%.1f</td><td class=\"n\">%s</td><td>%s %s</td></tr>"
              .formatted(
                  (op.invokeNs() - begin) / 1e9,
                  end,
                  escape(fault.kind()),
                  escape(String.join(", ", fault.nodes()))));
    }
    page.append("</table>");
  }

  private static String number(long value) {
    return "<td class=\"n\">%,d</td>".formatted(value);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
