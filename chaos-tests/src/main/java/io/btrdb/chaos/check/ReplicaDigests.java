package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Once all faults are over every replica answers by itself, and all hold the same points in the
 * same order in every version that they were asked for.
 */
public final class ReplicaDigests implements Checker {
  private record Asked(UUID uuid, StreamVersion version) {}

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    OptionalLong end = history.began(Call.Phase.FINAL);
    Map<Asked, Op> first = new HashMap<>();
    List<Op> replies = history.of(Call.Replica.class);
    for (Op op : replies) {
      Call.Replica replica = (Call.Replica) op.call();
      if (op.isOk()) {
        Asked asked = new Asked(replica.uuid(), op.version());
        Op other = first.putIfAbsent(asked, op);
        compare(other, op, findings);
      } else if (end.isPresent()
          && op.invokeNs() >= end.getAsLong()
          && !answeredLater(op, replies)) {
        findings.add(Anomaly.Kind.REPLICA_SILENT, "%s", op);
      }
    }
    return findings.verdict();
  }

  private static void compare(Op other, Op op, Findings findings) {
    if (other == null) {
      return;
    }
    findings.checked(1);
    if (!(op.answer() instanceof Answer.Digest) || !op.answer().equals(other.answer())) {
      findings.add(Anomaly.Kind.REPLICAS_DIFFER, "%s, and %s", other, op);
    }
  }

  /** Whether the same question to the same node had an answer in the end. */
  private static boolean answeredLater(Op op, List<Op> replies) {
    return replies.stream()
        .anyMatch(later -> later.isOk() && later.id() > op.id() && later.call().equals(op.call()));
  }
}
