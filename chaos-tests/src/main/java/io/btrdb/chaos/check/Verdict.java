package io.btrdb.chaos.check;

import java.util.List;

/**
 * What a checker came to.
 *
 * @param checked how many facts it looked at: with 0 it has proved nothing
 * @param undecided facts that were too entangled with operations of unknown fate to be judged
 * @param found how many anomalies there are
 * @param first the first of them, at most {@link Findings#KEPT}
 * @param notes figures for a report
 */
public record Verdict(
    String checker,
    long checked,
    long undecided,
    long found,
    List<Anomaly> first,
    List<String> notes) {
  public boolean holds() {
    return found == 0;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("%-18s %s, %,d checked".formatted(checker, holds() ? "holds" : "FAILS", checked));
    if (undecided > 0) {
      text.append(", %,d undecided".formatted(undecided));
    }
    if (found > 0) {
      text.append(", %,d anomalies".formatted(found));
    }
    notes.forEach(note -> text.append("; ").append(note));
    first.stream().limit(5).forEach(anomaly -> text.append("\n    ").append(anomaly));
    return text.toString();
  }
}
