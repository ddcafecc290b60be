package io.btrdb.chaos.check;

import java.util.ArrayList;
import java.util.List;

/** What a checker finds on its way. Belongs to one thread. */
final class Findings {
  /** More anomalies than that are counted only. */
  static final int KEPT = 100;

  private final String checker;
  private final List<Anomaly> first = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long checked;
  private long undecided;
  private long found;

  Findings(Checker checker) {
    this.checker = checker.name();
  }

  void checked(long facts) {
    checked += facts;
  }

  void undecided(long facts) {
    undecided += facts;
  }

  void add(Anomaly.Kind kind, String format, Object... arguments) {
    found++;
    if (first.size() < KEPT) {
      first.add(new Anomaly(kind, format.formatted(arguments)));
    }
  }

  void note(String format, Object... arguments) {
    notes.add(format.formatted(arguments));
  }

  Verdict verdict() {
    return new Verdict(checker, checked, undecided, found, List.copyOf(first), List.copyOf(notes));
  }
}
