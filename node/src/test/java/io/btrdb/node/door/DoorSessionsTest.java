package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.DataPlane.WriteCall;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.shard.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DoorSessionsTest {
  private final InMemoryPlane data = new InMemoryPlane();
  private final DoorSessions sessions = new DoorSessions(data);
  private final UUID stream = data.create();

  private CompletableFuture<WriteResult> flush() {
    return sessions.write(new Operation.Flush(stream), true, Long.MAX_VALUE);
  }

  @Test
  void shouldGiveEachWriteItsOwnSequenceAndTellWhatIsAcknowledged() {
    for (int i = 0; i < 10_000; i++) {
      assertInstanceOf(WriteResult.Applied.class, flush().join());
    }
    for (int i = 0; i < 10_000; i++) {
      WriteCall call = data.writes.get(i);
      assertEquals(i + 1, call.sequence());
      assertEquals(i, call.acknowledgedThrough());
      assertEquals(data.writes.get(0).session(), call.session());
    }
  }

  @Test
  void shouldWriteAgainInANewSessionWhenTheOldOneIsLost() {
    flush().join();
    data.loseSessions();
    assertInstanceOf(WriteResult.Applied.class, flush().join());
    assertEquals(3, data.writes.size());
    assertEquals(2, data.writes.get(1).sequence());
    assertEquals(1, data.writes.get(2).sequence());
    assertNotEquals(data.writes.get(1).session(), data.writes.get(2).session());
  }

  @Test
  void shouldNotWriteAgainWhatMayHaveBeenDone() {
    data.onWrite =
        call ->
            CompletableFuture.completedFuture(
                new WriteResult.Failed(ErrorCode.CLUSTER_DEGRADED, "lost", true, true, 0));
    WriteResult.Failed failed = (WriteResult.Failed) flush().join();
    assertTrue(failed.unknown());
    assertEquals(1, data.writes.size());
    data.onWrite = call -> null;
    assertInstanceOf(WriteResult.Applied.class, flush().join());
  }

  @Test
  void shouldNeverReachPastTheWindowOfASession() {
    List<CompletableFuture<WriteResult>> held = new ArrayList<>();
    data.onWrite =
        call -> {
          CompletableFuture<WriteResult> later = new CompletableFuture<>();
          held.add(later);
          return later;
        };
    int most = Limits.SESSION_WINDOW * Limits.SESSIONS_PER_SHARD;
    for (int i = 0; i < most; i++) {
      assertFalse(flush().isDone());
    }
    Set<UUID> used = new HashSet<>();
    for (WriteCall call : data.writes) {
      used.add(call.session());
      assertTrue(
          call.sequence() - call.acknowledgedThrough() <= Limits.SESSION_WINDOW, call::toString);
    }
    assertEquals(Limits.SESSIONS_PER_SHARD, used.size());
    WriteResult.Failed shed = (WriteResult.Failed) flush().join();
    assertEquals(ErrorCode.RESOURCE_DEPLETED, shed.code());
    assertTrue(shed.retryAfterMillis() > 0);

    // An outcome in the middle makes no room: the window starts at the oldest one unknown.
    held.get(5).complete(new WriteResult.Applied(10, 0));
    assertInstanceOf(WriteResult.Failed.class, flush().join());
    held.get(0).complete(new WriteResult.Applied(10, 0));
    assertFalse(flush().isDone());
    assertEquals(1, data.writes.get(most).acknowledgedThrough());
  }
}
