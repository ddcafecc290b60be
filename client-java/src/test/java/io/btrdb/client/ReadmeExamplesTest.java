package io.btrdb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the documentation, word for word as far as they go. */
@Timeout(60)
class ReadmeExamplesTest {
  @Test
  void shouldInsertAndReadAsTheFrontPageShows() throws Exception {
    long start = 1_700_000_000_000_000_000L;
    long end = start + 1_000_000_000L;
    long[] times = {start, start + 8_333_333};
    double[] values = {230.1, 230.2};
    double sum = 0;
    try (FakeCluster cluster = FakeCluster.of(2)) {
      try (Btrdb db = Btrdb.connect(cluster.endpoints())) {
        BtrdbStream stream =
            db.create(UUID.randomUUID(), "plant/feeder1", Map.of("name", "L1MAG"), Map.of());
        stream.insert(times, values);
        try (PointCursor points = stream.values(start, end)) {
          while (points.next()) {
            for (int i = 0; i < points.size(); i++) {
              sum += points.value(i);
            }
          }
        }
      }
    }
    assertEquals(460.3, sum, 1e-9);
  }

  @Test
  void shouldPinAVersionAndReadItAgain() throws Exception {
    try (FakeCluster cluster = FakeCluster.of(1);
        Btrdb db = Btrdb.connect(cluster.endpoints())) {
      BtrdbStream stream = db.create(UUID.randomUUID(), "plant/feeder1", Map.of(), Map.of());
      stream.insert(new long[] {1, 2}, new double[] {1, 2}, MergePolicy.REPLACE);
      Version sealed = stream.flush();
      StreamView before = stream.at(sealed);
      try (PointCursor points = before.values(0, 10)) {
        assertEquals(2, points.toList().size());
        assertEquals(sealed, points.version());
      }
    }
  }

  @Test
  void shouldGatherPointsOfManyStreams() throws Exception {
    try (FakeCluster cluster = FakeCluster.of(1);
        Btrdb db = Btrdb.connect(cluster.endpoints())) {
      BtrdbStream volts = db.create(UUID.randomUUID(), "plant", Map.of("name", "V"), Map.of());
      BtrdbStream amps = db.create(UUID.randomUUID(), "plant", Map.of("name", "A"), Map.of());
      try (BufferedWriter writer = db.writer(WriterOptions.defaults())) {
        for (int i = 0; i < 100; i++) {
          writer.add(volts, i, 230);
          writer.add(amps, i, 16);
        }
      }
      assertEquals(100, cluster.count(volts.uuid()));
      assertEquals(100, cluster.count(amps.uuid()));
    }
  }
}
