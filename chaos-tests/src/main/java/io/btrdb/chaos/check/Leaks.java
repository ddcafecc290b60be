package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * When all is over no process holds much more than before the first fault: each figure of its
 * {@link Call.Resources} may have doubled, and grown by what {@code slack} says besides.
 */
public final class Leaks implements Checker {
  private final Map<String, Long> slack;

  /**
   * @param slack by name of the figure; figures without are not judged
   */
  public Leaks(Map<String, Long> slack) {
    this.slack = Map.copyOf(slack);
  }

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    OptionalLong faults = history.began(Call.Phase.FAULTS);
    OptionalLong end = history.began(Call.Phase.FINAL);
    if (faults.isEmpty() || end.isEmpty()) {
      return findings.verdict();
    }
    Map<String, Map<String, Long>> before = new HashMap<>();
    for (Op op : history.of(Call.Resources.class)) {
      if (op.isOk() && op.answer() instanceof Answer.Figures figures) {
        String node = ((Call.Resources) op.call()).node();
        if (op.completeNs() <= faults.getAsLong()) {
          before.put(node, figures.byName());
        } else if (op.invokeNs() >= end.getAsLong() && before.containsKey(node)) {
          compare(op, before.get(node), figures.byName(), findings);
        }
      }
    }
    return findings.verdict();
  }

  private void compare(
      Op op, Map<String, Long> before, Map<String, Long> after, Findings findings) {
    slack.forEach(
        (name, more) -> {
          if (before.containsKey(name) && after.containsKey(name)) {
            findings.checked(1);
            if (after.get(name) > 2 * before.get(name) + more) {
              findings.add(
                  Anomaly.Kind.LEAK,
                  "%d %s, %d before the faults: %s",
                  after.get(name),
                  name,
                  before.get(name),
                  op);
            }
          }
        });
  }
}
