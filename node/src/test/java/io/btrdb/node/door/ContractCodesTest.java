package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.ChangesResponse;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.DeleteParams;
import io.btrdb.api.v5.FaultInjectParams;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.ListCollectionsParams;
import io.btrdb.api.v5.LookupStreamsParams;
import io.btrdb.api.v5.LookupStreamsResponse;
import io.btrdb.api.v5.Member;
import io.btrdb.api.v5.MergePolicy;
import io.btrdb.api.v5.MetadataUsageParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.ObliterateParams;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.RoundSpec;
import io.btrdb.api.v5.SQLQueryParams;
import io.btrdb.api.v5.SetStreamAnnotationsParams;
import io.btrdb.api.v5.SetStreamTagsParams;
import io.btrdb.api.v5.Status;
import io.btrdb.api.v5.StreamInfoParams;
import io.btrdb.api.v5.StreamInfoResponse;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.v5.WindowsResponse;
import io.btrdb.codec.StreamHash;
import io.btrdb.tree.TimeRange;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every rule and code of the contract, over a real connection with the generated stubs. */
@Timeout(60)
class ContractCodesTest {
  private static final UUID NOBODY = UUID.randomUUID();
  private static TestDoor door;

  @BeforeAll
  static void open() {
    door = new TestDoor();
  }

  @AfterAll
  static void close() {
    door.close();
  }

  private static void assertCode(int code, Status stat) {
    assertEquals(code, stat.getCode(), stat.getMsg());
    assertTrue(stat.getMsg().length() > 10, () -> "a sentence, not \"" + stat.getMsg() + "\"");
  }

  private static <T> T only(Iterator<T> answers) {
    List<T> all = new ArrayList<>();
    answers.forEachRemaining(all::add);
    assertEquals(1, all.size());
    return all.get(0);
  }

  // ---- raw values

  private static RawValuesResponse raw(UUID uuid, long start, long end, long version) {
    return only(
        door.v5()
            .rawValues(
                RawValuesParams.newBuilder()
                    .setUuid(bytes(uuid))
                    .setStart(start)
                    .setEnd(end)
                    .setVersionMajor(version)
                    .build()));
  }

  @Test
  void shouldRefuseRawValuesOutsideOfTime() {
    UUID s = door.streamOf(10, 1);
    assertCode(413, raw(s, TimeRange.MIN - 1, 5, 0).getStat());
    assertCode(413, raw(s, 0, TimeRange.MAX, 0).getStat());
    assertCode(413, raw(s, 5, 5, 0).getStat());
    assertCode(413, raw(s, 6, 5, 0).getStat());
    assertFalse(raw(s, TimeRange.MIN, TimeRange.MAX - 1, 0).hasStat());
  }

  @Test
  void shouldAnswerAnEmptyRangeWithOneMessageThatCarriesTheVersion() {
    RawValuesResponse empty = raw(door.streamOf(10, 1), 100, 200, 0);
    assertFalse(empty.hasStat());
    assertEquals(0, empty.getValuesCount());
    assertEquals(10, empty.getVersionMajor());
    assertEquals(10, empty.getVersionMinor());
  }

  @Test
  void shouldAnswerAnExplicitVersionWithMinorZeroAndWithoutPendingPoints() {
    UUID s = door.streamOf(10, 1);
    assertEquals(0, raw(s, 0, 100, 10).getValuesCount());
    assertEquals(0, raw(s, 0, 100, 10).getVersionMinor());
    assertCode(404, raw(s, 0, 100, 11).getStat());
    assertCode(404, raw(s, 0, 100, -1).getStat());
    assertCode(404, raw(NOBODY, 0, 100, 0).getStat());
  }

  @Test
  void shouldRefuseAUuidOfTheWrongLength() {
    ByteString odd = ByteString.copyFrom(new byte[15]);
    RawValuesParams raw = RawValuesParams.newBuilder().setUuid(odd).setEnd(5).build();
    assertCode(421, only(door.v5().rawValues(raw)).getStat());
    assertCode(421, door.v5().insert(InsertParams.newBuilder().setUuid(odd).build()).getStat());
    assertCode(421, door.v5().create(CreateParams.newBuilder().setUuid(odd).build()).getStat());
    assertCode(421, door.v5().flush(FlushParams.getDefaultInstance()).getStat());
    assertCode(421, door.v5().delete(DeleteParams.getDefaultInstance()).getStat());
    assertCode(421, door.v5().streamInfo(StreamInfoParams.getDefaultInstance()).getStat());
    assertCode(421, door.v5().obliterate(ObliterateParams.getDefaultInstance()).getStat());
  }

