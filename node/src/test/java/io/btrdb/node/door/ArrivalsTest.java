package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private final FairShare share = new FairShare(900);
  private final Arrivals arrivals = new Arrivals(share, Runnable::run);

  /** A call as gRPC sees it, and as its service does. */
  private final class Served extends SilentCall<InfoParams, InfoResponse> {
    final ServerStreamTracer tracer = arrivals.newServerStreamTracer("any", new Metadata());
    final ServerCall.Listener<InfoParams> listener;
    ServerCall<InfoParams, InfoResponse> service;
    boolean cancelled;
    boolean completed;

    Served(String host) throws Exception {
      super(BTrDBGrpc.getInfoMethod(), host);
      tracer.serverCallStarted(
          new ServerStreamTracer.ServerCallInfo<InfoParams, InfoResponse>() {
            @Override
            public MethodDescriptor<InfoParams, InfoResponse> getMethodDescriptor() {
              return BTrDBGrpc.getInfoMethod();
            }

            @Override
            public Attributes getAttributes() {
              return Served.this.getAttributes();
            }

            @Override
            public String getAuthority() {
              return null;
            }
          });
      listener =
          tracer
              .filterContext(Context.ROOT)
              .call(() -> arrivals.interceptCall(this, new Metadata(), (c, headers) -> serve(c)));
    }

    private Listener<InfoParams> serve(ServerCall<InfoParams, InfoResponse> call) {
      service = call;
      return new Listener<>() {
        @Override
        public void onCancel() {
          cancelled = true;
        }

        @Override
        public void onComplete() {
          completed = true;
        }
      };
    }
  }

  @Test
  void shouldLetGoOfAMessageThatIsComplete() throws Exception {
    Served call = new Served("127.0.0.1");
    for (int message = 0; message < 5; message++) {
      call.tracer.inboundWireSize(400);
      call.tracer.inboundWireSize(300);
      assertEquals(200, share.free());
      call.tracer.inboundMessageRead(message, 700, 700);
      assertEquals(900, share.free());
    }
    call.service.close(Status.OK, new Metadata());
    call.listener.onComplete();
    assertTrue(call.completed);
    assertEquals(Status.OK, call.closed);
  }

  @Test
  void shouldEndTheCallThatWouldBeTooMuchAndNoOther() throws Exception {
    Served first = new Served("127.0.0.1");
    Served second = new Served("127.0.0.1");
    Served other = new Served("127.0.0.2");
    first.tracer.inboundWireSize(700);
    second.tracer.inboundWireSize(150);
    other.tracer.inboundWireSize(20);
    assertNull(first.closed);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, second.closed.getCode());
    assertNull(other.closed);

    assertTrue(second.service.isCancelled());
    second.service.sendMessage(InfoResponse.getDefaultInstance());
    second.service.close(Status.OK, new Metadata());
    second.listener.onComplete();
    assertTrue(second.cancelled);
    assertFalse(second.completed);

    second.tracer.streamClosed(second.closed);
    first.tracer.streamClosed(Status.CANCELLED);
    other.tracer.streamClosed(Status.OK);
    assertEquals(900, share.free());
  }
}
