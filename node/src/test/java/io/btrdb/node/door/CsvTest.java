package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.GenerateCSVParams;
import io.btrdb.api.v5.GenerateCSVParams.QueryType;
import io.btrdb.api.v5.GenerateCSVResponse;
import io.btrdb.api.v5.StreamCSVConfig;
import io.btrdb.node.plane.ReadPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CsvTest {
  private final TestDoor door = new TestDoor();
  private final TestDoor far = new TestDoor();

  @AfterEach
  void close() {
    door.close();
    far.close();
  }

  private static GenerateCSVParams.Builder query(QueryType type, long end, UUID... streams) {
    GenerateCSVParams.Builder query =
        GenerateCSVParams.newBuilder().setQueryType(type).setEndTime(end);
    for (UUID stream : streams) {
      query.addStreams(
          StreamCSVConfig.newBuilder()
              .setLabel("s" + query.getStreamsCount())
              .setUuid(bytes(stream)));
    }
    return query;
  }

  private List<String> rows(GenerateCSVParams.Builder query) {
    List<String> rows = new ArrayList<>();
    door.v5()
        .generateCSV(query.build())
        .forEachRemaining(
            message -> {
              assertEquals("", message.getStat().getMsg());
              assertEquals(rows.isEmpty(), message.getIsHeader());
              rows.add(String.join("|", message.getRowList()));
            });
    return rows;
  }

  private int code(GenerateCSVParams.Builder query) {
    GenerateCSVResponse only = door.v5().generateCSV(query.build()).next();
    assertTrue(only.getStat().getMsg().length() > 10);
    return only.getStat().getCode();
  }

  @Test
  void shouldWriteRawPointsOfSeveralStreamsByTime() {
    UUID a = door.streamOf(3, 1_000_000_000);
    UUID b = far.streamOf(2, 1_500_000_000);
    door.data.onLocate =
        s ->
            s.equals(b)
                ? CompletableFuture.completedFuture(new ReadPlace.There("far", far.address()))
                : null;
    assertEquals(
        List.of(
            "Timestamp (ns)|Human-Readable Time (UTC)|s0|s1",
            "0|1970-01-01T00:00:00Z|0.000000|0.000000",
            "1000000000|1970-01-01T00:00:01Z|1.000000|",
            "1500000000|1970-01-01T00:00:01.500Z||1.000000",
            "2000000000|1970-01-01T00:00:02Z|2.000000|"),
        rows(query(QueryType.RAW_QUERY, 10_000_000_000L, a, b)));
  }

  @Test
  void shouldWriteWindowsWithFourColumnsEachAndVersionsWhenAsked() {
    UUID a = door.streamOf(4, 5);
    UUID b = far.streamOf(1, 1);
    door.data.onLocate =
        s ->
            s.equals(b)
                ? CompletableFuture.completedFuture(new ReadPlace.There("far", far.address()))
                : null;
    List<String> expected =
        List.of(
            "Timestamp (ns)|Human-Readable Time (UTC)"
                + "|s0, ver. 10 (Min)|s0, ver. 10 (Mean)|s0, ver. 10 (Max)|s0, ver. 10 (Count)"
                + "|s1, ver. 10 (Min)|s1, ver. 10 (Mean)|s1, ver. 10 (Max)|s1, ver. 10 (Count)",
            "0|1970-01-01T00:00:00Z|0.000000|0.500000|1.000000|2|0.000000|0.000000|0.000000|1",
            "10|1970-01-01T00:00:00.000000010Z|2.000000|2.500000|3.000000|2||||");
    assertEquals(
        expected,
        rows(query(QueryType.WINDOWS_QUERY, 100, a, b).setWindowSize(10).setIncludeVersions(true)));
    List<String> aligned =
        rows(query(QueryType.ALIGNED_WINDOWS_QUERY, 64, a, b).setDepth(3).setIncludeVersions(true));
    assertEquals(3, aligned.size());
    assertTrue(
        aligned.get(1).endsWith("|0.000000|0.500000|1.000000|2|0.000000|0.000000|0.000000|1"));
    assertTrue(aligned.get(2).startsWith("8|"), aligned.get(2));
  }

  @Test
  void shouldWriteAHeaderEvenWhenNothingFollows() {
    assertEquals(1, rows(query(QueryType.RAW_QUERY, 10, door.data.create())).size());
  }

  @Test
  void shouldRefuseWithTheCodesOfTheQueryItStandsFor() {
    UUID a = door.streamOf(3, 5);
    assertEquals(421, code(query(QueryType.RAW_QUERY, 10)));
    assertEquals(421, code(query(QueryType.RAW_QUERY, 10, a).setQueryTypeValue(9)));
    assertEquals(413, code(query(QueryType.RAW_QUERY, 0, a)));
    assertEquals(404, code(query(QueryType.RAW_QUERY, 10, a, UUID.randomUUID())));
    assertEquals(415, code(query(QueryType.WINDOWS_QUERY, 10, a)));
    assertEquals(415, code(query(QueryType.ALIGNED_WINDOWS_QUERY, 10, a).setDepth(64)));
    GenerateCSVParams.Builder old = query(QueryType.RAW_QUERY, 10, a);
    old.getStreamsBuilder(0).setVersion(11);
    assertEquals(404, code(old));
    GenerateCSVParams.Builder odd = query(QueryType.RAW_QUERY, 10, a);
    odd.getStreamsBuilder(0).setUuid(ByteString.copyFromUtf8("a"));
    assertEquals(421, code(odd));
  }
}
