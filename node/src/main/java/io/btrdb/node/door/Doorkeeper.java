package io.btrdb.node.door;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.node.security.Caller;
import io.btrdb.node.security.Denial;
import io.btrdb.node.security.Guard;
import io.btrdb.node.security.Guard.Identified;
import io.grpc.BindableService;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at every call before it is served: who makes it, and whether that may be. What a call may
 * do with the streams that it names is looked at when its request is here, see {@link Need}.
 */
public final class Doorkeeper implements ServerInterceptor {
  /** Their calls say more of how they end than a status, see {@link Exchange}. */
  private static final Set<String> NOTE_THEMSELVES =
      Set.of(BTrDBGrpc.SERVICE_NAME, DataGrpc.SERVICE_NAME);

  private final Guard guard;

  private Doorkeeper(Guard guard) {
    this.guard = guard;
  }

  public static ServerServiceDefinition watch(Guard guard, BindableService service) {
    return watch(guard, service.bindService());
  }

  /**
   * The service behind the guard.
   *
   * @throws IllegalStateException when a method of it has no declared right
   */
  static ServerServiceDefinition watch(Guard guard, ServerServiceDefinition service) {
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      Rights.of(method.getMethodDescriptor().getFullMethodName());
    }
    String name = service.getServiceDescriptor().getName();
    // Keys are made before they are asked for, and never by just anybody.
    boolean watched = !guard.isOpen() || name.equals(KeysGrpc.SERVICE_NAME);
    return watched ? ServerInterceptors.intercept(service, new Doorkeeper(guard)) : service;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return switch (guard.identify(headers)) {
      case Identified.Not not -> refuse(call, "-", not.status());
      case Identified.As as -> {
        Need<?> need = Rights.of(call.getMethodDescriptor().getFullMethodName());
        Optional<Denial> denial = need.ofCaller(as.caller());
        yield denial.isPresent()
            ? refuse(call, as.caller().name(), Denial.status(denial.get()))
            : Contexts.interceptCall(
                Guard.with(as.caller()), watched(call, as.caller(), need), headers, next);
      }
    };
  }

  /** Notes how calls end that administer the cluster. */
  private <Q, R> ServerCall<Q, R> watched(ServerCall<Q, R> call, Caller caller, Need<?> need) {
    String service = call.getMethodDescriptor().getServiceName();
    if (!need.isNoted() || NOTE_THEMSELVES.contains(service)) {
      return call;
    }
    return new SimpleForwardingServerCall<>(call) {
      @Override
      public void close(Status status, Metadata trailers) {
        note(call, caller.name(), status);
        super.close(status, trailers);
      }
    };
  }

  private <Q, R> ServerCall.Listener<Q> refuse(
      ServerCall<Q, R> call, String caller, Status status) {
    note(call, caller, status);
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private void note(ServerCall<?, ?> call, String caller, Status status) {
    guard
        .audit()
        .note(
            caller,
            address(call),
            call.getMethodDescriptor().getBareMethodName(),
            "",
            status.isOk() ? "ok" : status.getCode().name());
  }

  /** Where a call comes from, as host:port. */
  static String address(ServerCall<?, ?> call) {
    SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : String.valueOf(remote);
  }
}
