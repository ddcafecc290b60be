package io.btrdb.consensus;

import io.btrdb.consensus.ConsensusException.Applied;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;

/**
 * Group commit: commands that wait while entries are in flight share the next one.
 *
 * <p>An idle log proposes a single command at once. Callers only queue; entries are built, and
 * callers' futures completed, by one task at a time on {@code serial}, so the order of submission
 * is the order in the log, and no caller's code runs on Raft's own threads.
 */
final class Proposer {
  private static final Duration RETRY_AFTER = Duration.ofMillis(20);

  private static final class Waiting {
    final byte[] command;
    final CompletableFuture<Object> outcome = new CompletableFuture<>();
    final long deadlineNanos;

    Waiting(byte[] command, long deadlineNanos) {
      this.command = command;
      this.deadlineNanos = deadlineNanos;
    }
  }

  /** An entry in flight. Raft's threads write the volatile fields, {@code serial} reads them. */
  private static final class Entry {
    final long callId;
    final List<Waiting> commands;
    final long bytes;

    /** From here on nobody can say that the entry will not be committed. */
    volatile boolean appended;

    volatile List<Object> outcomes;
    Future<?> deadline;

    Entry(long callId, List<Waiting> commands, long bytes) {
      this.callId = callId;
      this.commands = commands;
      this.bytes = bytes;
    }
  }

  private final RatisGroup group;
  private final LeadershipGate gate;
  private final RaftOptions options;
  private final LongSupplier clockMillis;
  private final ScheduledExecutorService timer;
  private final Executor serial;

  /** The state callers share; guarded by itself. */
  private final Queue<Waiting> queue = new ArrayDeque<>();

  /** Bytes of commands queued or in flight; guarded by {@link #queue}. */
  private long heldBytes;

  /** A run of {@link #drain} is on its way; guarded by {@link #queue}. */
  private boolean draining;

  private final Map<Long, Entry> inFlight = new ConcurrentHashMap<>();

  // Used on `serial` only.
  private boolean expiryScheduled;
  private long stampedMillis;

  /** Log time of the newest applied entry; written by the apply thread. */
  private volatile long appliedMillis;

  private volatile Throwable failure;

  Proposer(
      RatisGroup group,
      LeadershipGate gate,
      RaftOptions options,
      LongSupplier clockMillis,
      ScheduledExecutorService timer,
      Executor serial) {
    this.group = group;
    this.gate = gate;
    this.options = options;
    this.clockMillis = clockMillis;
    this.timer = timer;
    this.serial = serial;
  }

  CompletableFuture<Object> submit(byte[] command) {
    RaftOptions.Batching batching = options.batching();
    if (command.length > batching.commandBytesMax()) {
      throw new IllegalArgumentException(
          "a command of " + command.length + " bytes; the limit is " + batching.commandBytesMax());
    }
    Throwable failed = failure;
    if (failed != null) {
      return CompletableFuture.failedFuture(ConsensusException.failed(Applied.NO, failed));
    }
    if (!gate.leads()) {
      return CompletableFuture.failedFuture(ConsensusException.notLeader(gate.leader()));
    }
    Waiting waiting = new Waiting(command, System.nanoTime() + options.requestTimeout().toNanos());
    synchronized (queue) {
      if (heldBytes + command.length > batching.queueBytes()) {
        return CompletableFuture.failedFuture(
            ConsensusException.overloaded(
                RETRY_AFTER, heldBytes + " bytes are waiting for a majority"));
      }
      heldBytes += command.length;
      queue.add(waiting);
    }
    wake();
    return waiting.outcome;
  }

  /** Looks at the queue again: something changed. Any thread. */
  void wake() {
    synchronized (queue) {
      if (draining) {
        return;
      }
      draining = true;
    }
    serial.execute(this::drain);
  }

  void fail(Throwable reason) {
    failure = reason;
    wake();
  }

  // ---- on Raft's threads ----

  /** Ratis is about to append the entry of this request to this replica's log. */
  void appending(RaftClientRequest request) {
    Entry entry = entryOf(request);
    if (entry != null) {
      entry.appended = true;
    }
  }

  /** The entry has been applied here; {@code request} is null unless this replica proposed it. */
  void applied(RaftClientRequest request, List<Object> outcomes) {
    Entry entry = entryOf(request);
    if (entry != null) {
      entry.outcomes = outcomes;
    }
  }

  void logTime(long millis) {
    appliedMillis = millis;
  }

  private Entry entryOf(RaftClientRequest request) {
    return request != null && group.submittedHere(request)
        ? inFlight.get(request.getCallId())
        : null;
  }

  // ---- on `serial` ----

  private void drain() {
    synchronized (queue) {
      draining = false;
    }
    if (failure != null) {
      refuseQueued(ConsensusException.failed(Applied.NO, failure));
      return;
    }
    if (!gate.leads()) {
      refuseQueued(ConsensusException.notLeader(gate.leader()));
      return;
    }
    refuseExpired();
    while (gate.ready() && mayPropose()) {
      List<Waiting> commands = nextCommands();
      if (commands.isEmpty()) {
        return;
      }
      propose(commands);
    }
    scheduleExpiry();
  }

  private boolean mayPropose() {
    RaftOptions.Batching batching = options.batching();
    return inFlight.isEmpty()
        || inFlight.size() < batching.entriesInFlight()
            && queuedBytes() >= batching.pipelineBytes();
  }

  private long queuedBytes() {
    long proposed = 0;
    for (Entry entry : inFlight.values()) {
      proposed += entry.bytes;
    }
    synchronized (queue) {
      return heldBytes - proposed;
    }
  }