  // ---- windows

  private static WindowsResponse windows(UUID uuid, long start, long end, long width, int depth) {
    return only(
        door.v5()
            .windows(
                WindowsParams.newBuilder()
                    .setUuid(bytes(uuid))
                    .setStart(start)
                    .setEnd(end)
                    .setWidth(width)
                    .setDepth(depth)
                    .build()));
  }

  @Test
  void shouldRefuseWidthsAndDepthsThatAreNone() {
    UUID s = door.streamOf(10, 1);
    assertCode(415, windows(s, 0, 10, 0, 0).getStat());
    assertCode(415, windows(s, 0, 10, Long.MIN_VALUE + 1, 0).getStat());
    assertCode(415, windows(s, 0, 10, -1, 0).getStat());
    assertCode(415, windows(s, 0, 10, 1, 64).getStat());
    assertFalse(windows(s, 0, 10, 1, 63).hasStat());
  }

  @Test
  void shouldRefuseWindowRangesWithoutAWholeWindow() {
    UUID s = door.streamOf(10, 1);
    assertCode(413, windows(s, 0, 10, 11, 0).getStat());
    assertCode(413, windows(s, 0, 10, Long.MIN_VALUE, 0).getStat());
    assertCode(413, windows(s, 10, 10, 1, 0).getStat());
    assertCode(413, windows(s, TimeRange.MIN - 1, 10, 1, 0).getStat());
    assertCode(413, windows(s, 0, TimeRange.MAX, 1, 0).getStat());
    assertCode(421, windows(s, TimeRange.MIN, TimeRange.MAX - 1, 1, 0).getStat());
  }

  @Test
  void shouldReturnEmptyWindowsButNotAnEmptyLastOne() {
    UUID s = door.data.create();
    door.v5().insert(InsertParams.newBuilder().setUuid(bytes(s)).addValues(point(1, 1)).build());
    WindowsResponse all = windows(s, 0, 10, 1, 0);
    assertEquals(9, all.getValuesCount());
    assertEquals(8, all.getValues(8).getTime());
    assertEquals(1, all.getValues(1).getCount());
  }

  @Test
  void shouldCutThePartOfTheRangeThatIsNoWholeWindow() {
    WindowsResponse all = windows(door.streamOf(10, 1), 0, 10, 4, 0);
    assertEquals(2, all.getValuesCount());
    assertEquals(4, all.getValues(1).getTime());
    assertEquals(4, all.getValues(1).getCount());
  }

  private static io.btrdb.api.v5.AlignedWindowsResponse aligned(
      UUID uuid, long start, long end, int pointWidth) {
    return only(
        door.v5()
            .alignedWindows(
                AlignedWindowsParams.newBuilder()
                    .setUuid(bytes(uuid))
                    .setStart(start)
                    .setEnd(end)
                    .setPointWidth(pointWidth)
                    .build()));
  }

  @Test
  void shouldAlignWindowsDownwardsAndRefuseEmptyRanges() {
    UUID s = door.streamOf(100, 1);
    assertCode(415, aligned(s, 0, 100, 64).getStat());
    assertCode(415, aligned(s, 0, 100, -1).getStat());
    assertCode(413, aligned(s, 0, 7, 3).getStat());
    assertCode(413, aligned(s, 9, 15, 3).getStat());
    assertCode(413, aligned(s, TimeRange.MIN - 1, 15, 3).getStat());
    assertCode(413, aligned(s, Long.MIN_VALUE, Long.MAX_VALUE, 62).getStat());
    var windows = aligned(s, 9, 35, 3);
    assertEquals(3, windows.getValuesCount());
    assertEquals(8, windows.getValues(0).getTime());
    assertEquals(8, windows.getValues(0).getCount());
  }

