package io.btrdb.chaos.check;

import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.History;
import io.btrdb.chaos.history.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long writes paused, by stream: from one acknowledgement to the next while somebody was
 * trying. For each fault: the time to the first acknowledgement after it on every stream. Fails
 * only beyond a limit that says that something is broken; the figures are for the report.
 */
public final class Availability implements Checker {
  private final Duration limit;

  /**
   * @param limit a pause of a stream that is longer is an anomaly
   */
  public Availability(Duration limit) {
    this.limit = limit;
  }

  /**
   * A time in which no write of a stream was acknowledged.
   *
   * @param stream number of the stream in the history, from 0
   */
  public record Pause(int stream, long fromNs, long toNs) {
    public long nanos() {
      return toNs - fromNs;
    }
  }

  @Override
  public Verdict check(History history) {
    Findings findings = new Findings(this);
    List<Pause> pauses = pauses(history);
    findings.checked(pauses.size());
    for (Pause pause : pauses) {
      if (pause.nanos() > limit.toNanos()) {
        findings.add(
            Anomaly.Kind.PAUSE_TOO_LONG,
            "stream %d was not written for %d ms",
            pause.stream(),
            TimeUnit.NANOSECONDS.toMillis(pause.nanos()));
      }
    }
    pauses.stream()
        .max(Comparator.comparingLong(Pause::nanos))
        .ifPresent(p -> findings.note("longest pause %d ms", p.nanos() / 1_000_000));
    List<Long> recoveries = recoveries(history);
    if (!recoveries.isEmpty()) {
      findings.note(
          "%d faults, first write on every stream after p50 %d ms, worst %d ms",
          recoveries.size(),
          recoveries.get(recoveries.size() / 2) / 1_000_000,
          recoveries.get(recoveries.size() - 1) / 1_000_000);
    }
    return findings.verdict();
  }

  /** Pauses of all streams; one that lasted to the end of the load included. */
  public static List<Pause> pauses(History history) {
    List<Pause> pauses = new ArrayList<>();
    int stream = 0;
    for (List<Op> ops : history.byStream().values()) {
      List<Op> writes = ops.stream().filter(op -> op.call() instanceof Call.Write).toList();
      long last = writes.isEmpty() ? 0 : writes.get(0).invokeNs();
      for (long ack : acknowledged(writes)) {
        if (ack > last) {
          pauses.add(new Pause(stream, last, ack));
        }
        last = Math.max(last, ack);
      }
      long tried = writes.stream().mapToLong(Op::invokeNs).max().orElse(last);
      long ended = history.began(Call.Phase.FINAL).orElse(tried);
      boolean waited = writes.stream().anyMatch(op -> op.completeNs() > ended);
      if (waited && ended > last || tried > last) {
        pauses.add(new Pause(stream, last, Math.max(tried, waited ? ended : tried)));
      }
      stream++;
    }
    return pauses;
  }

  private static long[] acknowledged(List<Op> writes) {
    return writes.stream().filter(Op::isOk).mapToLong(Op::completeNs).sorted().toArray();
  }

  /** For each fault the time until all streams had a write that began after it, sorted. */
  private static List<Long> recoveries(History history) {
    List<Long> recoveries = new ArrayList<>();
    for (Op fault : history.of(Call.Fault.class)) {
      long worst = 0;
      for (List<Op> ops : history.byStream().values()) {
        long first =
            ops.stream()
                .filter(op -> op.isOk() && op.call() instanceof Call.Write)
                .filter(op -> op.invokeNs() > fault.invokeNs())
                .mapToLong(Op::completeNs)
                .min()
                .orElse(fault.invokeNs());
        worst = Math.max(worst, first - fault.invokeNs());
      }
      recoveries.add(worst);
    }
    recoveries.sort(null);
    return recoveries;
  }
}
