package io.btrdb.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One call with one answer, told to one of two callbacks on a given executor. */
final class AsyncUnary<R> extends ClientCall.Listener<R> {
  private final Consumer<R> answer;
  private final Consumer<Status> failure;
  private R response;

  private AsyncUnary(Consumer<R> answer, Consumer<Status> failure) {
    this.answer = answer;
    this.failure = failure;
  }

  static <Q, R> void call(
      ManagedChannel channel,
      MethodDescriptor<Q, R> method,
      Q request,
      long millis,
      Executor executor,
      Consumer<R> answer,
      Consumer<Status> failure) {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS).withExecutor(executor);
    ClientCall<Q, R> call = channel.newCall(method, options);
    call.start(new AsyncUnary<>(answer, failure), new Metadata());
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
  }

  @Override
  public void onMessage(R message) {
    response = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk() && response != null) {
      answer.accept(response);
    } else {
      failure.accept(status.isOk() ? Status.INTERNAL.withDescription("no answer") : status);
    }
  }
}
