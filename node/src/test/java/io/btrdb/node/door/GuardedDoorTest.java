package io.btrdb.node.door;

import static io.btrdb.catalog.Capability.ADMIN;
import static io.btrdb.catalog.Capability.DELETE;
import static io.btrdb.catalog.Capability.INSERT;
import static io.btrdb.catalog.Capability.OBLITERATE;
import static io.btrdb.catalog.Capability.READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.btrdb.api.cluster.BackupGrpc;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.cluster.OpenSessionRequest;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.PointsInsert;
import io.btrdb.api.cluster.RangeDelete;
import io.btrdb.api.cluster.StreamConfiguration;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.GenerateCSVParams;
import io.btrdb.api.v5.KeyCount;
import io.btrdb.api.v5.ListCollectionsParams;
import io.btrdb.api.v5.LookupStreamsParams;
import io.btrdb.api.v5.MetadataUsageParams;
import io.btrdb.api.v5.SQLQueryParams;
import io.btrdb.api.v5.SetStreamTagsParams;
import io.btrdb.api.v5.StreamCSVConfig;
import io.btrdb.api.v5.StreamDescriptor;
import io.btrdb.catalog.Capability;
import io.btrdb.catalog.Grant;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.security.KeysInMemory;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call, with no key, with one that is not good enough, and with one that just is. */
class GuardedDoorTest {
  private static final String HERE = "grid/east/pmu7";

  /** What takes which right. A call that takes none but a key is not here. */
  private static final Map<String, Capability> RIGHTS = new HashMap<>();

  /** Calls that any key may make; what they show is narrowed. */
  private static final Set<String> FOR_EVERY_KEY =
      Set.of("Info", "LookupStreams", "ListCollections", "GetMetadataUsage", "SQLQuery");

  /** Calls that any right to the stream is enough for. */
  private static final Set<String> VISIBLE = Set.of("StreamInfo", "GetCompactionConfig");

  static {
    for (String name :
        List.of(
            "RawValues",
            "AlignedWindows",
            "Windows",
            "Nearest",
            "Changes",
            "MultiRawValues",
            "ArrowRawValues",
            "ArrowMultiValues",
            "ArrowAlignedWindows",
            "ArrowWindows",
            "GenerateCSV",
            "Subscribe")) {
      RIGHTS.put(name, READ);
    }
    for (String name :
        List.of(
            "Create", "SetStreamTags", "SetStreamAnnotations", "Insert", "ArrowInsert", "Flush")) {
      RIGHTS.put(name, INSERT);
    }
    RIGHTS.put("Delete", DELETE);
    RIGHTS.put("SetCompactionConfig", DELETE);
    RIGHTS.put("Obliterate", OBLITERATE);
    RIGHTS.put("FaultInject", ADMIN);
  }

  private final KeysInMemory keys = new KeysInMemory();
  private final TestDoor door = new TestDoor(catalog -> keys.guard(catalog, Duration.ofHours(1)));
  private UUID stream = create(HERE);

  /** How callers come: by the network, unless a test says otherwise. */
  private Channel way = door.channel;

  @BeforeEach
  void hearOfKeys() {
    keys.spread();
  }

  @AfterEach
  void close() {
    door.close();
  }

  private UUID create(String collection) {
    UUID uuid = UUID.randomUUID();
    door.catalog.create(uuid, collection, Map.of("name", collection), Map.of(), 0).join();
    return uuid;
  }

