package io.btrdb.shard;

import io.btrdb.shard.Outcome.Reason;
import io.btrdb.shard.Outcome.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/** A client that retries for ever and remembers what it was told. */
final class SimulatedClient {
  private static final int OUTSTANDING_MAX = 12;

  private static final class Request {
    final Operation operation;
    Outcome told;

    Request(Operation operation) {
      this.operation = operation;
    }
  }

  private final SplittableRandom random;
  private final OperationMaker operations;
  UUID session;
  private boolean open;
  private final TreeMap<Long, Request> requests = new TreeMap<>();
  private long last;
  private long acknowledged;

  SimulatedClient(SplittableRandom random, OperationMaker operations) {
    this.random = random;
    this.operations = operations;
    begin();
  }

  private void begin() {
    session = new UUID(random.nextLong(), random.nextLong() | 1);
    open = false;
    requests.clear();
    last = 0;
    acknowledged = 0;
  }

  /** Something to send: a new request or one whose answer has not come. */
  Command next() {
    if (!open) {
      return new Command.OpenSession(session);
    }
    List<Long> waiting = new ArrayList<>();
    requests.forEach(
        (sequence, request) -> {
          if (request.told == null) {
            waiting.add(sequence);
          }
        });
    // Now and then also one that was answered: a late duplicate on the wire.
    if (!requests.isEmpty() && random.nextInt(12) == 0) {
      waiting.clear();
      waiting.addAll(requests.keySet());
    }
    boolean repeat =
        !waiting.isEmpty() && (waiting.size() >= OUTSTANDING_MAX || random.nextInt(3) == 0);
    long sequence = repeat ? waiting.get(random.nextInt(waiting.size())) : ++last;
    if (!repeat) {
      requests.put(sequence, new Request(operations.next()));
    }
    return new Command.Write(session, sequence, acknowledged, requests.get(sequence).operation);
  }

  /** An answer to {@code command}; {@code outcome} must be the one told before, if one was. */
  void told(Command command, Outcome outcome) {
    if (command instanceof Command.OpenSession opened && opened.session().equals(session)) {
      open |= outcome instanceof Outcome.Done;
      if (random.nextInt(20) == 0 && outcome instanceof Refused) {
        begin();
      }
    } else if (command instanceof Command.Write write && write.session().equals(session)) {
      if (outcome instanceof Refused refused && refused.reason() == Reason.UNKNOWN_SESSION) {
        begin();
        return;
      }
      remember(write, outcome);
    }
  }

  private void remember(Command.Write write, Outcome outcome) {
    Request request = requests.get(write.sequence());
    if (request == null) {
      return;
    }
    boolean tooLate =
        outcome instanceof Refused refused && refused.reason() == Reason.SEQUENCE_OUT_OF_WINDOW;
    if (request.told != null && !tooLate && !request.told.equals(outcome)) {
      throw new AssertionError(
          "sequence %d was told %s, then %s".formatted(write.sequence(), request.told, outcome));
    }
    if (tooLate && request.told == null) {
      throw new AssertionError("sequence " + write.sequence() + " lost its answer: " + outcome);
    }
    if (!tooLate) {
      request.told = outcome;
    }
    if (random.nextInt(4) == 0) {
      acknowledge();
    }
  }

  /** All answers up to here have come; forget them but for a few that may still be repeated. */
  private void acknowledge() {
    while (requests.containsKey(acknowledged + 1) && requests.get(acknowledged + 1).told != null) {
      acknowledged++;
    }
    requests.headMap(acknowledged - 5).clear();
  }
}
