package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.HashMap;
import java.util.Map;

/** Nobody ever names two leaders of one group in one term. */
public final class OneLeader implements Checker {
  private record Reign(String group, long term) {}

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    Map<Reign, String> leaders = new HashMap<>();
    for (Op op : history.of(Call.Leaders.class)) {
      if (op.isOk() && op.answer() instanceof Answer.Reigns told) {
        for (Answer.Reign each : told.reigns()) {
          String other = leaders.putIfAbsent(new Reign(each.group(), each.term()), each.leader());
          findings.checked(1);
          if (other != null && !other.equals(each.leader())) {
            findings.add(
                Anomaly.Kind.TWO_LEADERS,
                "%s and %s of %s in term %d: %s",
                other,
                each.leader(),
                each.group(),
                each.term(),
                op);
          }
        }
      }
    }
    findings.note("%d reigns", leaders.size());
    return findings.verdict();
  }
}