  @Test
  void shouldHaveARightDeclaredForEveryMethodOfEveryService() {
    int methods = 0;
    for (ServiceDescriptor ofFile :
        List.of(
            BTrDBGrpc.getServiceDescriptor(),
            PeerGrpc.getServiceDescriptor(),
            BackupGrpc.getServiceDescriptor(),
            KeysGrpc.getServiceDescriptor())) {
      var file = ((ProtoFileDescriptorSupplier) ofFile.getSchemaDescriptor()).getFileDescriptor();
      for (Descriptors.ServiceDescriptor service : file.getServices()) {
        for (Descriptors.MethodDescriptor method : service.getMethods()) {
          assertNotNull(Rights.of(service.getFullName() + "/" + method.getName()));
          methods++;
        }
      }
    }
    assertTrue(methods > 50, "only " + methods + " methods were found");
    assertThrows(IllegalStateException.class, () -> Rights.of("btrdb.cluster.Other/Method"));
    assertThrows(IllegalStateException.class, () -> Rights.of("v5api.BTrDB/Newcomer"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRefuseEveryCallWithoutAKeyInTheWordsOfTheContract(boolean inside) {
    way = inside ? door.door.inside() : door.channel;
    for (MethodDescriptor<?, ?> method : v5()) {
      for (String key : new String[] {null, "btrdb_0123456789ab_" + "A".repeat(43)}) {
        Status status = call(method, key).status();
        assertEquals(Status.Code.UNAUTHENTICATED, status.getCode(), method.getFullMethodName());
        assertEquals("invalid api key", status.getDescription());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRefuseEveryCallWithTooFewRightsAndTakeItWithJustEnough(boolean inside) {
    way = inside ? door.door.inside() : door.channel;
    for (MethodDescriptor<?, ?> method : v5()) {
      String name = method.getBareMethodName();
      if (FOR_EVERY_KEY.contains(name)) {
        assertAllowed(name, call(method, keys.key("elsewhere", READ)).status());
        continue;
      }
      if (VISIBLE.contains(name)) {
        assertForbidden(name, call(method, keys.key("grid/eastern", READ)).status());
        assertAllowed(name, call(method, keys.key("grid", DELETE)).status());
        continue;
      }
      Capability right = RIGHTS.get(name);
      assertNotNull(right, "no right is expected of " + name + ": add it to this test");
      String where = right == ADMIN ? "" : "grid/east";
      String tooFew =
          keys.key(
              new Grant("grid/west", Set.of(right)),
              new Grant("grid/eas", Set.of(right)),
              new Grant("grid/east", EnumSet.complementOf(EnumSet.of(right, ADMIN))));
      assertForbidden(name, call(method, tooFew).status());
      assertAllowed(name, call(method, keys.key(where, right)).status());
      stream = create(HERE + "/after-" + name);
    }
  }

  private static void assertForbidden(String name, Status status) {
    assertEquals(Status.Code.PERMISSION_DENIED, status.getCode(), name + " " + status);
    assertTrue(
        status.getDescription().startsWith("user does not have permission "), status.toString());
  }

  private static void assertAllowed(String name, Status status) {
    assertTrue(
        status.getCode() != Status.Code.PERMISSION_DENIED
            && status.getCode() != Status.Code.UNAUTHENTICATED,
        name + " " + status);
  }

  @Test
  void shouldSayThatAStreamDoesNotExistRatherThanThatItIsForbidden() {
    stream = UUID.randomUUID();
    String key = keys.key("grid", READ);
    Answer answer = call(BTrDBGrpc.getNearestMethod(), key);
    assertTrue(answer.status().isOk(), answer.status().toString());
    assertEquals(404, ReplyForm.v5(encrypted -> null).code(answer.messages().get(0)));
  }

  @Test
  void shouldNeedRightsOnBothSidesOfAMove() {
    String key = keys.key(HERE, INSERT);
    SetStreamTagsParams move =
        SetStreamTagsParams.newBuilder()
            .setUuid(TestDoor.bytes(stream))
            .setCollection("grid/west")
            .build();
    assertForbidden("move", call(BTrDBGrpc.getSetStreamTagsMethod(), key, move).status());
    String both = keys.key(new Grant(HERE, Set.of(INSERT)), new Grant("grid/west", Set.of(INSERT)));
    assertAllowed("move", call(BTrDBGrpc.getSetStreamTagsMethod(), both, move).status());
    // What was remembered of the stream's place counts no more once the move has been heard of.
    keys.moved++;
    keys.spread();
    assertForbidden("flush", call(BTrDBGrpc.getFlushMethod(), key).status());
  }

  @Test
  void shouldJudgeEachWriteOfAFrameByItself() {
    UUID elsewhere = create("grid/west");
    String inserting = keys.key("grid/east", INSERT);
    String deleting = keys.key("grid/east", DELETE);
    assertEquals(List.of(0, 0, 437, 437, 437), submit(inserting, elsewhere));
    assertEquals(List.of(437, 437, 0, 0, 437), submit(deleting, elsewhere));
  }

  /** Codes of an insert, a flush, a delete and a configuration here, and of a flush elsewhere. */
  private List<Integer> submit(String key, UUID elsewhere) {
    Channel channel = as(key);
    UUID session = UUID.randomUUID();
    for (int shard = 0; shard < 2; shard++) {
      OpenSessionRequest open =
          OpenSessionRequest.newBuilder()
              .setShard(shard)
              .setSessionHigh(session.getMostSignificantBits())
              .setSessionLow(session.getLeastSignificantBits())
              .build();
      assertEquals(0, DataGrpc.newBlockingStub(channel).openSession(open).getCode());
    }
    ByteWriter block = new ByteWriter();
    PointsCodec.encode(new long[] {5}, new double[] {1}, 0, 1, block);
    PointsInsert points =
        PointsInsert.newBuilder()
            .setCount(1)
            .setPoints(ByteString.copyFrom(block.toByteArray()))
            .build();
    SubmitFrame frame =
        SubmitFrame.newBuilder()
            .addRequests(write(session, 1, stream).setInsert(points))
            .addRequests(write(session, 2, stream).setFlush(true))
            .addRequests(
                write(session, 3, stream).setDelete(RangeDelete.newBuilder().setStart(1).setEnd(9)))
            .addRequests(
                write(session, 4, stream)
                    .setConfigure(StreamConfiguration.newBuilder().setOldest(10)))
            .addRequests(write(session, 5, elsewhere).setFlush(true))
            .build();
    Map<Long, WriteOutcome> outcomes = SubmitClient.exchange(channel, frame);
    return LongStream.rangeClosed(1, 5).mapToObj(id -> outcomes.get(id).getCode()).toList();
  }

  private WriteRequest.Builder write(UUID session, long id, UUID target) {
    return WriteRequest.newBuilder()
        .setId(id)
        .setShard(door.data.shardOf(target))
        .setSessionHigh(session.getMostSignificantBits())
        .setSessionLow(session.getLeastSignificantBits())
        .setSequence(id)
        .setUuid(TestDoor.bytes(target));
  }

  @Test
  void shouldListOnlyWhatTheCallerMaySee() {
    create("grid");
    create("grid/eastern/pmu1");
    create("grid/east");
    String key = keys.key(new Grant("grid/east", Set.of(READ)), new Grant("lab", Set.of(READ)));
    Channel channel = as(key);
    assertEquals(List.of("grid/east", HERE), collections(channel, ""));
    assertEquals(List.of("grid/east", HERE), collections(channel, "grid/e"));
    assertEquals(List.of(HERE), collections(channel, "grid/east/"));
    assertEquals(List.of(), collections(channel, "grid/eastern"));
    assertEquals(List.of("grid/east", HERE), lookup(channel, "", true));
    assertEquals(List.of("grid/east"), lookup(channel, "grid/east", false));
    assertEquals(List.of(), lookup(channel, "grid", false));
    assertEquals(
        List.of(2L),
        BTrDBGrpc.newBlockingStub(channel)
            .getMetadataUsage(MetadataUsageParams.newBuilder().setPrefix("grid").build())
            .getTagsList()
            .stream()
            .filter(count -> count.getKey().equals("name"))
            .map(KeyCount::getCount)
            .toList());
  }

  @Test
  void shouldAnswerInSqlOnlyOfWhatTheCallerMaySee() {
    UUID hidden = create("grid");
    create("grid/eastern/pmu1");
    create("grid/east");
    String key = keys.key(new Grant("grid/east", Set.of(READ)), new Grant("lab", Set.of(READ)));
    Channel channel = as(key);
    assertEquals(List.of("grid/east", HERE), sql(channel, ""));
    assertEquals(List.of("grid/east", HERE), sql(channel, "where collection like 'grid%'"));
    assertEquals(List.of(HERE), sql(channel, "where collection like 'grid/east/%'"));
    assertEquals(List.of(), sql(channel, "where collection = 'grid/eastern/pmu1'"));
    assertEquals(List.of(), sql(channel, "where uuid = '" + hidden + "'"));
    assertEquals(List.of(HERE), sql(channel, "where uuid in ('" + hidden + "', '" + stream + "')"));
    assertEquals(List.of(), sql(as(keys.key("", ADMIN)), ""));
  }

  private static List<String> sql(Channel channel, String condition) {
    List<String> found = new ArrayList<>();
    BTrDBGrpc.newBlockingStub(channel)
        .sQLQuery(
            SQLQueryParams.newBuilder()
                .setQuery("select collection from streams " + condition + " order by 1")
                .build())
        .forEachRemaining(
            message ->
                message
                    .getSQLQueryRowList()
                    .forEach(row -> found.add(row.toStringUtf8().split("\"")[3])));
    return found;
  }

  private static List<String> collections(Channel channel, String prefix) {
    List<String> found = new ArrayList<>();
    BTrDBGrpc.newBlockingStub(channel)
        .listCollections(ListCollectionsParams.newBuilder().setPrefix(prefix).build())
        .forEachRemaining(message -> found.addAll(message.getCollectionsList()));
    return found;
  }

  private static List<String> lookup(Channel channel, String collection, boolean isPrefix) {
    List<String> found = new ArrayList<>();
    BTrDBGrpc.newBlockingStub(channel)
        .lookupStreams(
            LookupStreamsParams.newBuilder()
                .setCollection(collection)
                .setIsCollectionPrefix(isPrefix)
                .build())
        .forEachRemaining(
            message ->
                message.getResultsList().stream()
                    .map(StreamDescriptor::getCollection)
                    .forEach(found::add));
    return found;
  }

  // ------------------------------------------------------------------------------------ calls

  /** Those of the contract that the door serves. */
  private static List<MethodDescriptor<?, ?>> v5() {
    return List.copyOf(BTrDBGrpc.getServiceDescriptor().getMethods());
  }

  private record Answer(Status status, List<byte[]> messages) {}

  private Channel as(String key) {
    if (key == null) {
      return way;
    }
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "bearer " + key);
    return ClientInterceptors.intercept(way, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private Answer call(MethodDescriptor<?, ?> method, String key) {
    Message prototype =
        (Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
    return call(method, key, about(prototype));
  }

  /** A request about the stream, or its collection, whatever its message. */
  private Message about(Message prototype) {
    if (prototype instanceof GenerateCSVParams) {
      return GenerateCSVParams.newBuilder()
          .addStreams(StreamCSVConfig.newBuilder().setUuid(TestDoor.bytes(stream)))
          .build();
    }
    Message.Builder request = prototype.newBuilderForType();
    FieldDescriptor uuid = request.getDescriptorForType().findFieldByName("uuid");
    ByteString bytes = TestDoor.bytes(stream);
    if (uuid != null && uuid.isRepeated()) {
      request.addRepeatedField(uuid, bytes);
    } else if (uuid != null) {
      request.setField(uuid, bytes);
    }
    FieldDescriptor collection = request.getDescriptorForType().findFieldByName("collection");
    if (collection != null) {
      request.setField(collection, HERE);
    }
    return request.build();
  }

  private Answer call(MethodDescriptor<?, ?> method, String key, Message request) {
    MethodDescriptor<byte[], byte[]> raw =
        method.toBuilder(Marshallers.BYTES, Marshallers.BYTES).build();
    ClientCall<byte[], byte[]> call =
        as(key).newCall(raw, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    CompletableFuture<Status> end = new CompletableFuture<>();
    ConcurrentLinkedQueue<byte[]> messages = new ConcurrentLinkedQueue<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            messages.add(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(1_000);
    call.sendMessage(request.toByteArray());
    call.halfClose();
    return new Answer(end.join(), Stream.of(messages.toArray(byte[][]::new)).toList());
  }
}
