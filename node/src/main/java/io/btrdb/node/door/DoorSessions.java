package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.shard.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives writes that come without an id the (session, sequence) which makes them exactly-once inside
 * the cluster, whatever leaders come and go while they are resubmitted. Sessions belong to this
 * process: each start opens new ones. Thread-safe; does not block.
 *
 * <p>A client that repeats a write by itself is a new write: v5 has nothing to tell them apart by.
 */
final class DoorSessions {
  private final DataPlane data;
  private final ConcurrentHashMap<Integer, Lane> lanes = new ConcurrentHashMap<>();

  DoorSessions(DataPlane data) {
    this.data = data;
  }

  /** Writes one operation; completes with a value, never exceptionally. */
  CompletableFuture<WriteResult> write(
      Operation operation, boolean mayForward, long deadlineNanos) {
    int shard = data.shardOf(operation.stream());
    Write write = new Write(shard, operation, mayForward, deadlineNanos, new CompletableFuture<>());
    submit(write, lanes.computeIfAbsent(shard, s -> new Lane()), true);
    return write.result();
  }

  private record Write(
      int shard,
      Operation operation,
      boolean mayForward,
      long deadlineNanos,
      CompletableFuture<WriteResult> result) {}

  private void submit(Write write, Lane lane, boolean mayReopen) {
    DoorSession session = lane.sessionWithRoom();
    if (session == null) {
      write.result.complete(
          new WriteResult.Failed(
              ErrorCode.RESOURCE_DEPLETED,
              "too many writes to this shard wait for their outcome",
              false,
              false,
              Limits.RETRY_AFTER_MILLIS));
      return;
    }
    var unused =
        session
            .opened(id -> data.openSession(write.shard, id, write.mayForward, write.deadlineNanos))
            .whenComplete(
                (result, thrown) -> {
                  if (result instanceof WriteResult.Applied) {
                    send(write, session, lane, mayReopen);
                    return;
                  }
                  session.giveBack();
                  if (thrown != null) {
                    write.result.completeExceptionally(thrown);
                  } else {
                    write.result.complete(notSubmitted((WriteResult.Failed) result));
                  }
                });
  }

  /** Whatever became of the opening, no write was submitted. */
  private static WriteResult notSubmitted(WriteResult.Failed failed) {
    return new WriteResult.Failed(
        failed.code(), failed.message(), false, false, failed.retryAfterMillis());
  }

  private void send(Write write, DoorSession session, Lane lane, boolean mayReopen) {
    long sequence = session.take();
    DataPlane.WriteCall call =
        new DataPlane.WriteCall(
            write.shard,
            session.id(),
            sequence,
            session.acknowledgedThrough(),
            write.operation,
            write.mayForward,
            write.deadlineNanos);
    var unused =
        data.write(call)
            .whenComplete(
                (result, thrown) -> {
                  session.acknowledge(sequence);
                  if (thrown != null) {
                    write.result.completeExceptionally(thrown);
                  } else if (mayReopen
                      && result instanceof WriteResult.Failed failed
                      && failed.sessionLost()) {
                    lane.drop(session);
                    // Only a write that certainly was not done may be done in another session.
                    if (failed.unknown()) {
                      write.result.complete(failed);
                    } else {
                      submit(write, lane, false);
                    }
                  } else {
                    write.result.complete(result);
                  }
                });
  }

  /** The sessions of one shard; a second one only while the first is full. */
  private static final class Lane {
    private final List<DoorSession> sessions = new ArrayList<>();

    /** Null when all are full and no more may be opened. */
    synchronized DoorSession sessionWithRoom() {
      for (DoorSession session : sessions) {
        if (session.reserve()) {
          return session;
        }
      }
      if (sessions.size() == Limits.SESSIONS_PER_SHARD) {
        return null;
      }
      DoorSession added = new DoorSession();
      if (!added.reserve()) {
        throw new IllegalStateException("a new session has no room");
      }
      sessions.add(added);
      return added;
    }

    synchronized void drop(DoorSession lost) {
      sessions.remove(lost);
    }
  }
}
