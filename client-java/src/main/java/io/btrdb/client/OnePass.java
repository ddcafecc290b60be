package io.btrdb.client;

import io.btrdb.api.v5.Status;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.function.Function;

/**
 * A streamed answer of which nobody can ask for the rest: begun again only before its first
 * message.
 *
 * @param status of a message
 * @param version of a message; {@link #UNVERSIONED} for what is not about a version
 */
record OnePass<Q, T>(
    MethodDescriptor<Q, T> method,
    Q request,
    Function<T, Status> status,
    Function<T, Version> version)
    implements ResumingRead.Plan<T> {
  static final Version UNVERSIONED = new Version(0, 0);

  OnePass(MethodDescriptor<Q, T> method, Q request, Function<T, Status> status) {
    this(method, request, status, message -> UNVERSIONED);
  }

  @Override
  public ClientCall<?, T> start(
      ReadAt at, Channel channel, CallOptions options, ClientCall.Listener<T> listener) {
    return MessageStream.start(channel.newCall(method, options), listener, at.headers(), request);
  }

  @Override
  public ResumingRead.Header header(T message) {
    Status stat = status.apply(message);
    return new ResumingRead.Header(stat.getCode(), stat.getMsg(), version.apply(message));
  }

  @Override
  public boolean canResume() {
    return false;
  }
}
