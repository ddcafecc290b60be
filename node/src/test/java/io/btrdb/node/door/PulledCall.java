package io.btrdb.node.door;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/** A client that says how many messages it takes. */
final class PulledCall extends ClientCall.Listener<RawValuesResponse> {
  private final LinkedBlockingQueue<Optional<RawValuesResponse>> messages =
      new LinkedBlockingQueue<>();
  private ClientCall<RawValuesParams, RawValuesResponse> call;
  private volatile Status status;

  static PulledCall rawValues(Channel channel, RawValuesParams params) {
    PulledCall pulled = new PulledCall();
    pulled.call = channel.newCall(BTrDBGrpc.getRawValuesMethod(), CallOptions.DEFAULT);
    pulled.call.start(pulled, new Metadata());
    pulled.call.sendMessage(params);
    pulled.call.halfClose();
    return pulled;
  }

  void request(int count) {
    call.request(count);
  }

  void cancel() {
    call.cancel("test", null);
  }

  /** The next message, or null at the end. */
  RawValuesResponse next() {
    try {
      return messages.take().orElse(null);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Status status() {
    return status;
  }

  @Override
  public void onMessage(RawValuesResponse message) {
    messages.add(Optional.of(message));
  }

  @Override
  public void onClose(Status closed, Metadata trailers) {
    status = closed;
    messages.add(Optional.empty());
  }
}
