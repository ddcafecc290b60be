package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.Call.At;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The same question at the same version has the same answer for ever, whoever gives it, before and
 * after every fault. A version that was the latest counts as well as one that was asked for.
 */
public final class RepeatableAnswers implements Checker {
  private record Question(Call call, StreamVersion version) {}

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    for (List<Op> ops : history.byStream().values()) {
      Map<Question, Op> first = new HashMap<>();
      for (Op op : ops) {
        if (op.isOk()
            && op.call() instanceof Call.Read read
            && op.version().isAfter(StreamVersion.NONE)) {
          Op earlier = first.putIfAbsent(new Question(timeless(read), op.version()), op);
          if (earlier != null) {
            compare(earlier, op, findings);
          }
        }
      }
    }
    return findings.verdict();
  }

  private static void compare(Op earlier, Op op, Findings findings) {
    findings.checked(1);
    if (!earlier.answer().equals(op.answer())) {
      findings.add(Anomaly.Kind.UNREPEATABLE, "%s%s, and %s", earlier, difference(earlier, op), op);
    }
  }

  private static String difference(Op one, Op other) {
    return one.answer() instanceof Answer.Points a && other.answer() instanceof Answer.Points b
        ? " (%d and %d points)".formatted(a.columns().size(), b.columns().size())
        : "";
  }

  /** The call without the word for its version. */
  private static Call timeless(Call.Read read) {
    return switch (read) {
      case Call.Values v -> new Call.Values(v.uuid(), At.LATEST, v.start(), v.end());
      case Call.Windows w -> new Call.Windows(w.uuid(), At.LATEST, w.start(), w.end(), w.width());
      case Call.Aligned a ->
          new Call.Aligned(a.uuid(), At.LATEST, a.start(), a.end(), a.pointWidth());
      case Call.Nearest n -> new Call.Nearest(n.uuid(), At.LATEST, n.time(), n.backward());
      case Call.Changes c -> new Call.Changes(c.uuid(), c.from(), At.LATEST, c.resolution());
      case Call.Replica r -> new Call.Replica(r.uuid(), "", At.LATEST);
    };
  }
}
