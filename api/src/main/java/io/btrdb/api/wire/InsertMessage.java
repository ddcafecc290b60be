package io.btrdb.api.wire;

import io.btrdb.api.v5.MergePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * {@code v5api.InsertParams} with its points as two columns.
 *
 * <pre>
 * InsertParams := uuid:bytes#1 sync:bool#2 point:RawPoint#3* merge_policy:enum#4 rounding:RoundSpec#5
 * RawPoint     := time:sfixed64#1 value:double#2          RoundSpec := bits:int32#2
 * </pre>
 *
 * Only the first {@link #size()} elements of the columns count. A decoded message owns its arrays;
 * one made with {@link #of} borrows the caller's until it is encoded, which gRPC does inside the
 * call that hands it over. Not validated: values, times and a UUID of the wrong length are as sent.
 */
public final class InsertMessage {
  /** The most points in one message; more is malformed, whatever limit the server sets below it. */
  public static final int MAX_POINTS = 1 << 20;

  private static final int STREAM = WireReader.tag(1, WireReader.BYTES);
  private static final int SYNC = WireReader.tag(2, WireReader.VARINT);
  private static final int POINT = WireReader.tag(3, WireReader.BYTES);
  private static final int POLICY = WireReader.tag(4, WireReader.VARINT);
  private static final int ROUNDING = WireReader.tag(5, WireReader.BYTES);
  private static final int ROUNDING_BITS = WireReader.tag(2, WireReader.VARINT);

  private final byte[] uuid;
  private final boolean sync;
  private final PointColumns points;
  private final int policyNumber;
  private final OptionalInt roundingBits;

  private InsertMessage(
      byte[] uuid, boolean sync, PointColumns points, int policyNumber, OptionalInt roundingBits) {
    this.uuid = uuid;
    this.sync = sync;
    this.points = points;
    this.policyNumber = policyNumber;
    this.roundingBits = roundingBits;
  }

  /**
   * A message over the first {@code size} elements of the columns.
   *
   * @param roundingBits mantissa bits that the server shall keep, empty for all
   */
  public static InsertMessage of(
      UUID uuid,
      long[] times,
      double[] values,
      int size,
      MergePolicy policy,
      OptionalInt roundingBits) {
    return new InsertMessage(
        UuidBytes.array(uuid),
        false,
        PointColumns.over(times, values, 0, size),
        policy.getNumber(),
        roundingBits);
  }

  /** The stream, or empty when the sender did not give 16 bytes. */
  public Optional<UUID> uuid() {
    return uuid.length == UuidBytes.LENGTH
        ? Optional.of(UuidBytes.read(ByteBuffer.wrap(uuid)))
        : Optional.empty();
  }

  /** What the sender gave for {@code sync}; every insert is durable before it is answered. */
  public boolean sync() {
    return sync;
  }

  /** Nanoseconds since the epoch, in the sender's order. */
  public long[] times() {
    return points.times();
  }

  public double[] values() {
    return points.values();
  }

  public int size() {
    return points.size();
  }

  /** {@link MergePolicy#UNRECOGNIZED} for a number that this contract does not know. */
  public MergePolicy policy() {
    MergePolicy policy = MergePolicy.forNumber(policyNumber);
    return policy == null ? MergePolicy.UNRECOGNIZED : policy;
  }

  /** Mantissa bits to keep, when the sender wants values rounded. */
  public OptionalInt roundingBits() {
    return roundingBits;
  }

  /**
   * Reads one whole message. Unknown fields are passed over, fields may come in any order, and the
   * last occurrence of a single field counts.
   *
   * @throws IOException when the bytes are not an {@code InsertParams} or hold more than {@link
   *     #MAX_POINTS}
   */
  public static InsertMessage decode(InputStream stream) throws IOException {
    WireReader in = InboundBytes.read(stream);
    byte[] uuid = {};
    boolean sync = false;
    int policy = 0;
    OptionalInt rounding = OptionalInt.empty();
    PointColumns points = PointColumns.growing(MAX_POINTS);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == POINT) {
        points.read(in, POINT);
      } else if (tag == STREAM) {
        int length = in.readLength();
        uuid = Arrays.copyOfRange(in.array(), in.position(), in.position() + length);
        in.advance(length);
      } else if (tag == SYNC) {
        sync = in.readVarint() != 0;
      } else if (tag == POLICY) {
        policy = (int) in.readVarint();
      } else if (tag == ROUNDING) {
        rounding = readRounding(in, rounding);
      } else {
        in.skip(tag);
      }
    }
    return new InsertMessage(uuid, sync, points, policy, rounding);
  }

  private static OptionalInt readRounding(WireReader in, OptionalInt earlier) throws IOException {
    OptionalInt bits = earlier;
    int outer = in.enter();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == ROUNDING_BITS) {
        bits = OptionalInt.of((int) in.readVarint());
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    return bits;
  }

  /** The message's bytes, the same that the generated class would write. */
  public byte[] encode() {
    int roundingSize =
        roundingBits.isEmpty() ? 0 : 1 + WireWriter.varintSize(roundingBits.getAsInt());
    WireWriter out =
        new WireWriter(
            (uuid.length == 0 ? 0 : WireWriter.bytesFieldSize(uuid.length))
                + (sync ? 2 : 0)
                + points.encodedSize()
                + WireWriter.varintFieldSize(policyNumber)
                + (roundingSize == 0 ? 0 : WireWriter.bytesFieldSize(roundingSize)));
    if (uuid.length > 0) {
      out.putBytesField(1, uuid);
    }
    out.putVarintField(2, sync ? 1 : 0);
    points.write(3, out);
    out.putVarintField(4, policyNumber);
    if (roundingSize > 0) {
      out.putNested(5, roundingSize);
      out.putByte(ROUNDING_BITS);
      out.putVarint(roundingBits.getAsInt());
    }
    return out.finish();
  }
}