  @Test
  void shouldCountEverythingAsBothClientsAskForIt() {
    UUID s = door.streamOf(100, 1);
    var go = aligned(s, TimeRange.MIN, TimeRange.MAX, 62);
    assertEquals(1, go.getValuesCount());
    assertEquals(100, go.getValues(0).getCount());
    assertEquals(TimeRange.MIN, go.getValues(0).getTime());
    var python = aligned(s, TimeRange.MIN, TimeRange.MAX - 1, 60);
    assertEquals(100, python.getValues(0).getCount());
    assertEquals(100, aligned(s, TimeRange.MIN, TimeRange.MAX, 61).getValues(0).getCount());
    assertCode(413, aligned(s, TimeRange.MIN, TimeRange.MAX, 63).getStat());
  }

  // ---- nearest and changes

  private static io.btrdb.api.v5.NearestResponse nearest(UUID uuid, long time, boolean backward) {
    return door.v5()
        .nearest(
            NearestParams.newBuilder()
                .setUuid(bytes(uuid))
                .setTime(time)
                .setBackward(backward)
                .build());
  }

  @Test
  void shouldFindTheNearestPointInclusiveForwardAndExclusiveBackward() {
    UUID s = door.streamOf(10, 10);
    assertEquals(20, nearest(s, 20, false).getValue().getTime());
    assertEquals(10, nearest(s, 20, true).getValue().getTime());
    assertEquals(90, nearest(s, TimeRange.MAX - 1, true).getValue().getTime());
    assertEquals(0, nearest(s, TimeRange.MIN, false).getValue().getTime());
    assertCode(401, nearest(s, 91, false).getStat());
    assertCode(401, nearest(s, 0, true).getStat());
    assertCode(413, nearest(s, TimeRange.MAX, true).getStat());
    assertCode(413, nearest(s, TimeRange.MIN - 1, false).getStat());
    assertCode(404, nearest(NOBODY, 0, false).getStat());
  }

  private static ChangesResponse changes(UUID uuid, long from, long to, int resolution) {
    return only(
        door.v5()
            .changes(
                ChangesParams.newBuilder()
                    .setUuid(bytes(uuid))
                    .setFromMajor(from)
                    .setToMajor(to)
                    .setResolution(resolution)
                    .build()));
  }

  @Test
  void shouldAnswerChangesByTheirRules() {
    UUID s = door.streamOf(10, 1);
    door.v5().flush(FlushParams.newBuilder().setUuid(bytes(s)).build());
    assertEquals(0, changes(s, 11, 0, 0).getRangesCount());
    assertEquals(0, changes(s, 11, 11, 0).getRangesCount());
    assertEquals(11, changes(s, 11, 11, 0).getVersionMajor());
    assertEquals(1, changes(s, 10, 11, 0).getRangesCount());
    assertEquals(1, changes(s, 0, 0, 0).getRangesCount());
    assertEquals(TimeRange.MIN, changes(s, 0, 10, 0).getRanges(0).getStart());
    assertCode(427, changes(s, 11, 10, 0).getStat());
    assertCode(427, changes(s, 12, 0, 0).getStat());
    assertCode(427, changes(s, -1, 0, 0).getStat());
    assertCode(404, changes(s, 11, 12, 0).getStat());
    assertCode(415, changes(s, 10, 11, 64).getStat());
  }

  // ---- writes

  private static RawPoint point(long time, double value) {
    return RawPoint.newBuilder().setTime(time).setValue(value).build();
  }

  private static InsertResponse insert(UUID uuid, long time, double value) {
    return door.v5()
        .insert(
            InsertParams.newBuilder()
                .setUuid(bytes(uuid))
                .addValues(point(3, 3))
                .addValues(point(time, value))
                .build());
  }

  @Test
  void shouldRefusePointsThatMustNotEnterTheLog() {
    UUID s = door.data.create();
    assertCode(413, insert(s, TimeRange.MIN - 1, 0).getStat());
    assertCode(413, insert(s, TimeRange.MAX - 1, 0).getStat());
    assertCode(425, insert(s, 0, Double.NaN).getStat());
    assertCode(425, insert(s, 0, Double.POSITIVE_INFINITY).getStat());
    assertCode(425, insert(s, 0, Double.NEGATIVE_INFINITY).getStat());
    assertCode(404, insert(NOBODY, 0, 0).getStat());
    assertEquals(0, raw(s, 0, 100, 0).getValuesCount());
    assertFalse(insert(s, TimeRange.MAX - 2, -0.0).hasStat());
    assertFalse(insert(s, TimeRange.MIN, Double.MAX_VALUE).hasStat());
  }

