package io.btrdb.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldGroupsTest {
  private static final GroupId A = new GroupId(new UUID(1, 2));
  private static final GroupId B = new GroupId(new UUID(3, 4));
  private static final Identity SELF = new Identity("n1", "abc");

  @TempDir Path folder;

  @Test
  void shouldKeepWhatItWasTold() {
    HeldGroups held = HeldGroups.load(folder, SELF);
    assertTrue(held.isFresh());
    held.putAll(List.of(A, B), HeldGroups.State.FOUNDING);
    held.put(A, HeldGroups.State.HELD);
    held.put(B, HeldGroups.State.LEAVING);

    HeldGroups again = HeldGroups.load(folder, SELF);
    assertFalse(again.isFresh());
    assertFalse(again.isForeign());
    assertEquals(Map.of(A, HeldGroups.State.HELD, B, HeldGroups.State.LEAVING), again.states());
    again.remove(B);
    assertEquals(Optional.empty(), HeldGroups.load(folder, SELF).state(B));
  }

  @Test
  void shouldNotBeFreshOnceItIsKnownThatThereIsNothing() {
    HeldGroups.load(folder, SELF).putAll(List.of(), HeldGroups.State.HELD);
    assertFalse(HeldGroups.load(folder, SELF).isFresh());
  }

  @Test
  void shouldTellAnotherIncarnationsList() {
    HeldGroups.load(folder, SELF).put(A, HeldGroups.State.HELD);
    assertTrue(HeldGroups.load(folder, new Identity("n1", "def")).isForeign());
  }

  @Test
  void shouldRefuseADamagedList() throws IOException {
    HeldGroups.load(folder, SELF).put(A, HeldGroups.State.HELD);
    byte[] bytes = Files.readAllBytes(folder.resolve("groups"));
    bytes[bytes.length - 2] ^= 1;
    Files.write(folder.resolve("groups"), bytes);
    assertThrows(IllegalStateException.class, () -> HeldGroups.load(folder, SELF));
  }
}
