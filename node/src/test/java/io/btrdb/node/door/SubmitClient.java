package io.btrdb.node.door;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OutcomeFrame;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteOutcome;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The client's side of Submit, which can also send bytes that are no frame. */
final class SubmitClient extends ClientCall.Listener<OutcomeFrame> {
  private final Map<Long, WriteOutcome> outcomes = new ConcurrentHashMap<>();
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private ClientCall<byte[], OutcomeFrame> call;

  static SubmitClient open(Channel channel) {
    SubmitClient client = new SubmitClient();
    client.call =
        channel.newCall(
            DataGrpc.getSubmitMethod().toBuilder(
                    Marshallers.BYTES, DataGrpc.getSubmitMethod().getResponseMarshaller())
                .build(),
            CallOptions.DEFAULT);
    client.call.start(client, new Metadata());
    client.call.request(Integer.MAX_VALUE);
    return client;
  }

  /** Sends one frame and gives all outcomes by id. */
  static Map<Long, WriteOutcome> exchange(Channel channel, SubmitFrame frame) {
    SubmitClient client = open(channel);
    client.send(frame);
    client.halfClose();
    client.awaitDone();
    if (!client.status().isOk()) {
      throw new AssertionError(client.status());
    }
    return client.outcomes;
  }

  void send(SubmitFrame frame) {
    sendRaw(frame.toByteArray());
  }

  void sendRaw(byte[] bytes) {
    call.sendMessage(bytes);
  }

  void halfClose() {
    call.halfClose();
  }

  boolean isDone() {
    return closed.isDone();
  }

  void awaitDone() {
    closed.join();
  }

  Status status() {
    return closed.join();
  }

  Map<Long, WriteOutcome> outcomes() {
    return outcomes;
  }

  @Override
  public void onMessage(OutcomeFrame frame) {
    for (WriteOutcome outcome : frame.getOutcomesList()) {
      if (outcomes.put(outcome.getId(), outcome) != null) {
        closed.completeExceptionally(new AssertionError("two outcomes: " + outcome));
      }
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    closed.complete(status);
  }
}
