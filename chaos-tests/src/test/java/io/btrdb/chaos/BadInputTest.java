package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.DeleteParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.SetStreamAnnotationsParams;
import io.btrdb.api.v5.SetStreamTagsParams;
import io.btrdb.api.v5.Status;
import io.btrdb.api.v5.StreamInfoParams;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.client.Point;
import io.btrdb.client.TimeBounds;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a node is told, it answers with the contract's code, lives, and serves the next one. */
@Timeout(120)
class BadInputTest {
  private static final UUID NOBODY = new UUID(0, 0);
  private static final int IDLE_CONNECTIONS = 10_000;

  @RegisterExtension static final ClusterUnderTest cluster = new ClusterUnderTest();

  private static final String NODE = "n1";

  private V5Client door;
  private UUID stream;
  private long pid;

  @BeforeEach
  void create() {
    pid = cluster.cluster().pid(NODE).orElseThrow();
    door = V5Client.connect(cluster.cluster().endpoint(NODE));
    stream = UUID.randomUUID();
    assertFalse(door.stub().create(named("bad/input", "name", stream.toString())).hasStat());
    insert(new Point(1, 1), new Point(2, 2));
  }

  /** Whatever happened, the same process answers a proper request. */
  @AfterEach
  void shouldStillServe() {
    insert(new Point(3, 3));
    assertEquals(3, door.values(stream, 0, 100, 0).list().size());
    assertEquals(pid, cluster.cluster().pid(NODE).orElseThrow());
    assertTrue(cluster.cluster().state(NODE).ready());
    door.close();
  }

  private void insert(Point... points) {
    assertFalse(door.stub().insert(V5Client.insert(stream, points)).hasStat());
  }

  private CreateParams named(String collection, String key, String value) {
    return CreateParams.newBuilder()
        .setUuid(UuidBytes.of(stream))
        .setCollection(collection)
        .addTags(pair(key, value))
        .build();
  }

  private static KeyOptValue pair(String key, String value) {
    return KeyOptValue.newBuilder()
        .setKey(key)
        .setVal(OptValue.newBuilder().setValue(value))
        .build();
  }

  private static void assertCode(int code, Status stat) {
    assertEquals(code, stat.getCode(), stat.getMsg());
    assertTrue(stat.getMsg().length() > 10, () -> "a sentence, not \"" + stat.getMsg() + "\"");
  }

  private static <T> T only(Iterator<T> answers) {
    T first = answers.next();
    assertFalse(answers.hasNext(), "an error is one message");
    return first;
  }

  private Status raw(UUID uuid, long start, long end, long version) {
    return only(door.stub()
            .rawValues(
                RawValuesParams.newBuilder()
                    .setUuid(UuidBytes.of(uuid))
                    .setStart(start)
                    .setEnd(end)
                    .setVersionMajor(version)
                    .build()))
        .getStat();
  }

  private Status windows(long start, long end, long width, int depth) {
    return only(door.stub()
            .windows(
                WindowsParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setStart(start)
                    .setEnd(end)
                    .setWidth(width)
                    .setDepth(depth)
                    .build()))
        .getStat();
  }

  private Status aligned(long start, long end, int pointWidth) {
    return only(door.stub()
            .alignedWindows(
                AlignedWindowsParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setStart(start)
                    .setEnd(end)
                    .setPointWidth(pointWidth)
                    .build()))
        .getStat();
  }

  private Status nearest(UUID uuid, long time, long version, boolean backward) {
    return door.stub()
        .nearest(
            NearestParams.newBuilder()
                .setUuid(UuidBytes.of(uuid))
                .setTime(time)
                .setVersionMajor(version)
                .setBackward(backward)
                .build())
        .getStat();
  }

  private Status changes(long from, long to, int resolution) {
    return only(door.stub()
            .changes(
                ChangesParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setFromMajor(from)
                    .setToMajor(to)
                    .setResolution(resolution)
                    .build()))
        .getStat();
  }

  private Status delete(long start, long end) {
    return door.stub()
        .delete(
            DeleteParams.newBuilder()
                .setUuid(UuidBytes.of(stream))
                .setStart(start)
                .setEnd(end)
                .build())
        .getStat();
  }

  private Status insertAt(UUID uuid, long time, double value) {
    return door.stub().insert(V5Client.insert(uuid, new Point(time, value))).getStat();
  }

  @Test
  void shouldRefuseWidthsThatAreNone() {
    assertCode(415, windows(0, 10, 0, 0));
    assertCode(415, windows(0, 10, -1, 0));
    assertCode(415, windows(0, 10, 1, 64));
    assertCode(415, aligned(0, 100, 64));
    assertCode(415, changes(10, 10, 64));
    assertCode(413, windows(0, 10, 11, 0));
    assertCode(413, aligned(0, 7, 3));
  }