  @Test
  void shouldTakeBatchesOfFiftyThousandAndRefuseOnesPastTheLimit() {
    UUID s = door.data.create();
    assertEquals(50_000, insertMany(s, 50_000).getVersionMinor());
    assertCode(414, insertMany(s, Limits.INSERT_POINTS + 1).getStat());
  }

  private static InsertResponse insertMany(UUID uuid, int points) {
    InsertParams.Builder insert = InsertParams.newBuilder().setUuid(bytes(uuid));
    for (int i = 0; i < points; i++) {
      insert.addValues(point(i, i));
    }
    return door.v5().insert(insert.build());
  }

  @Test
  void shouldAnswerAnEmptyInsertWithTheVersion() {
    InsertParams empty = InsertParams.newBuilder().setUuid(bytes(door.streamOf(3, 1))).build();
    InsertResponse version = door.v5().insert(empty);
    assertFalse(version.hasStat());
    assertEquals(10, version.getVersionMajor());
    assertEquals(3, version.getVersionMinor());
  }

  @Test
  void shouldRoundToTheBitsAskedForAndRefuseOthers() {
    UUID s = door.data.create();
    InsertParams.Builder insert =
        InsertParams.newBuilder().setUuid(bytes(s)).addValues(point(1, 1.3));
    assertCode(421, door.v5().insert(rounded(insert, 53)).getStat());
    assertCode(421, door.v5().insert(rounded(insert, -1)).getStat());
    assertFalse(door.v5().insert(rounded(insert, 2)).hasStat());
    assertEquals(1.25, raw(s, 0, 10, 0).getValues(0).getValue());
  }

  private static InsertParams rounded(InsertParams.Builder insert, int bits) {
    return insert.setRounding(RoundSpec.newBuilder().setBits(bits)).build();
  }

  @Test
  void shouldApplyTheMergePolicyAndRefuseUnknownOnes() {
    UUID s = door.data.create();
    InsertParams.Builder insert =
        InsertParams.newBuilder().setUuid(bytes(s)).addValues(point(1, 1)).addValues(point(1, 2));
    assertCode(421, door.v5().insert(insert.setMergePolicyValue(4).build()).getStat());
    door.v5().insert(insert.setMergePolicy(MergePolicy.REPLACE).build());
    assertEquals(List.of(point(1, 2)), raw(s, 0, 10, 0).getValuesList());
  }

  @Test
  void shouldDeleteWithinItsRangeOnly() {
    UUID s = door.streamOf(10, 1);
    assertCode(413, delete(s, TimeRange.MIN - 1, 5).getStat());
    assertCode(413, delete(s, 0, TimeRange.MAX).getStat());
    assertCode(413, delete(s, 5, 5).getStat());
    assertEquals(12, delete(s, 0, 5).getVersionMajor());
    assertEquals(13, delete(s, 100, 101).getVersionMajor());
    assertEquals(5, raw(s, 0, 100, 0).getValuesCount());
  }

  private static io.btrdb.api.v5.DeleteResponse delete(UUID uuid, long start, long end) {
    return door.v5()
        .delete(DeleteParams.newBuilder().setUuid(bytes(uuid)).setStart(start).setEnd(end).build());
  }

