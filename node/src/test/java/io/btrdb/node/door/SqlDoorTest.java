package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.SQLQueryParams;
import io.btrdb.api.v5.SQLQueryResponse;
import io.btrdb.api.v5.Status;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SQL over a real connection: rows, their messages, codes, and calls that end early. */
@Timeout(120)
class SqlDoorTest {
  private static final String TRIPLES =
      "select count(*) from streams a, streams b, streams c where a.name < b.name and b.name <"
          + " c.name";

  private TestDoor door;

  @BeforeEach
  void open() {
    door = new TestDoor();
  }

  @AfterEach
  void close() {
    door.close();
  }

  private UUID stream(String collection, String name, Map<String, String> annotations) {
    UUID uuid = UUID.randomUUID();
    door.catalog.create(uuid, collection, Map.of("name", name), annotations, 0).join();
    return uuid;
  }

  private static SQLQueryParams query(String text, String... parameters) {
    return SQLQueryParams.newBuilder().setQuery(text).addAllParams(List.of(parameters)).build();
  }

  private List<SQLQueryResponse> messages(String text, String... parameters) {
    List<SQLQueryResponse> all = new ArrayList<>();
    door.v5().sQLQuery(query(text, parameters)).forEachRemaining(all::add);
    return all;
  }

  private List<String> rows(String text, String... parameters) {
    List<String> rows = new ArrayList<>();
    for (SQLQueryResponse message : messages(text, parameters)) {
      assertFalse(message.hasStat(), () -> message.getStat().getMsg());
      message.getSQLQueryRowList().forEach(row -> rows.add(row.toStringUtf8()));
    }
    return rows;
  }

  private void assertCode(int code, String text, String... parameters) {
    List<SQLQueryResponse> all = messages(text, parameters);
    assertEquals(1, all.size());
    Status stat = all.getFirst().getStat();
    assertEquals(code, stat.getCode(), stat.getMsg());
    assertTrue(stat.getMsg().length() > 10, stat.getMsg());
  }

  @Test
  void shouldAnswerRowsAsJson() {
    UUID a = stream("sql/a", "x", Map.of("made", "hère"));
    stream("sql/b", "y", Map.of());
    assertEquals(
        List.of(
            "{\"uuid\":\""
                + a
                + "\",\"collection\":\"sql/a\",\"name\":\"x\",\"unit\":\"\",\"ingress\":\"\","
                + "\"property_version\":1,\"annotations\":{\"made\":\"hère\"}}"),
        rows("select * from streams where uuid = $1", a.toString()));
    assertEquals(
        List.of("{\"name\":\"x\"}", "{\"name\":\"y\"}"),
        rows("select name from streams where collection like 'sql/%' order by name"));
    assertEquals(
        List.of("{\"name\":\"y\"}"), rows("select name from streams where name = $1", "y"));
    assertEquals(
        List.of("{\"made\":\"hère\"}"),
        rows("select annotations->$1 as made from streams where annotations ? $1", "made"));
    assertEquals(
        List.of(),
        rows("select name from streams where uuid in ($1)", UUID.randomUUID().toString()));
  }

  @Test
  void shouldAnswerNoRowsWithOneEmptyMessage() {
    List<SQLQueryResponse> none = messages("select name from streams");
    assertEquals(List.of(SQLQueryResponse.getDefaultInstance()), none);
  }

  @Test
  void shouldTurnThePagesOfTheCatalogAndKeepMessagesSmall() {
    String long100 = "x".repeat(100);
    for (int i = 0; i < 2 * Limits.CATALOG_PAGE + 1; i++) {
      stream("sql/" + i % 7, "n" + i, Map.of("text", long100));
    }
    assertEquals(2 * Limits.CATALOG_PAGE + 1, rows("select name from streams").size());
    assertEquals(
        List.of("{\"count\":" + (2 * Limits.CATALOG_PAGE + 1) + "}"),
        rows("select count(*) from streams"));
    List<SQLQueryResponse> large =
        messages("select a.annotations, b.collection from streams a, streams b limit 100000");
    assertTrue(large.size() > 5, large.size() + " messages");
    assertEquals(100_000, large.stream().mapToInt(SQLQueryResponse::getSQLQueryRowCount).sum());
    for (SQLQueryResponse message : large) {
      assertTrue(message.getSerializedSize() < Limits.OUTBOUND_MESSAGE_BYTES);
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAQuery() {
    assertCode(441, "");
    assertCode(441, "select nmae from streams");
    assertCode(441, "select name from streams where uuid = $1", "x");
    assertCode(441, "select name from streams where name = $1");
    assertCode(441, "delete from streams");
    Status stat = messages("select name\nfrom nosuch").getFirst().getStat();
    assertEquals("line 2, column 6: Object 'nosuch' not found", stat.getMsg());
  }

  @Test
  void shouldSayThatTheCatalogDoesNotAnswer() {
    stream("sql/a", "x", Map.of());
    door.catalog.failWith(ErrorCode.CLUSTER_DEGRADED);
    assertCode(440, "select name from streams");
    assertCode(440, "select name from streams where uuid = $1", UUID.randomUUID().toString());
    door.catalog.failWith(ErrorCode.RESOURCE_DEPLETED);
    assertCode(426, "select name from streams order by name");
  }

  @Test
  void shouldRefuseWhatWouldKeepTooMuch() {
    for (int i = 0; i < 1_000; i++) {
      stream("sql/a", "n" + i, Map.of());
    }
    assertCode(441, "select a.uuid, b.uuid from streams a, streams b order by 1, 2");
  }

  @Test
  void shouldStopWhenTheClientIsGoneOrItsTimeIsUp() {
    for (int i = 0; i < 2_000; i++) {
      stream("sql/a", "n" + i, Map.of());
    }
    BTrDBGrpc.BTrDBBlockingStub impatient = door.v5().withDeadlineAfter(2, TimeUnit.SECONDS);
    assertThrows(
        StatusRuntimeException.class,
        () -> impatient.sQLQuery(query(TRIPLES)).forEachRemaining(m -> {}));
    Context.CancellableContext context = Context.current().withCancellation();
    context.run(
        () -> {
          Iterator<SQLQueryResponse> rows =
              door.v5().sQLQuery(query("select a.uuid from streams a, streams b"));
          assertTrue(rows.next().getSQLQueryRowCount() > 0);
        });
    context.cancel(null);
    while (running() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    assertEquals(List.of("{\"count\":2000}"), rows("select count(*) from streams"));
  }

  private static long running() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("btrdb-sql-"))
        .count();
  }
}