  @Test
  void shouldRefuseTimesThatAreNone() {
    assertCode(413, raw(stream, TimeBounds.MIN - 1, 5, 0));
    assertCode(413, raw(stream, 0, TimeBounds.MAX, 0));
    assertCode(413, raw(stream, 5, 5, 0));
    assertCode(413, raw(stream, 6, 5, 0));
    assertCode(413, windows(TimeBounds.MIN - 1, 5, 1, 0));
    assertCode(413, windows(0, Long.MAX_VALUE, 1L << 50, 0));
    assertCode(413, aligned(Long.MIN_VALUE, Long.MAX_VALUE, 40));
    assertCode(413, nearest(stream, TimeBounds.MAX, 0, true));
    assertCode(413, nearest(stream, TimeBounds.MIN - 1, 0, false));
    assertCode(413, delete(TimeBounds.MIN - 1, 5));
    assertCode(413, delete(0, TimeBounds.MAX));
    assertCode(413, delete(5, 5));
    assertCode(413, insertAt(stream, TimeBounds.MIN - 1, 0));
    assertCode(413, insertAt(stream, TimeBounds.MAX - 1, 0));
  }

  @Test
  void shouldRefuseValuesThatAreNoNumbers() {
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertCode(425, insertAt(stream, 50, value));
      InsertParams oneOfMany =
          V5Client.insert(stream, new Point(60, 1), new Point(61, value), new Point(62, 1));
      assertCode(425, door.stub().insert(oneOfMany).getStat());
    }
    assertEquals(2, door.values(stream, 0, 100, 0).list().size());
  }

  @Test
  void shouldRefuseAnInsertPastTheLimit() {
    InsertParams.Builder insert = InsertParams.newBuilder().setUuid(UuidBytes.of(stream));
    RawPoint point = RawPoint.newBuilder().setTime(1_000).setValue(1).build();
    for (int i = 0; i < 50_000; i++) {
      insert.addValues(point);
    }
    assertFalse(door.stub().insert(insert.build()).hasStat(), "50,000 points are always taken");
    for (int i = 0; i < 50_000; i++) {
      insert.addValues(point);
    }
    assertCode(414, door.stub().insert(insert.build()).getStat());
    assertEquals(50_000, door.values(stream, 1_000, 1_001, 0).list().size());
  }

  private Status created(String collection, String key, String value) {
    return door.stub()
        .create(
            named(collection, key, value).toBuilder()
                .setUuid(UuidBytes.of(UUID.randomUUID()))
                .build())
        .getStat();
  }

  @Test
  void shouldRefuseNamesThatAreNone() {
    String value = UUID.randomUUID().toString();
    assertCode(407, created("", "name", value));
    assertCode(407, created("x".repeat(256), "name", value));
    assertCode(407, created("a\0b", "name", value));
    assertCode(408, created("c", "", value));
    assertCode(408, created("c", "colour", value));
    assertCode(408, created("c", "Name", value));
    assertCode(409, created("c", "name", "x".repeat(256)));
    assertCode(409, created("c", "name", "a\0b"));
    assertCode(
        422,
        door.stub()
            .setStreamAnnotations(
                SetStreamAnnotationsParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .addChanges(pair("a", "x".repeat(3 << 20)))
                    .build())
            .getStat());
    assertCode(
        408,
        door.stub()
            .setStreamTags(
                SetStreamTagsParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .addTags(pair("colour", "red"))
                    .build())
            .getStat());
  }

  @Test
  void shouldRefuseStreamsThatAreThereAlready() {
    CreateParams same = named("bad/other", "name", "x");
    assertCode(417, door.stub().create(same).getStat());
    assertCode(418, created("bad/input", "name", stream.toString()));
  }

  @Test
  void shouldRefuseVersionsAndStreamsThatDoNotExist() {
    assertCode(404, raw(stream, 0, 10, 11));
    assertCode(404, raw(stream, 0, 10, -1));
    assertCode(404, raw(NOBODY, 0, 10, 0));
    assertCode(404, nearest(NOBODY, 0, 0, false));
    assertCode(404, nearest(stream, 0, 99, false));
    assertCode(404, changes(10, 11, 0));
    assertCode(404, insertAt(NOBODY, 1, 1));
    assertCode(401, nearest(stream, 3, 0, false));
    assertCode(427, changes(11, 10, 0));
    assertCode(
        421,
        door.stub()
            .streamInfo(
                StreamInfoParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setOmitDescriptor(true)
                    .setOmitVersion(true)
                    .build())
            .getStat());
    assertCode(
        421,
        door.stub()
            .insert(InsertParams.newBuilder().setUuid(ByteString.copyFromUtf8("odd")).build())
            .getStat());
  }

  // ---- bytes that are no requests

  /** Sends the bytes as they are, and hands back nothing. */
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] bytes) {
          return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream in) {
          try {
            return in.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private io.grpc.Status call(MethodDescriptor<?, ?> method, byte[] request) {
    try {
      ClientCalls.blockingServerStreamingCall(
              door.channel(), method.toBuilder(BYTES, BYTES).build(), CallOptions.DEFAULT, request)
          .forEachRemaining(answer -> {});
      return io.grpc.Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  @Test
  void shouldRefuseHalfAMessageInEveryMethod() {
    byte[] half = {0x0A, 16, 1, 2, 3};
    for (MethodDescriptor<?, ?> method : BTrDBGrpc.getServiceDescriptor().getMethods()) {
      io.grpc.Status status = call(method, half);
      assertEquals(
          io.grpc.Status.Code.INVALID_ARGUMENT, status.getCode(), method.getFullMethodName());
    }
  }

  @Test
  void shouldSurviveNoiseInEveryMethod() {
    Random random = new Random(Seed.choose("noise"));
    for (MethodDescriptor<?, ?> method : BTrDBGrpc.getServiceDescriptor().getMethods()) {
      for (int i = 0; i < 10; i++) {
        byte[] noise = new byte[random.nextInt(100)];
        random.nextBytes(noise);
        io.grpc.Status.Code code = call(method, noise).getCode();
        assertTrue(
            code == io.grpc.Status.Code.OK || code == io.grpc.Status.Code.INVALID_ARGUMENT,
            () -> method.getFullMethodName() + ": " + code);
      }
    }
  }

  @Test
  void shouldSurviveGarbageInsteadOfHttp() throws IOException {
    Random random = new Random(Seed.choose("garbage"));
    byte[] garbage = new byte[100_000];
    random.nextBytes(garbage);
    try (RawHttp2 plain = new RawHttp2(port())) {
      plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      awaitEnd(plain);
    }
    for (int i = 0; i < 20; i++) {
      try (RawHttp2 broken = new RawHttp2(port())) {
        if (i % 2 == 1) {
          broken.open();
        }
        awaitEnd(broken.send(garbage));
      } catch (SocketException e) {
        // The node hung up while the rest of the garbage was on its way: as it should.
        assertTrue(cluster.cluster().isRunning(NODE));
      }
    }
  }

  /** The node ends the connection, however it puts it. */
  private static void awaitEnd(RawHttp2 connection) throws IOException {
    while (connection.read().type() != RawHttp2.END) {
      assertTrue(cluster.cluster().isRunning(NODE));
    }
  }

  @Test
  void shouldRefuseAGigabyteInOneMessage() throws IOException {
    for (String method : List.of("/v5api.BTrDB/Insert", "/btrdb.cluster.Data/Submit")) {
      try (RawHttp2 large = new RawHttp2(port())) {
        long sent = large.open().call(method).sendZeros(1L << 30);
        System.out.printf("  %s: a message of 1 GiB was refused after %,d bytes%n", method, sent);
        assertTrue(sent < 64 << 20, method);
      }
    }
  }

  @Test
  void shouldServeBesideTenThousandIdleConnections() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      String limit = "";
      try {
        while (idle.size() < IDLE_CONNECTIONS) {
          idle.add(new Socket(InetAddress.getLoopbackAddress(), port()));
        }
      } catch (IOException e) {
        limit = "; then: " + e.getMessage();
      }
      System.out.printf("  %,d idle connections%s%n", idle.size(), limit);
      assertTrue(idle.size() >= 500, limit);
      insert(new Point(10, 1));
      try (V5Client another = V5Client.connect(cluster.cluster().endpoint(NODE))) {
        assertEquals(5, another.info().getMajorVersion());
        assertEquals(3, another.values(stream, 0, 20, 0).list().size());
      }
      assertFalse(door.stub().delete(deleteOf(10)).hasStat());
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private DeleteParams deleteOf(long time) {
    return DeleteParams.newBuilder()
        .setUuid(UuidBytes.of(stream))
        .setStart(time)
        .setEnd(time + 1)
        .build();
  }

  /** Calls that are begun and never end, a byte of them at most. */
  @Test
  void shouldServeBesideConnectionsThatNeverEndTheirRequest() throws IOException {
    List<RawHttp2> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        RawHttp2 connection = new RawHttp2(port());
        slow.add(connection);
        switch (i % 4) {
          case 0 -> connection.send("PRI * HTT".getBytes(StandardCharsets.US_ASCII));
          case 1 -> connection.open();
          case 2 -> connection.open().call("/v5api.BTrDB/Insert");
          default ->
              connection
                  .open()
                  .call("/v5api.BTrDB/Insert")
                  .frame(RawHttp2.DATA, 0, 1, new byte[] {0, 0, 0, 1, 0, 10});
        }
      }
      insert(new Point(10, 1));
      assertFalse(door.stub().delete(deleteOf(10)).hasStat());
    } finally {
      for (RawHttp2 connection : slow) {
        connection.close();
      }
    }
  }

  private static int port() {
    return cluster.cluster().config(NODE).self().grpcPort();
  }
}
