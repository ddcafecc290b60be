package io.btrdb.node.door;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.cluster.PointsInsert;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.v5.SubscriptionParams;
import io.btrdb.api.v5.SubscriptionUpdate;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames of Submit with the blocks in them, and the two forms of Subscribe. */
class RequestFuzzTest {
  /** A block of points may stand for some thousand times its length. */
  private static final DecoderLaw LAW =
      new DecoderLaw(InvalidProtocolBufferException.class, 2L << 20, 16 * 1_024);

  private static final SubmittedWrites WRITES = new SubmittedWrites(new InMemoryPlane());

  static Stream<byte[]> frames() {
    ByteWriter block = new ByteWriter(64);
    PointsCodec.encode(new long[] {1, 2, 3}, new double[] {1, 0.5, -1}, 0, 3, block);
    WriteRequest.Builder request =
        WriteRequest.newBuilder()
            .setId(1)
            .setSessionHigh(2)
            .setSessionLow(3)
            .setSequence(4)
            .setUuid(TestDoor.bytes(new UUID(1, 2)));
    return Stream.of(
        SubmitFrame.newBuilder()
            .addRequests(
                request.setInsert(
                    PointsInsert.newBuilder()
                        .setCount(3)
                        .setPoints(ByteString.copyFrom(block.toByteArray()))))
            .addRequests(request.clearInsert())
            .build()
            .toByteArray());
  }

  static Stream<byte[]> wishes() {
    ByteString uuid = TestDoor.bytes(new UUID(1, 2));
    return Stream.of(
        SubscriptionParams.newBuilder().addUuid(uuid).build().toByteArray(),
        SubscriptionUpdate.newBuilder().addUuid(uuid).build().toByteArray());
  }

  @MethodSource("frames")
  @FuzzTest
  void shouldTakeWritesOrRefuseThem(byte[] bytes) {
    LAW.decode(
        bytes,
        b -> {
          SubmitFrame frame = SubmitFrame.parseFrom(b);
          frame.getRequestsList().forEach(request -> WRITES.check(request, Long.MAX_VALUE));
          return frame;
        });
  }

  @MethodSource("wishes")
  @FuzzTest
  void shouldTakeAWishOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, SubscriptionForm::read);
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(frames()).forEach(this::shouldTakeWritesOrRefuseThem);
    Bent.of(wishes()).forEach(this::shouldTakeAWishOrRefuseIt);
  }
}
