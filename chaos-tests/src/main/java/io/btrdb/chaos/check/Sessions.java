package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A process reads its own writes and never steps back: each of its reads of the latest version of a
 * stream is no older than whatever it was told of that stream before. {@link VersionOrder} promises
 * that across processes; this says which process would have noticed.
 */
public final class Sessions implements Checker {
  private record Session(int process, UUID uuid) {}

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    Map<Session, StreamVersion> told = new HashMap<>();
    for (Op op : history.ops()) {
      if (op.isOk()
          && op.version().isAfter(StreamVersion.NONE)
          && op.call() instanceof Call.OfStream of) {
        Session session = new Session(op.process(), of.uuid());
        StreamVersion before = told.getOrDefault(session, StreamVersion.NONE);
        boolean mustKnow = !(op.call() instanceof Call.Read read) || read.at().isLatest();
        findings.checked(1);
        if (mustKnow && before.isAfter(op.version())) {
          findings.add(Anomaly.Kind.STALE, "the process knew %s before %s", before, op);
        }
        told.put(session, before.max(op.version()));
      }
    }
    return findings.verdict();
  }
}
