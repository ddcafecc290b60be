package io.btrdb.node.door;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.net.InetSocketAddress;

/** A call without a network; as strict as gRPC's own about what comes after its end. */
class SilentCall<Q, R> extends ServerCall<Q, R> {
  private final MethodDescriptor<Q, R> method;
  private final String host;

  /** Null while it is open. */
  Status closed;

  SilentCall(MethodDescriptor<Q, R> method, String host) {
    this.method = method;
    this.host = host;
  }

  @Override
  public Attributes getAttributes() {
    return Attributes.newBuilder()
        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InetSocketAddress(host, 40_000))
        .build();
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method;
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(R message) {
    requireOpen();
  }

  @Override
  public void close(Status status, Metadata trailers) {
    requireOpen();
    closed = status;
  }

  private void requireOpen() {
    if (closed != null) {
      throw new IllegalStateException("call is closed");
    }
  }

  @Override
  public boolean isCancelled() {
    return false;
  }
}
