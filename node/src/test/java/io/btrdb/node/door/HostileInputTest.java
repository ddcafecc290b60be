package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import io.btrdb.api.v5.ArrowInsertParams;
import io.btrdb.api.v5.ArrowRawValuesParams;
import io.btrdb.api.v5.ArrowRawValuesResponse;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.arrow.ArrowSchema;
import io.btrdb.arrow.ArrowStream;
import io.btrdb.arrow.Column;
import io.btrdb.node.security.Guard;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostileInputTest {
  private final TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    door.close();
  }

  private void assertAlive() {
    assertEquals(5, door.v5().info(InfoParams.getDefaultInstance()).getMajorVersion());
  }

  private Status call(MethodDescriptor<?, ?> method, byte[] request) {
    MethodDescriptor<byte[], byte[]> raw =
        method.toBuilder(Marshallers.BYTES, Marshallers.BYTES).build();
    try {
      ClientCalls.blockingServerStreamingCall(door.channel, raw, CallOptions.DEFAULT, request)
          .forEachRemaining(answer -> {});
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  @Test
  void shouldAnswerHalfAMessageWithInvalidArgument() {
    byte[] half = {0x0A, 16, 1, 2, 3};
    for (MethodDescriptor<?, ?> method : BTrDBGrpc.getServiceDescriptor().getMethods()) {
      Status status = call(method, half);
      assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), method.getBareMethodName());
      assertTrue(status.getDescription().length() > 10, status.toString());
    }
    assertAlive();
  }

  @Test
  void shouldSurviveRandomMessages() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<MethodDescriptor<?, ?>> methods =
        new ArrayList<>(BTrDBGrpc.getServiceDescriptor().getMethods());
    for (int i = 0; i < 150; i++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      Status status = call(methods.get(random.nextInt(methods.size())), noise);
      assertTrue(
          status.isOk() || status.getCode() == Status.Code.INVALID_ARGUMENT,
          () -> "seed " + seed + ": " + status);
    }
    assertTrue(door.events.isEmpty(), () -> "seed " + seed + ": " + door.events);
    assertAlive();
  }

  @Test
  void shouldSurviveDamagedArrowStreams() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] sound =
        new ArrowStream(ArrowSchema.POINTS)
            .chunk(2, new Column.Longs(new long[2]), new Column.Doubles(new double[2]))
            .toByteArray();
    ByteString stream = TestDoor.bytes(door.data.create());
    for (int i = 0; i < 300; i++) {
      byte[] bytes = sound.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      InsertResponse inserted =
          door.v5()
              .arrowInsert(
                  ArrowInsertParams.newBuilder()
                      .setUuid(stream)
                      .setArrowBytes(ByteString.copyFrom(bytes))
                      .build());
      ArrowRawValuesResponse read =
          door.v5()
              .arrowRawValues(
                  ArrowRawValuesParams.newBuilder()
                      .setUuid(stream)
                      .setEnd(5)
                      .setTemplateBytes(ByteString.copyFrom(bytes))
                      .build())
              .next();
      assertTrue(
          List.of(0, 413, 421, 425).contains(inserted.getStat().getCode())
              && List.of(0, 421).contains(read.getStat().getCode()),
          () -> "seed " + seed + ": " + inserted + read);
    }
    assertTrue(door.events.isEmpty(), () -> "seed " + seed + ": " + door.events);
    assertAlive();
  }

  @Test
  void shouldRefuseAMessageThatIsTooLarge() {
    Status status = call(BTrDBGrpc.getInsertMethod(), new byte[Limits.INBOUND_MESSAGE_BYTES + 1]);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode(), status.toString());
    assertAlive();
  }

  @Test
  void shouldServeAmongManyIdleConnections() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), door.door.port()));
      }
      assertAlive();
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void shouldCloseConnectionsBeyondItsLimit() throws IOException {
    GrpcDoorOptions few = GrpcDoorOptions.of("127.0.0.1", 0, "test").withConnections(3);
    try (GrpcDoor small = open(few)) {
      List<Socket> sockets = new ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          sockets.add(new Socket("127.0.0.1", small.port()));
        }
        // The fourth hears nothing but the end; the others hear the server's settings.
        assertEquals(-1, firstByte(sockets.get(3)));
        assertEquals(0, firstByte(sockets.get(0)));
      } finally {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    }
  }

  private static int firstByte(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void shouldSayWhichPortIsTakenAndWhatToDo() {
    GrpcDoorOptions taken = GrpcDoorOptions.of("127.0.0.1", door.door.port(), "test");
    IOException refused = assertThrows(IOException.class, () -> open(taken).close());
    assertTrue(refused.getMessage().contains(":" + door.door.port()), refused.getMessage());
    assertTrue(refused.getMessage().contains("configure another"), refused.getMessage());
  }

  private GrpcDoor open(GrpcDoorOptions options) throws IOException {
    return GrpcDoor.open(
        options,
        new GrpcDoor.Planes(door.data, door.catalog),
        new GrpcDoor.Access(Guard.open(), TestDoor.PLAIN),
        List.of(),
        DoorEvents.NONE,
        new MetricRegistry());
  }
}
