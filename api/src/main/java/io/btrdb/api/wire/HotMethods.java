package io.btrdb.api.wire;

import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.SubscriptionParams;
import io.btrdb.api.v5.SubscriptionPoints;
import io.btrdb.api.v5.WindowsParams;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;

/**
 * The methods of {@code v5api.BTrDB} that carry points, under their own names, with a hand-written
 * marshaller on the side that carries them and the generated one on the other. Descriptors are
 * constants, safe for any thread.
 *
 * <p>A request that is no such message ends its call with INVALID_ARGUMENT, a response with
 * INTERNAL; neither harms the connection.
 */
public final class HotMethods {
  private static final MethodDescriptor<InsertMessage, InsertResponse> INSERT =
      BTrDBGrpc.getInsertMethod().toBuilder(
              new Columns<>(InsertMessage::encode, InsertMessage::decode, Status.INVALID_ARGUMENT),
              BTrDBGrpc.getInsertMethod().getResponseMarshaller())
          .build();
  private static final MethodDescriptor<RawValuesParams, RawValuesMessage> RAW_VALUES =
      BTrDBGrpc.getRawValuesMethod().toBuilder(
              BTrDBGrpc.getRawValuesMethod().getRequestMarshaller(),
              new Columns<>(RawValuesMessage::encode, RawValuesMessage::decode, Status.INTERNAL))
          .build();
  private static final MethodDescriptor<WindowsParams, StatPointsMessage> WINDOWS =
      BTrDBGrpc.getWindowsMethod().toBuilder(
              BTrDBGrpc.getWindowsMethod().getRequestMarshaller(),
              new Columns<>(StatPointsMessage::encode, StatPointsMessage::decode, Status.INTERNAL))
          .build();
  private static final MethodDescriptor<AlignedWindowsParams, StatPointsMessage> ALIGNED_WINDOWS =
      BTrDBGrpc.getAlignedWindowsMethod().toBuilder(
              BTrDBGrpc.getAlignedWindowsMethod().getRequestMarshaller(),
              new Columns<>(StatPointsMessage::encode, StatPointsMessage::decode, Status.INTERNAL))
          .build();

  private static final MethodDescriptor<SubscriptionParams, SubscriptionPoints> SUBSCRIBE =
      BTrDBGrpc.getSubscribeMethod().toBuilder(
              ProtoUtils.marshaller(SubscriptionParams.getDefaultInstance()),
              ProtoUtils.marshaller(SubscriptionPoints.getDefaultInstance()))
          .build();

  private HotMethods() {}

  public static MethodDescriptor<InsertMessage, InsertResponse> insert() {
    return INSERT;
  }

  public static MethodDescriptor<RawValuesParams, RawValuesMessage> rawValues() {
    return RAW_VALUES;
  }

  public static MethodDescriptor<WindowsParams, StatPointsMessage> windows() {
    return WINDOWS;
  }

  public static MethodDescriptor<AlignedWindowsParams, StatPointsMessage> alignedWindows() {
    return ALIGNED_WINDOWS;
  }

  /** Subscribe in its form of one request, answered by points. */
  public static MethodDescriptor<SubscriptionParams, SubscriptionPoints> subscribe() {
    return SUBSCRIBE;
  }

  /** Encodes at once, so that the sender may reuse its arrays as soon as gRPC has the message. */
  private record Columns<T>(Function<T, byte[]> encoder, Decoder<T> decoder, Status malformed)
      implements MethodDescriptor.Marshaller<T> {
    @Override
    public InputStream stream(T message) {
      return new EncodedMessage(encoder.apply(message));
    }

    @Override
    public T parse(InputStream stream) {
      try {
        return decoder.decode(stream);
      } catch (IOException e) {
        throw malformed
            .withDescription("malformed message: " + e.getMessage())
            .withCause(e)
            .asRuntimeException();
      }
    }
  }

  private interface Decoder<T> {
    T decode(InputStream stream) throws IOException;
  }
}
