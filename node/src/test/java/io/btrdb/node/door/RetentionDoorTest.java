package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.AlignedWindowsResponse;
import io.btrdb.api.v5.ArrowRawValuesParams;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.GetCompactionConfigParams;
import io.btrdb.api.v5.GetCompactionConfigResponse;
import io.btrdb.api.v5.MultiRawValuesParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.ReducedResolutionRange;
import io.btrdb.api.v5.SetCompactionConfigParams;
import io.btrdb.api.v5.StatPoint;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Get and SetCompactionConfig, and how reads keep to what was set. */
@Timeout(60)
class RetentionDoorTest {
  private static TestDoor door;

  @BeforeAll
  static void open() {
    door = new TestDoor();
  }

  @AfterAll
  static void close() {
    assertTrue(door.data.pinsTaken.get() > 0);
    assertEquals(0, door.data.pins.get(), "every read lets go what it pinned");
    door.close();
  }

  private static SetCompactionConfigParams.Builder to(UUID stream) {
    return SetCompactionConfigParams.newBuilder().setUuid(bytes(stream));
  }

  private static ReducedResolutionRange range(long start, long end, int resolution) {
    return ReducedResolutionRange.newBuilder()
        .setStart(start)
        .setEnd(end)
        .setResolution(resolution)
        .build();
  }

  private static void set(SetCompactionConfigParams.Builder to) {
    var answer = door.v5().setCompactionConfig(to.build());
    assertFalse(answer.hasStat(), () -> answer.getStat().getMsg());
  }

  private static int code(SetCompactionConfigParams.Builder to) {
    return door.v5().setCompactionConfig(to.build()).getStat().getCode();
  }

  private static GetCompactionConfigResponse get(UUID stream) {
    return door.v5()
        .getCompactionConfig(GetCompactionConfigParams.newBuilder().setUuid(bytes(stream)).build());
  }

  private static RawValuesResponse raw(UUID stream, long start, long end, long version) {
    return door.v5()
        .rawValues(
            RawValuesParams.newBuilder()
                .setUuid(bytes(stream))
                .setStart(start)
                .setEnd(end)
                .setVersionMajor(version)
                .build())
        .next();
  }

  @Test
  void shouldTellWhatWasSetAndAddToIt() {
    UUID s = door.streamOf(10, 1);
    GetCompactionConfigResponse fresh = get(s);
    assertEquals(10, fresh.getLatestMajorVersion());
    assertEquals(10, fresh.getCompactedVersion());
    assertEquals(0, fresh.getReducedResolutionRangesCount());
    set(to(s).setTargetArchiveHorizon(7).addReducedResolutionRanges(range(0, 8, 2)));
    set(to(s).addReducedResolutionRanges(range(8, 16, 4)));
    GetCompactionConfigResponse changed = get(s);
    assertEquals(7, changed.getTargetArchiveHorizon());
    assertEquals(10, changed.getCompactedVersion());
    assertEquals(
        List.of(range(0, 8, 2), range(8, 16, 4)), changed.getReducedResolutionRangesList());
  }

  @Test
  void shouldRefuseWhatCannotBeSet() {
    UUID s = door.streamOf(10, 1);
    assertEquals(421, code(SetCompactionConfigParams.newBuilder()));
    assertEquals(404, code(to(UUID.randomUUID())));
    assertEquals(404, get(UUID.randomUUID()).getStat().getCode());
    assertEquals(427, code(to(s).setCompactedVersion(11)));
    assertEquals(427, code(to(s).setCompactedVersion(-1)));
    assertEquals(421, code(to(s).setTargetArchiveHorizon(-1)));
    assertEquals(413, code(to(s).addReducedResolutionRanges(range(5, 5, 3))));
    assertEquals(413, code(to(s).addReducedResolutionRanges(range(Long.MIN_VALUE, 5, 3))));
    assertEquals(415, code(to(s).addReducedResolutionRanges(range(0, 5, 64))));
    assertEquals(
        452,
        code(
            to(s)
                .addReducedResolutionRanges(range(0, 5, 3))
                .addReducedResolutionRanges(range(4, 9, 3))));
    set(to(s).addReducedResolutionRanges(range(0, 5, 3)));
    assertEquals(452, code(to(s).addReducedResolutionRanges(range(4, 9, 3))));
  }

  @Test
  void shouldAnswer450ForVersionsBelowTheLowest() {
    UUID s = door.streamOf(10, 1);
    door.v5().flush(FlushParams.newBuilder().setUuid(bytes(s)).build());
    set(to(s).setCompactedVersion(11));
    assertEquals(450, raw(s, 0, 100, 10).getStat().getCode());
    assertEquals(10, raw(s, 0, 100, 11).getValuesCount());
    assertEquals(404, raw(s, 0, 100, 12).getStat().getCode());
  }

  @Test
  void shouldShowWindowsOnlyWhereTheResolutionIsReduced() {
    UUID s = door.streamOf(64, 1);
    set(to(s).addReducedResolutionRanges(range(16, 48, 4)));
    assertEquals(454, raw(s, 0, 17, 0).getStat().getCode());
    assertEquals(16, raw(s, 0, 16, 0).getValuesCount());
    assertEquals(16, raw(s, 48, 100, 0).getValuesCount());
    assertEquals(
        454,
        door.v5()
            .arrowRawValues(ArrowRawValuesParams.newBuilder().setUuid(bytes(s)).setEnd(20).build())
            .next()
            .getStat()
            .getCode());
    assertEquals(
        454,
        door.v5()
            .multiRawValues(MultiRawValuesParams.newBuilder().addUuid(bytes(s)).setEnd(20).build())
            .next()
            .getStat()
            .getCode());
    AlignedWindowsResponse windows =
        door.v5()
            .alignedWindows(
                AlignedWindowsParams.newBuilder()
                    .setUuid(bytes(s))
                    .setEnd(64)
                    .setPointWidth(3)
                    .build())
            .next();
    assertEquals(
        List.of(8L, 8L, 16L, 16L, 8L, 8L),
        windows.getValuesList().stream().map(StatPoint::getCount).toList());
    assertEquals(
        32,
        door.v5()
            .nearest(NearestParams.newBuilder().setUuid(bytes(s)).setTime(20).build())
            .getValue()
            .getTime());
  }

  @Test
  void shouldRefuseAUuidOfTheWrongLength() {
    ByteString odd = ByteString.copyFrom(new byte[15]);
    assertEquals(
        421,
        door.v5()
            .getCompactionConfig(GetCompactionConfigParams.newBuilder().setUuid(odd).build())
            .getStat()
            .getCode());
  }
}
