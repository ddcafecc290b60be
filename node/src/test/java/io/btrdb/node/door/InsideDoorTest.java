package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.FlushResponse;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InsideDoorTest {
  private final AtomicReference<SocketAddress> seen = new AtomicReference<>();

  /** Sees calls as what checks them does. */
  private final ServerInterceptor check =
      new ServerInterceptor() {
        @Override
        public <Q, R> io.grpc.ServerCall.Listener<Q> interceptCall(
            io.grpc.ServerCall<Q, R> call, Metadata headers, io.grpc.ServerCallHandler<Q, R> next) {
          seen.set(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
          assertEquals(null, headers.get(InsideDoor.PEER));
          return next.startCall(call, headers);
        }
      };

  private final InsideDoor door =
      new InsideDoor(
          ServerInterceptors.intercept(
              new BTrDBGrpc.BTrDBImplBase() {
                @Override
                public void flush(FlushParams request, StreamObserver<FlushResponse> answer) {
                  answer.onNext(FlushResponse.newBuilder().setVersionMajor(11).build());
                  answer.onCompleted();
                }
              },
              check),
          Runnable::run);

  @Test
  void shouldShowWhoIsBehindTheCaller() {
    for (String host : new String[] {"198.18.0.7", "0:0:0:0:0:0:0:1"}) {
      InetSocketAddress peer = new InetSocketAddress(host, 4_321);
      Metadata headers = new Metadata();
      headers.put(GrpcDoor.PEER, GrpcDoor.peer(peer));
      BTrDBGrpc.BTrDBBlockingStub stub =
          BTrDBGrpc.newBlockingStub(
              ClientInterceptors.intercept(
                  door.channel(), MetadataUtils.newAttachHeadersInterceptor(headers)));
      assertEquals(11, stub.flush(FlushParams.getDefaultInstance()).getVersionMajor());
      assertEquals(peer, seen.get());
    }
    door.close();
  }

  @Test
  void shouldTakeNoCallsOnceItIsShut() {
    BTrDBGrpc.BTrDBBlockingStub stub = BTrDBGrpc.newBlockingStub(door.channel());
    door.shutdown();
    StatusRuntimeException refused =
        assertThrows(
            StatusRuntimeException.class, () -> stub.flush(FlushParams.getDefaultInstance()));
    assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
    door.close();
    InsideDoor never =
        new InsideDoor(BTrDBGrpc.bindService(new BTrDBGrpc.AsyncService() {}), Runnable::run);
    never.shutdown();
    assertThrows(IllegalStateException.class, never::channel);
    never.close();
  }
}
