package io.btrdb.node.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogCommandCodec;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.catalog.CatalogOutcome;
import io.btrdb.catalog.Lifecycle;
import io.btrdb.consensus.ByteSlice;
import io.btrdb.consensus.Leadership;
import io.btrdb.consensus.LogEntry;
import io.btrdb.consensus.Position;
import io.btrdb.storage.InMemoryStateVault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CatalogReplicaTest {
  private final List<Object> told = new ArrayList<>();
  private final InMemoryStateVault vault = new InMemoryStateVault();
  private final CatalogReplica replica = replica(vault);
  private final UUID uuid = new UUID(1, 1);

  private CatalogReplica replica(InMemoryStateVault on) {
    return new CatalogReplica(
        CatalogOptions.DEFAULT,
        on,
        (firstAvailable, leader) -> CompletableFuture.completedFuture(Position.NONE),
        new CatalogReplica.Events() {
          @Override
          public void leadership(Leadership event) {
            told.add(event);
          }

          @Override
          public void failed(Throwable why) {
            told.add(why);
          }
        });
  }

  private static LogEntry entry(long index, CatalogCommand... commands) {
    List<ByteSlice> slices = new ArrayList<>();
    for (CatalogCommand command : commands) {
      byte[] bytes = CatalogCommandCodec.encode(command);
      slices.add(new ByteSlice(bytes, 0, bytes.length));
    }
    return new LogEntry(3, index, 3, 1_000 + index, slices);
  }

  @Test
  void shouldContinueFromItsCheckpoint() {
    assertEquals(Position.NONE, replica.open());
    assertEquals(
        List.of(
            new CatalogOutcome.Noted(),
            new CatalogOutcome.Accepted(Lifecycle.RESERVED, 1),
            new CatalogOutcome.Accepted(Lifecycle.ACTIVE, 1)),
        replica.apply(
            entry(
                5,
                new CatalogCommand.Init("c"),
                new CatalogCommand.Reserve(uuid, uuid, "c", Map.of("name", "x"), Map.of()),
                new CatalogCommand.Confirm(uuid, uuid))));
    Position at = new Position(4, 7);
    assertEquals(at, replica.checkpoint(at));
    LogEntry hide = entry(8, new CatalogCommand.Hide(uuid, uuid));
    replica.apply(hide);
    byte[] digest = replica.catalog().digest();

    assertEquals(at, replica.open());
    assertEquals(1_005, replica.logTimeMillis());
    assertTrue(replica.catalog().describe(uuid).isPresent());
    replica.apply(hide);
    assertEquals(Optional.empty(), replica.catalog().describe(uuid));
    assertArrayEquals(digest, replica.catalog().digest());
  }

  @Test
  void shouldPassEventsOn() {
    Leadership event = new Leadership.BecameLeader(2);
    IllegalStateException why = new IllegalStateException("disk");
    replica.leadership(event);
    replica.failed(why);
    assertEquals(List.of(event, why), told);
  }
}
