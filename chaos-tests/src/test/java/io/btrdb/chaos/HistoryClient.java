package io.btrdb.chaos;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.HistoryWriter;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.Fate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process of a history: makes one call after the other and records each. After a write of unknown
 * fate, which stays open for ever, it goes on as another process. Belongs to one thread.
 */
final class HistoryClient {
  private final HistoryWriter history;
  private final AtomicInteger processes;
  private final CallRunner runner;
  private int process;

  /**
   * @param processes where new process ids come from
   */
  HistoryClient(HistoryWriter history, AtomicInteger processes, Btrdb db) {
    this.history = history;
    this.processes = processes;
    this.runner = new CallRunner(db);
    this.process = processes.getAndIncrement();
  }

  /** The reply, empty when the call failed. */
  Optional<CallRunner.Reply> call(Call.OfStream call) {
    long id = history.invoke(process, call);
    try {
      CallRunner.Reply reply =
          switch (call) {
            case Call.Write write -> runner.run(write);
            case Call.Read read -> runner.run(read);
          };
      history.complete(id, Op.Type.OK, reply.answer(), reply.version());
      return Optional.of(reply);
    } catch (BtrdbException e) {
      boolean unknown = e.fate() == Fate.UNKNOWN;
      history.complete(
          id,
          unknown ? Op.Type.INFO : Op.Type.FAIL,
          new Answer.Failure(e.code(), String.valueOf(e.getMessage())),
          StreamVersion.NONE);
      if (unknown) {
        process = processes.getAndIncrement();
      }
      return Optional.empty();
    }
  }
}