  private List<Waiting> nextCommands() {
    RaftOptions.Batching batching = options.batching();
    List<Waiting> commands = new ArrayList<>();
    long bytes = 0;
    synchronized (queue) {
      for (Waiting head; (head = queue.peek()) != null; ) {
        bytes += head.command.length;
        boolean fits =
            bytes <= batching.entryBytes() && commands.size() < batching.entryCommandsMax();
        if (!commands.isEmpty() && !fits) {
          break;
        }
        commands.add(queue.remove());
      }
    }
    return commands;
  }

  private void propose(List<Waiting> commands) {
    List<byte[]> payloads = new ArrayList<>(commands.size());
    long bytes = 0;
    for (Waiting waiting : commands) {
      payloads.add(waiting.command);
      bytes += waiting.command.length;
    }
    byte[] envelope = EntryFormat.encode(group.term(), stamp(), payloads);
    RaftClientRequest request = group.writeRequest(RatisTypes.bytes(envelope));
    Entry entry = new Entry(request.getCallId(), commands, bytes);
    inFlight.put(entry.callId, entry);
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = group.submit(request);
    } catch (IOException | RuntimeException e) {
      settle(entry, null, e);
      return;
    }
    entry.deadline =
        timer.schedule(
            () -> serial.execute(() -> giveUp(entry)),
            commands.get(0).deadlineNanos - System.nanoTime(),
            TimeUnit.NANOSECONDS);
    reply.whenCompleteAsync(
        (answer, error) -> {
          settle(entry, answer, error);
          wake();
        },
        serial);
  }

  private long stamp() {
    long last = Math.max(stampedMillis, appliedMillis);
    long now = Math.max(clockMillis.getAsLong(), last);
    long step = options.batching().logTimeStepMax().toMillis();
    // A new log has no time to advance from.
    stampedMillis = last == 0 ? now : Math.min(now, last + step);
    return stampedMillis;
  }

  private void settle(Entry entry, RaftClientReply reply, Throwable error) {
    inFlight.remove(entry.callId);
    if (entry.deadline != null) {
      entry.deadline.cancel(false);
    }
    release(entry.bytes);
    List<Object> outcomes = entry.outcomes;
    if (outcomes != null) {
      for (int i = 0; i < outcomes.size(); i++) {
        entry.commands.get(i).outcome.complete(outcomes.get(i));
      }
    } else {
      Throwable why = error != null ? error : reply.getException();
      refuse(entry.commands, entry.appended ? unknown(why) : notAppended(why));
    }
  }

  /** The deadline of an entry in flight has passed. It keeps its place until Ratis answers. */
  private void giveUp(Entry entry) {
    if (inFlight.containsKey(entry.callId)) {
      refuse(
          entry.commands,
          ConsensusException.unavailable(
              Applied.UNKNOWN, "no majority within " + options.requestTimeout()));
    }
  }

  private ConsensusException unknown(Throwable why) {
    Throwable failed = failure;
    if (failed != null) {
      return ConsensusException.failed(Applied.UNKNOWN, failed);
    }
    ConsensusException e =
        ConsensusException.unavailable(
            Applied.UNKNOWN, "leadership was lost while the entry was in flight");
    e.initCause(why);
    return e;
  }

  private static ConsensusException notAppended(Throwable why) {
    Throwable cause = RatisGroup.unwrap(why);
    if (cause instanceof NotLeaderException notLeader) {
      return ConsensusException.notLeader(
          Optional.ofNullable(notLeader.getSuggestedLeader())
              .map(peer -> RatisTypes.peerId(peer.getId())));
    }
    if (cause instanceof ResourceUnavailableException) {
      return ConsensusException.overloaded(RETRY_AFTER, "Raft's queue is full");
    }
    ConsensusException e =
        ConsensusException.unavailable(Applied.NO, "the entry could not be proposed");
    e.initCause(cause);
    return e;
  }

  private void refuseQueued(ConsensusException why) {
    List<Waiting> refused;
    synchronized (queue) {
      refused = new ArrayList<>(queue);
      queue.clear();
    }
    refuseHeld(refused, why);
  }

  private void refuseExpired() {
    List<Waiting> refused = new ArrayList<>();
    long now = System.nanoTime();
    synchronized (queue) {
      while (!queue.isEmpty() && queue.element().deadlineNanos - now <= 0) {
        refused.add(queue.remove());
      }
    }
    refuseHeld(
        refused,
        ConsensusException.unavailable(
            Applied.NO, "no majority within " + options.requestTimeout()));
  }

  private void refuseHeld(List<Waiting> refused, ConsensusException why) {
    long bytes = 0;
    for (Waiting waiting : refused) {
      bytes += waiting.command.length;
    }
    release(bytes);
    refuse(refused, why);
  }

  private static void refuse(List<Waiting> commands, ConsensusException why) {
    commands.forEach(waiting -> waiting.outcome.completeExceptionally(why));
  }

  private void scheduleExpiry() {
    Waiting head;
    synchronized (queue) {
      head = queue.peek();
    }
    if (head == null || expiryScheduled) {
      return;
    }
    expiryScheduled = true;
    timer.schedule(
        () ->
            serial.execute(
                () -> {
                  expiryScheduled = false;
                  drain();
                }),
        head.deadlineNanos - System.nanoTime(),
        TimeUnit.NANOSECONDS);
  }

  private void release(long bytes) {
    synchronized (queue) {
      heldBytes -= bytes;
      if (heldBytes < 0) {
        throw new IllegalStateException("released more bytes than were held: " + heldBytes);
      }
    }
  }
}