  @Test
  void shouldAnswer405WithTheMapWhenForwardingIsNotWanted() {
    UUID s = door.data.create();
    try (TestDoor other = new TestDoor()) {
      other.data.onLocate =
          uuid ->
              java.util.concurrent.CompletableFuture.completedFuture(
                  new io.btrdb.node.plane.ReadPlace.There("n2", door.address()));
      io.grpc.Metadata headers = new io.grpc.Metadata();
      headers.put(Exchange.NO_FORWARD, "1");
      Status stat =
          other
              .v5()
              .withInterceptors(io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers))
              .nearest(NearestParams.newBuilder().setUuid(bytes(s)).build())
              .getStat();
      assertCode(405, stat);
      assertEquals(2, stat.getMash().getMembersCount());
    }
  }

  // ---- names

  private static CreateParams.Builder stream(String collection, String... tags) {
    CreateParams.Builder create =
        CreateParams.newBuilder().setUuid(bytes(UUID.randomUUID())).setCollection(collection);
    for (int i = 0; i < tags.length; i += 2) {
      create.addTags(pair(tags[i], tags[i + 1]));
    }
    return create;
  }

  private static KeyOptValue pair(String key, String value) {
    return KeyOptValue.newBuilder()
        .setKey(key)
        .setVal(OptValue.newBuilder().setValue(value))
        .build();
  }

  private static void assertCreate(int code, CreateParams.Builder create) {
    assertCode(code, door.v5().create(create.build()).getStat());
  }

  @Test
  void shouldRefuseNamesThatAreNone() {
    assertCreate(407, stream(""));
    assertCreate(407, stream("x".repeat(256)));
    assertCreate(407, stream("\u00e9".repeat(128)));
    assertCreate(407, stream("a\0b"));
    assertCreate(408, stream("c", "color", "red"));
    assertCreate(408, stream("c", "", "red"));
    assertCreate(409, stream("c", "name", "x".repeat(256)));
    assertCreate(409, stream("c", "name", "a\0"));
    assertCreate(421, stream("c", "name", "a", "name", "b"));
    assertCreate(408, stream("c").addAnnotations(pair("Upper", "x")));
    assertCreate(408, stream("c").addAnnotations(pair("x".repeat(64), "x")));
    assertCreate(422, stream("c").addAnnotations(pair("big", "x".repeat(3 << 20))));
    assertFalse(door.v5().create(stream("n\u00e4me [1]/", "name", "").build()).hasStat());
  }

  @Test
  void shouldTellStreamsThatAreThereFromNamesThatAreTaken() {
    CreateParams first = stream("taken", "name", "a").build();
    assertFalse(door.v5().create(first).hasStat());
    assertCode(417, door.v5().create(first).getStat());
    assertCreate(418, stream("taken", "name", "a"));
  }

  @Test
  void shouldDescribeStreamsAndTheirVersions() {
    CreateParams create = stream("described", "name", "a").addAnnotations(pair("k", "v")).build();
    door.v5().create(create);
    StreamInfoResponse info = info(create.getUuid(), false, false);
    assertFalse(info.hasStat());
    assertEquals(10, info.getVersionMajor());
    assertEquals(1, info.getStreamDescriptor().getPropertyVersion());
    assertEquals(List.of(pair("name", "a")), info.getStreamDescriptor().getTagsList());
    assertEquals(0, info(create.getUuid(), true, false).getVersionMajor());
    assertFalse(info(create.getUuid(), false, true).hasStreamDescriptor());
    assertCode(421, info(create.getUuid(), true, true).getStat());
    assertCode(404, info(bytes(NOBODY), false, false).getStat());
    assertCode(404, info(bytes(NOBODY), true, false).getStat());
  }

  private static StreamInfoResponse info(
      ByteString uuid, boolean omitVersion, boolean omitDescriptor) {
    return door.v5()
        .streamInfo(
            StreamInfoParams.newBuilder()
                .setUuid(uuid)
                .setOmitVersion(omitVersion)
                .setOmitDescriptor(omitDescriptor)
                .build());
  }

  @Test
  void shouldChangeTagsAndAnnotationsAtTheExpectedVersionOnly() {
    CreateParams create = stream("changing", "name", "a").build();
    door.v5().create(create);
    SetStreamTagsParams tags =
        SetStreamTagsParams.newBuilder()
            .setUuid(create.getUuid())
            .setExpectedPropertyVersion(1)
            .setCollection("changed")
            .build();
    assertFalse(door.v5().setStreamTags(tags).hasStat());
    assertCode(423, door.v5().setStreamTags(tags).getStat());
    SetStreamAnnotationsParams annotations =
        SetStreamAnnotationsParams.newBuilder()
            .setUuid(create.getUuid())
            .addChanges(pair("k", "v"))
            .build();
    assertFalse(door.v5().setStreamAnnotations(annotations).hasStat());
    StreamInfoResponse info = info(create.getUuid(), true, false);
    assertEquals("changed", info.getStreamDescriptor().getCollection());
    assertEquals(3, info.getStreamDescriptor().getPropertyVersion());
    assertCode(
        408,
        door.v5()
            .setStreamAnnotations(annotations.toBuilder().addRemovals("No").build())
            .getStat());
    assertCode(408, door.v5().setStreamTags(tags.toBuilder().addRemove("color").build()).getStat());
  }

  @Test
  void shouldAnswerALookupWithoutMatchWithOneEmptyMessage() {
    LookupStreamsResponse nothing =
        only(
            door.v5()
                .lookupStreams(LookupStreamsParams.newBuilder().setCollection("no such").build()));
    assertFalse(nothing.hasStat());
    assertEquals(0, nothing.getResultsCount());
  }

  @Test
  void shouldStreamMoreStreamsThanAPageHolds() {
    int streams = 2 * Limits.CATALOG_PAGE + 1;
    for (int i = 0; i < streams; i++) {
      door.v5().create(stream("pages/" + i, "name", "a").build());
    }
    int[] found = {0, 0};
    door.v5()
        .lookupStreams(
            LookupStreamsParams.newBuilder()
                .setCollection("pages/")
                .setIsCollectionPrefix(true)
                .addTags(KeyOptValue.newBuilder().setKey("name"))
                .build())
        .forEachRemaining(message -> found[0] += message.getResultsCount());
    door.v5()
        .listCollections(ListCollectionsParams.newBuilder().setPrefix("pages/").build())
        .forEachRemaining(message -> found[1] += message.getCollectionsCount());
    assertEquals(streams, found[0]);
    assertEquals(streams, found[1]);
  }

  @Test
  void shouldListTheFixedTagKeysInUsage() {
    assertEquals(
        3, door.v5().getMetadataUsage(MetadataUsageParams.getDefaultInstance()).getTagsCount());
  }

  // ---- the rest

  @Test
  void shouldRefuseInTheFormOfTheMethod() {
    assertCode(441, only(door.v5().sQLQuery(SQLQueryParams.getDefaultInstance())).getStat());
    assertCode(424, door.v5().faultInject(FaultInjectParams.getDefaultInstance()).getStat());
  }

  @Test
  void shouldInjectOnlyFaultsThatItIsAllowedTo() throws Exception {
    List<String> injected = new ArrayList<>();
    FaultInjection faults =
        new FaultInjection() {
          @Override
          public void die() {
            injected.add("die");
          }

          @Override
          public void dieSoon() {
            injected.add("die soon");
          }

          @Override
          public void dropCaches() {
            injected.add("drop caches");
          }
        };
    try (TestDoor allowing =
        new TestDoor(GrpcDoorOptions.of("127.0.0.1", 0, "test").withFaults(faults))) {
      for (int type = 1; type <= 3; type++) {
        FaultInjectParams params = FaultInjectParams.newBuilder().setType(type).build();
        assertFalse(allowing.v5().faultInject(params).hasStat());
      }
      assertEquals(List.of("die", "die soon", "drop caches"), injected);
      assertCode(
          421,
          allowing.v5().faultInject(FaultInjectParams.newBuilder().setType(4).build()).getStat());
    }
  }

  @Test
  void shouldTellOfProxiesInPlaceOfTheMap() {
    List<String> proxies = List.of("proxy.example:4410", "other.example:4410");
    try (TestDoor behind =
        new TestDoor(GrpcDoorOptions.of("127.0.0.1", 0, "test").withProxies(proxies))) {
      InfoResponse info = behind.v5().info(InfoParams.getDefaultInstance());
      assertFalse(info.hasMash());
      assertEquals(proxies, info.getProxy().getProxyEndpointsList());
    }
    assertFalse(door.v5().info(InfoParams.getDefaultInstance()).hasProxy());
  }

  @Test
  void shouldShowAMapWithoutGapsAndOneHashForEachNode() {
    InfoResponse info = door.v5().info(InfoParams.getDefaultInstance());
    assertFalse(info.hasStat());
    assertEquals(5, info.getMajorVersion());
    assertEquals(30, info.getMinorVersion());
    assertEquals("test", info.getBuild());
    assertEquals(0.0, info.getMash().getUnmapped());
    assertFalse(info.getMash().getHealthy());
    List<Member> members = info.getMash().getMembersList();
    assertEquals(0, members.get(0).getStart());
    assertEquals(members.get(0).getEnd(), members.get(1).getStart());
    assertEquals(1L << 32, members.get(1).getEnd());
    assertEquals("n2", members.get(1).getNodename());
    assertTrue(members.get(0).getHash() != members.get(1).getHash());
    for (int i = 0; i < 1_000; i++) {
      UUID uuid = new UUID(i, -i);
      long hash = StreamHash.hash(uuid);
      int shard = door.data.shardOf(uuid);
      assertTrue(members.get(shard).getStart() <= hash && hash < members.get(shard).getEnd());
    }
  }
}
