package io.btrdb.client;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.PointsInsert;
import io.btrdb.api.cluster.RangeDelete;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.wire.UuidBytes;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A write from its call to its outcome. Made on the caller's thread, and the io thread's from then
 * on.
 */
final class PendingWrite {
  /** What is to be done. */
  sealed interface Operation {
    record Insert(MergePolicy policy, int count, ByteString block) implements Operation {}

    record Delete(long start, long end) implements Operation {}

    record Flush() implements Operation {}
  }

  /** A request without its points, about. */
  private static final int REQUEST_OVERHEAD = 96;

  private final UUID uuid;
  private final ByteString uuidBytes;
  private final Operation operation;
  private final long deadlineNanos;
  private final CompletableFuture<Version> outcome = new CompletableFuture<>();

  private int shard = -1;
  private Session session;
  private long sequence;
  private boolean noForward;
  private long id;

  /** It was sent at least once, and no answer has told what came of it. */
  private boolean fateOpen;

  /** What {@link #fateOpen} was before the last try. */
  private boolean fateOpenBefore;

  private int attempts;
  private int waits;
  private String lastAddress;
  private String lastProblem;
  private final Set<String> tried = new LinkedHashSet<>(2);

  PendingWrite(UUID uuid, Operation operation, long deadlineNanos) {
    this.uuid = uuid;
    this.uuidBytes = UuidBytes.of(uuid);
    this.operation = operation;
    this.deadlineNanos = deadlineNanos;
  }

  UUID uuid() {
    return uuid;
  }

  Operation operation() {
    return operation;
  }

  CompletableFuture<Version> outcome() {
    return outcome;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  int sizeBytes() {
    return operation instanceof Operation.Insert insert
        ? REQUEST_OVERHEAD + insert.block().size()
        : REQUEST_OVERHEAD;
  }

  int shard() {
    return shard;
  }

  /** Gives the write its number, which it keeps however often it is sent. */
  void number(int ofShard, Session ofSession, long newSequence) {
    shard = ofShard;
    session = ofSession;
    sequence = newSequence;
  }

  /** Null while the write waits for a number. */
  Session session() {
    return session;
  }

  long sequence() {
    return sequence;
  }

  /** The number was of no use: the session is gone and the write was not applied under it. */
  void dropNumber() {
    session = null;
    sequence = 0;
    fateOpen = false;
  }

  void aim(String address, boolean refuseForwarding) {
    lastAddress = address;
    noForward = refuseForwarding;
    tried.add(address);
    attempts++;
  }

  /** From now on it may be applied at any time, until an answer says otherwise. */
  void sent() {
    fateOpenBefore = fateOpen;
    fateOpen = true;
  }

  /** The answer says that this try did nothing; an earlier one may have. */
  void answeredWithoutEffect() {
    fateOpen = fateOpenBefore;
  }

  boolean isFateOpen() {
    return fateOpen;
  }

  void problem(String text) {
    lastProblem = text;
  }

  String lastProblem() {
    return lastProblem;
  }

  String lastAddress() {
    return lastAddress;
  }

  int attempts() {
    return attempts;
  }

  Set<String> tried() {
    return tried;
  }

  /** How often it has been put back to wait, this time included. */
  int countWait() {
    return ++waits;
  }

  int waits() {
    return waits;
  }

  /** Of the last request made for it, unique in its link. */
  long id() {
    return id;
  }

  WriteRequest request(long newId) {
    id = newId;
    WriteRequest.Builder request =
        WriteRequest.newBuilder()
            .setId(id)
            .setShard(shard)
            .setSessionHigh(session.id().getMostSignificantBits())
            .setSessionLow(session.id().getLeastSignificantBits())
            .setSequence(sequence)
            .setAcknowledgedThrough(session.acknowledgedThrough())
            .setUuid(uuidBytes)
            .setNoForward(noForward);
    if (operation instanceof Operation.Insert insert) {
      request.setInsert(
          PointsInsert.newBuilder()
              .setPolicy(insert.policy().ordinal())
              .setCount(insert.count())
              .setPoints(insert.block()));
    } else if (operation instanceof Operation.Delete delete) {
      request.setDelete(RangeDelete.newBuilder().setStart(delete.start()).setEnd(delete.end()));
    } else {
      request.setFlush(true);
    }
    return request.build();
  }

  String describe() {
    if (operation instanceof Operation.Insert insert) {
      return "insert of " + insert.count() + (insert.count() == 1 ? " point" : " points");
    }
    return operation instanceof Operation.Delete delete
        ? "delete of [" + delete.start() + ", " + delete.end() + ")"
        : "flush";
  }
}
