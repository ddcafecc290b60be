package io.btrdb.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.JoinedCursor;
import io.btrdb.client.Retention;
import io.btrdb.client.SqlCursor;
import io.btrdb.client.SqlRow;
import io.btrdb.client.Subscription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the Java client has of several streams, news, SQL and old versions, against three nodes. */
@Timeout(120)
class JavaClientTest {
  private static ThreeNodes cluster;
  private static Btrdb db;

  @BeforeAll
  static void found(@TempDir Path folder) {
    cluster = ThreeNodes.found(folder);
    db = Btrdb.connect(cluster.endpoints().toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    db.close();
    cluster.close();
  }

  private static BtrdbStream stream(long... times) {
    UUID uuid = UUID.randomUUID();
    BtrdbStream stream = db.create(uuid, "java/" + uuid, Map.of("name", "s"), Map.of());
    double[] values = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      values[i] = i;
    }
    stream.insert(times, values);
    return stream;
  }

  private static List<String> rows(JoinedCursor cursor, int streams) {
    List<String> found = new ArrayList<>();
    try (cursor) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          StringBuilder row = new StringBuilder().append(cursor.time(i));
          for (int stream = 0; stream < streams; stream++) {
            row.append(' ').append(cursor.value(i, stream));
          }
          found.add(row.toString());
        }
      }
      assertEquals(10, cursor.version(0).major());
    }
    return found;
  }

  @Test
  void shouldJoinStreamsOnTime() {
    List<BtrdbStream> streams = List.of(stream(10, 20, 30), stream(19, 31), stream());
    assertEquals(
        List.of(
            "10 0.0 NaN NaN",
            "19 NaN 0.0 NaN",
            "20 1.0 NaN NaN",
            "30 2.0 NaN NaN",
            "31 NaN 1.0 NaN"),
        rows(db.join(streams, 0, 100), 3));
    assertEquals(
        List.of("10 0.0 NaN NaN", "20 1.0 0.0 NaN", "30 2.0 1.0 NaN"),
        rows(db.join(streams, 0, 100, 10), 3));
    List<BtrdbStream> nobody = List.of(db.stream(UUID.randomUUID()));
    BtrdbException refused =
        assertThrows(BtrdbException.class, () -> rows(db.join(nobody, 0, 100), 1));
    assertEquals(404, refused.code());
  }

  @Test
  void shouldAskInSql() {
    BtrdbStream stream = stream();
    BtrdbStream other = stream();
    String query =
        "select uuid, collection, name, property_version as version, annotations, annotations ? 'a'"
            + " as has from streams where uuid = $1 or collection = $2";
    stream.setAnnotations(0, Map.of("a", "ä"), List.of());
    try (SqlCursor rows = db.sql(query, stream.uuid(), "java/nothing")) {
      SqlRow row = rows.toList().get(0);
      assertEquals(stream.uuid(), row.uuid("uuid"));
      assertEquals("java/" + stream.uuid(), row.text("collection"));
      assertEquals(2, row.integer("version"));
      assertEquals(Map.of("a", "ä"), row.map("annotations"));
      assertTrue(row.bool("has"));
    }
    try (SqlCursor count =
        db.sql(
            "select count(*) from streams where uuid in ($1, $2)", stream.uuid(), other.uuid())) {
      assertEquals(2, count.toList().get(0).integer("count"));
    }
    try (SqlCursor wrong = db.sql("select name\nfrom strems")) {
      BtrdbException refused = assertThrows(BtrdbException.class, wrong::next);
      assertEquals(441, refused.code());
      assertTrue(refused.getMessage().contains("line 2, column 6"), refused.getMessage());
    }
  }

  @Test
  void shouldTellOfEveryInsertInOrderUntilItIsClosed() {
    BtrdbStream a = stream();
    BtrdbStream b = stream();
    try (Subscription news = db.subscribe(List.of(a, b))) {
      for (long i = 0; i < 100; i++) {
        a.insert(new long[] {2 * i + 1, 2 * i}, new double[] {i, -i});
      }
      for (long i = 0; i < 100; i++) {
        assertTrue(news.next());
        assertEquals(a.uuid(), news.uuid());
        assertEquals(2, news.size());
        assertEquals(2 * i + 1, news.time(0));
        assertEquals(-i, news.value(1));
      }
      b.insert(new long[] {7}, new double[] {8});
      assertTrue(news.next());
      assertEquals(b.uuid(), news.uuid());
      CompletableFuture<Boolean> more = CompletableFuture.supplyAsync(news::next);
      news.close();
      assertFalse(more.join());
    }
    BtrdbException refused =
        assertThrows(
            BtrdbException.class,
            () -> db.subscribe(List.of(a, db.stream(UUID.randomUUID()))).close());
    assertEquals(404, refused.code());
  }

  @Test
  void shouldGiveUpOldVersions() {
    BtrdbStream stream = stream(10, 20, 30);
    long before = stream.flush().major();
    long after = stream.delete(20, 21).major();
    assertEquals(3, stream.at(before).count());
    stream.retain(after, List.of(new Retention.Span(0, 1024, 5)));
    Retention kept = stream.retention();
    assertEquals(after, kept.oldest());
    assertEquals(after, kept.latest());
    assertEquals(List.of(new Retention.Span(0, 1024, 5)), kept.reduced());
    assertEquals(2, stream.at(after).count());
    BtrdbException refused = assertThrows(BtrdbException.class, () -> stream.at(before).count());
    assertEquals(450, refused.code());
  }
}
