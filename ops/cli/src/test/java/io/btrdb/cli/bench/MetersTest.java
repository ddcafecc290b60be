package io.btrdb.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetersTest {
  @TempDir Path folder;

  @Test
  void shouldReadProcessorTimeBehindAnyProcessName() {
    String stat = "4711 (a b) c) S 1 2 3 4 5 6 7 8 9 10 250 150 13 14 20 0";
    assertEquals(4.0, UsageMeter.parseStat(stat), 1e-9);
  }

  @Test
  void shouldCountOnlyWhatWasWrittenToASegmentUnderWay() throws IOException {
    byte[] allocated = Arrays.copyOf(new byte[] {'R', 0, 0, 7}, 300_000);
    Path file = Files.write(folder.resolve("log_inprogress_0"), allocated);
    assertEquals(4, LogMeter.used(file));
    assertEquals(0, LogMeter.used(Files.write(folder.resolve("empty"), new byte[200_000])));
  }

  @Test
  void shouldRememberSegmentsThatWereClosedOrPurged() throws IOException {
    Path group = Files.createDirectories(folder.resolve("group/current"));
    try (LogMeter meter = new LogMeter(List.of(folder))) {
      Path open = Files.write(group.resolve("log_inprogress_0"), filled(1_000));
      assertEquals(1_000, meter.bytes());
      Files.move(open, group.resolve("log_0-9"));
      Files.write(group.resolve("log_inprogress_10"), filled(500));
      assertEquals(1_500, meter.bytes());
      Files.delete(group.resolve("log_0-9"));
      assertEquals(1_500, meter.bytes());
    }
  }

  @Test
  void shouldKnowASegmentByItsStartAndFolder() {
    Path inProgress = Path.of("/a/log_inprogress_70");
    assertEquals(LogMeter.key(inProgress), LogMeter.key(Path.of("/a/log_70-91")));
    assertNotEquals(LogMeter.key(inProgress), LogMeter.key(Path.of("/b/log_70-91")));
    assertNotEquals(LogMeter.key(inProgress), LogMeter.key(Path.of("/a/log_7-91")));
  }

  @Test
  void shouldAddUpPendingPointsOfAllShardsThatAreHere() {
    String metrics =
        """
        # TYPE btrdb_replica_pending_points gauge
        btrdb_replica_pending_points{group="shard-0"} 120
        btrdb_replica_pending_points{group="shard-2"} 3.0E1
        btrdb_replica_backlog_bytes{group="shard-0"} 99
        """;
    assertEquals(150, Target.pendingPoints(metrics), 0.0);
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }
}
