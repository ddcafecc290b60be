package io.btrdb.node.door;

import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A service for callers in this process, by gRPC's own transport without a network. It is opened
 * when somebody first calls, so that a node starts without it. Thread-safe.
 *
 * <p>As on the network, a message is sent when the caller has asked for it, and a call that is
 * cancelled is cancelled at its endpoint.
 */
final class InsideDoor implements AutoCloseable {
  static final Metadata.Key<String> PEER =
      Metadata.Key.of("btrdb-inside-peer", Metadata.ASCII_STRING_MARSHALLER);

  private final ServerServiceDefinition service;
  private final Executor answers;
  private Server server;
  private ManagedChannel channel;
  private boolean closed;

  /**
   * @param answers what runs the callers' listeners; endpoints run in whoever calls them
   */
  InsideDoor(ServerServiceDefinition service, Executor answers) {
    this.service = service;
    this.answers = answers;
  }

  /**
   * @throws IllegalStateException after {@link #shutdown}, if it had not been opened before
   */
  synchronized Channel channel() {
    if (channel == null) {
      if (closed) {
        throw new IllegalStateException("this door is closed");
      }
      String name = InProcessServerBuilder.generateName();
      server =
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .maxInboundMetadataSize(Limits.INBOUND_METADATA_BYTES)
              .addService(ServerInterceptors.intercept(service, new Origins()))
              .build();
      try {
        server.start();
      } catch (IOException e) {
        throw new UncheckedIOException("a name of our own is taken: " + name, e);
      }
      channel = InProcessChannelBuilder.forName(name).executor(answers).build();
    }
    return channel;
  }

  /** Takes no more calls. */
  synchronized void shutdown() {
    closed = true;
    if (server != null) {
      server.shutdown();
    }
  }

  /**
   * Waits for the calls that are under way.
   *
   * @param deadlineNanos as {@link System#nanoTime}
   */
  void awaitEnd(long deadlineNanos) throws InterruptedException {
    Server waiting;
    synchronized (this) {
      waiting = server;
    }
    if (waiting != null) {
      boolean unusedEnded =
          waiting.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  /** Cuts off everything at once. */
  @Override
  public synchronized void close() {
    closed = true;
    if (server != null) {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  /** An address as {@link #PEER} has it: {@code ip " " port}. */
  static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + " " + address.getPort();
  }

  private static InetSocketAddress address(String text) {
    String[] parts = text.split(" ", 2);
    try {
      // An address in digits: nobody is asked.
      return new InetSocketAddress(InetAddress.getByName(parts[0]), Integer.parseInt(parts[1]));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("not an address: " + text, e);
    }
  }

  /** Shows endpoints the caller behind the caller, as a connection would. */
  private static final class Origins implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String peer = headers.get(PEER);
      if (peer == null) {
        return next.startCall(call, headers);
      }
      headers.discardAll(PEER);
      Attributes attributes =
          call.getAttributes().toBuilder()
              .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, address(peer))
              .build();
      ServerCall<Q, R> known =
          new SimpleForwardingServerCall<>(call) {
            @Override
            public Attributes getAttributes() {
              return attributes;
            }
          };
      return next.startCall(known, headers);
    }
  }
}
