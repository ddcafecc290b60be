package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.Map;
import java.util.TreeMap;

/** Every map of hash slots that a node gives out covers all of them, none twice. */
public final class SlotCoverage implements Checker {
  private static final int SLOTS = 4_096;

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (Op op : history.of(Call.Slots.class)) {
      if (op.isOk() && op.answer() instanceof Answer.SlotRanges ranges) {
        findings.checked(1);
        check(op, ranges, findings);
      }
    }
    return findings.verdict();
  }

  private static void check(Op op, Answer.SlotRanges ranges, Findings findings) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < ranges.firsts().length; i++) {
      if (counts.put(ranges.firsts()[i], ranges.counts()[i]) != null) {
        findings.add(Anomaly.Kind.BROKEN_RANGES, "two at %d: %s", ranges.firsts()[i], op);
      }
    }
    int next = 0;
    for (Map.Entry<Integer, Integer> range : counts.entrySet()) {
      if (range.getKey() != next) {
        findings.add(Anomaly.Kind.BROKEN_RANGES, "%d follows %d: %s", range.getKey(), next, op);
      }
      next = range.getKey() + range.getValue();
    }
    if (next != SLOTS) {
      findings.add(Anomaly.Kind.BROKEN_RANGES, "they end at %d: %s", next, op);
    }
  }
}
