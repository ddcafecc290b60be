package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.time.Duration;
import java.util.List;

/**
 * Whatever was damaged is told of by the node whose bytes they were, within a time: figures of an
 * {@link Call.Alarm} after it are not all zero. Damage that did no harm, but that nobody mentions,
 * is an anomaly, too.
 */
public final class NoSilentDamage implements Checker {
  private final Duration within;

  public NoSilentDamage(Duration within) {
    this.within = within;
  }

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    List<Op> alarms = history.of(Call.Alarm.class);
    for (Op damage : history.of(Call.Damage.class)) {
      if (damage.isOk()) {
        findings.checked(1);
        String node = ((Call.Damage) damage.call()).node();
        if (alarms.stream().noneMatch(alarm -> tells(alarm, node, damage))) {
          findings.add(Anomaly.Kind.SILENT_DAMAGE, "%s", damage);
        }
      }
    }
    return findings.verdict();
  }

  private boolean tells(Op alarm, String node, Op damage) {
    return alarm.isOk()
        && ((Call.Alarm) alarm.call()).node().equals(node)
        && alarm.invokeNs() >= damage.invokeNs()
        && alarm.completeNs() - damage.invokeNs() <= within.toNanos()
        && alarm.answer() instanceof Answer.Figures figures
        && figures.byName().values().stream().anyMatch(value -> value > 0);
  }
}
