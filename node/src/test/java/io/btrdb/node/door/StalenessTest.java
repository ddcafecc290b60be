package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.Status;
import io.btrdb.api.v5.WindowsParams;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client may say about how old an answer may be, and what the data plane hears of it. */
@Timeout(60)
class StalenessTest {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("btrdb-max-staleness-ms", Metadata.ASCII_STRING_MARSHALLER);
  private static final long END = 1L << 40;

  private final TestDoor door = new TestDoor();
  private final UUID stream = door.streamOf(100, 1 << 20);

  @AfterEach
  void close() {
    door.close();
  }

  private BTrDBGrpc.BTrDBBlockingStub saying(String header) {
    Metadata headers = new Metadata();
    headers.put(HEADER, header);
    return door.v5().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** The status of every kind of read. */
  private List<Status> readAll(BTrDBGrpc.BTrDBBlockingStub v5) {
    var uuid = bytes(stream);
    return List.of(
        v5.rawValues(RawValuesParams.newBuilder().setUuid(uuid).setEnd(END).build())
            .next()
            .getStat(),
        v5.windows(WindowsParams.newBuilder().setUuid(uuid).setEnd(END).setWidth(END / 8).build())
            .next()
            .getStat(),
        v5.alignedWindows(
                AlignedWindowsParams.newBuilder()
                    .setUuid(uuid)
                    .setEnd(END)
                    .setPointWidth(36)
                    .build())
            .next()
            .getStat(),
        v5.nearest(NearestParams.newBuilder().setUuid(uuid).build()).getStat(),
        v5.changes(ChangesParams.newBuilder().setUuid(uuid).setFromMajor(1).build())
            .next()
            .getStat());
  }

  @Test
  void shouldTakeABoundWithEveryKindOfRead() {
    readAll(saying("250")).forEach(stat -> assertEquals(0, stat.getCode(), stat.getMsg()));
    assertEquals(5, door.data.reads.size());
    for (var read : door.data.reads) {
      assertEquals(TimeUnit.MILLISECONDS.toNanos(250), read.stalenessNanos());
    }
  }

  @Test
  void shouldBeLinearizableUnlessToldOtherwise() {
    readAll(door.v5());
    readAll(saying("0"));
    door.data.reads.forEach(read -> assertEquals(0, read.stalenessNanos()));
  }

  @Test
  void shouldRefuseABoundThatIsNone() {
    for (String wrong :
        List.of("", "-1", "1.5", "1s", "soon", "86400001", "99999999999999999999")) {
      for (Status stat : readAll(saying(wrong))) {
        assertEquals(421, stat.getCode(), wrong);
        assertTrue(stat.getMsg().contains("btrdb-max-staleness-ms"), stat.getMsg());
      }
    }
    assertTrue(door.data.reads.isEmpty());
  }

  @Test
  void shouldTakeTheBoundOfValuesFromItsField() {
    assertEquals(0, values(86_400_000).getCode());
    assertEquals(TimeUnit.DAYS.toNanos(1), door.data.reads.get(0).stalenessNanos());
    assertEquals(421, values(86_400_001).getCode());
    assertEquals(421, values(-1).getCode());
  }

  private PointsChunk values(int unsignedMillis) {
    return DataGrpc.newBlockingStub(door.channel)
        .values(
            ValuesRequest.newBuilder()
                .setUuid(bytes(stream))
                .setEnd(END)
                .setMaxStalenessMillis(unsignedMillis)
                .build())
        .next();
  }
}
