package io.btrdb.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What Raft would give: entries proposed by leaders, committed in order, cut off when they fall.
 */
final class SimulatedLog {
  /** Somebody who waits for a command's outcome, as long as that replica stays up and leads. */
  interface Waiter {
    void outcome(Outcome outcome);

    void lost();

    Waiter NOBODY =
        new Waiter() {
          @Override
          public void outcome(Outcome outcome) {}

          @Override
          public void lost() {}
        };
  }

  record Submitted(byte[] bytes, Waiter waiter) {}

  record Entry(
      long term,
      long index,
      long proposerTerm,
      long logTime,
      int proposer,
      int incarnation,
      List<Submitted> commands) {}

  final List<Entry> committed = new ArrayList<>();
  final Deque<Entry> inFlight = new ArrayDeque<>();

  long nextIndex() {
    return committed.size() + inFlight.size();
  }

  /** What no log may do: entries that were committed are gone. */
  void forget(int from) {
    committed.subList(from, committed.size()).clear();
  }

  /** A new leader keeps a prefix of what the old one had under way; the rest never happened. */
  void cutOff(int kept, java.util.function.Consumer<Entry> commit) {
    for (int i = 0; i < kept; i++) {
      commit.accept(inFlight.removeFirst());
    }
    inFlight.forEach(entry -> entry.commands().forEach(command -> command.waiter().lost()));
    inFlight.clear();
  }
}
