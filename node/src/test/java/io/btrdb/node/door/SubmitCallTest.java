package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OutcomeFrame;
import io.btrdb.api.cluster.PointsInsert;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.node.door.Marshallers.Inbound;
import io.btrdb.node.security.Guard;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a call of Submit holds of the node, with a client that the test moves by hand. */
class SubmitCallTest {
  private static final int BYTES = 4_000;

  private final InMemoryPlane data = new InMemoryPlane();
  private final Admission admission = new Admission(10, 9_000, 9);
  private final Client client = new Client();

  /** One end of a call, on the test's own thread. */
  private static final class Client extends SilentCall<Inbound<SubmitFrame>, byte[]> {
    final List<WriteOutcome> heard = new ArrayList<>();
    int asked;
    boolean ready = true;

    Client() {
      super(
          DataGrpc.getSubmitMethod().toBuilder(
                  Marshallers.inbound(DataGrpc.getSubmitMethod().getRequestMarshaller()),
                  Marshallers.BYTES)
              .build(),
          "127.0.0.1");
    }

    @Override
    public void request(int messages) {
      asked += messages;
    }

    @Override
    public void sendMessage(byte[] message) {
      super.sendMessage(message);
      try {
        heard.addAll(OutcomeFrame.parseFrom(message).getOutcomesList());
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public boolean isReady() {
      return ready;
    }
  }

  private SubmitCall call() {
    SubmitCall call =
        new SubmitCall(
            client,
            new SubmitCall.Shared(
                Guard.open(),
                admission,
                data,
                new SubmittedWrites(data),
                new Topologies(data),
                new Failures(DoorEvents.NONE),
                new DoorMetrics(new MetricRegistry()).method("Submit"),
                Runnable::run),
            "me",
            () -> {});
    call.begin();
    return call;
  }

  /** Writes that are none, and are refused for that: with so many bytes each. */
  private static Inbound<SubmitFrame> frame(int writes) {
    SubmitFrame.Builder frame = SubmitFrame.newBuilder();
    for (int i = 0; i < writes; i++) {
      frame.addRequests(
          WriteRequest.newBuilder()
              .setId(i + 1)
              .setInsert(
                  PointsInsert.newBuilder().setPoints(ByteString.copyFrom(new byte[BYTES]))));
    }
    return new Inbound<>(frame.build(), null, writes * BYTES);
  }

  @Test
  void shouldRefuseWhatIsMoreThanAShareAndGiveAllBack() {
    SubmitCall call = call();
    client.ready = false;
    call.onMessage(frame(3));
    client.ready = true;
    call.onReady();
    assertEquals(
        List.of(
            ErrorCode.WRONG_ARGUMENTS.number(),
            ErrorCode.RESOURCE_DEPLETED.number(),
            ErrorCode.RESOURCE_DEPLETED.number()),
        client.heard.stream().map(WriteOutcome::getCode).toList());
    assertEquals(Limits.RETRY_AFTER_MILLIS, client.heard.get(2).getRetryAfterMillis());
    assertEquals(9_000, admission.bytes().free());
  }

  @Test
  void shouldAskForNoMoreWhileItsAccountHasAllItMayHave() {
    SubmitCall call = call();
    assertEquals(1, client.asked);
    client.ready = false;
    admission.bytes().charge("me", 7_900);
    call.onMessage(frame(1));
    assertEquals(1, client.asked, "has something in the node already");
    client.ready = true;
    call.onReady();
    assertEquals(2, client.asked, "has nothing in the node, and would not be woken");
  }

  @Test
  void shouldCutOffAClientThatDoesNotReadItsOutcomes() {
    SubmitCall call = call();
    client.ready = false;
    call.onMessage(frame(1));
    call.cutOffIfStuck(Long.MAX_VALUE / 2);
    assertNull(client.closed);
    call.cutOffIfStuck(-1_000_000);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, client.closed.getCode());
    assertEquals(9_000, admission.bytes().free());
    assertEquals(9, admission.submits().free());
    assertEquals(List.of(), client.heard);
  }

  @Test
  void shouldTurnAwayMoreOpenCallsThanAnAccountMayHave() {
    for (int i = 0; i < 8; i++) {
      call();
      assertNull(client.closed);
    }
    call();
    assertEquals(Status.Code.UNAVAILABLE, client.closed.getCode());
    assertEquals(1, admission.submits().free());
  }
}
