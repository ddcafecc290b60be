package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CephSettingsTest {
  private static final CephSettings SOUND = CephSettings.of(Path.of("/etc/ceph/ceph.conf"));

  @Test
  void shouldHaveDefaults() {
    assertEquals("client.btrdb", SOUND.user());
    assertEquals("btrdb", SOUND.pool());
    assertEquals("btrdb", SOUND.objectPool());
    assertEquals("btrdb", SOUND.namespace());
    assertEquals(CephSettings.Timeouts.DEFAULT, SOUND.timeouts());
    assertEquals(CephSettings.Budget.DEFAULT, SOUND.budget());
  }

  @Test
  void shouldSayAllThatIsWrongAtOnce() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new CephSettings(
                        Optional.empty(),
                        Optional.empty(),
                        "btrdb",
                        Optional.empty(),
                        "a pool",
                        "",
                        "n/s",
                        false,
                        new CephSettings.Timeouts(
                            Duration.ofMillis(1_500), Duration.ofHours(2), Duration.ZERO),
                        new CephSettings.Budget(0, 1, -1),
                        Optional.of(new CephSettings.Disk(Path.of("cache"), 1))))
            .getMessage();
    for (String part :
        new String[] {
          "ceph.conf or the monitors", "client.btrdb", "pool must", "objectPool must",
          "namespace must", "operation timeout", "monitor timeout", "connect timeout",
          "callsInFlight", "bytesInFlight", "readCacheBytes", "disk must"
        }) {
      assertTrue(message.contains(part), () -> "no \"" + part + "\" in: " + message);
    }
  }
}
