package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Columns;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.util.Arrays;

/**
 * No read shows a value twice: each is written once, so a second one comes from a retry that was
 * applied again. Streams that keep all points show that directly.
 */
public final class ExactlyOnce implements Checker {
  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (Op op : history.of(Call.Values.class)) {
      if (op.isOk() && op.answer() instanceof Answer.Points read) {
        check(op, read.columns(), findings);
      }
    }
    return findings.verdict();
  }

  private static void check(Op op, Columns read, Findings findings) {
    double[] values = read.values().clone();
    Arrays.sort(values);
    for (int i = 1; i < values.length; i++) {
      if (values[i] == values[i - 1]) {
        findings.add(Anomaly.Kind.DUPLICATED, "%s is there twice in %s", values[i], op);
      }
    }
    findings.checked(values.length);
  }
}
