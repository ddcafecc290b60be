package io.btrdb.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Figures under each other, for people. */
final class ResultTable {
  private static final List<String> HEAD =
      List.of(
          "WORKLOAD",
          "RATE",
          "P50 ms",
          "P99 ms",
          "CLIENT CPU s",
          "NODES CPU s",
          "LOG B/VALUE",
          "DISK B/VALUE",
          "GOAL",
          "");

  private ResultTable() {}

  static List<String> render(List<Figure> figures) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    figures.forEach(figure -> rows.add(cells(figure)));
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static List<String> cells(Figure figure) {
    List<Goal> goals = figure.goals();
    return List.of(
        figure.what(),
        Figures.rate(figure.rate()) + " " + figure.unit() + "/s",
        Figures.threeDigits(figure.p50Millis()),
        Figures.threeDigits(figure.p99Millis()),
        Figures.threeDigits(figure.clientCpuSeconds()),
        Figures.threeDigits(figure.nodesCpuSeconds()),
        Figures.threeDigits(figure.logBytesPerValue()),
        Figures.threeDigits(figure.diskBytesPerValue()),
        goals.stream().map(Goal::toString).collect(Collectors.joining(", ")),
        goals.isEmpty() ? "" : figure.isReached() ? "reached" : "not reached");
  }

  /** The first column and the goals to the left, numbers to the right. */
  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      boolean left = i == 0 || i >= widths.length - 2;
      line.append(left ? row.get(i) + padding : padding + row.get(i)).append("  ");
    }
    return line.toString().stripTrailing();
  }
}
