package io.btrdb.codec;

import java.util.Objects;

/**
 * A compressed column of doubles, in the order given and exact to the bit: -0.0, denormals,
 * infinities and the payloads of NaNs all come back. The column does not hold its length; whoever
 * reads it must know.
 *
 * <pre>
 * doubles  := chunk*                            every chunk but the last holds 1,024 values
 * chunk    := bytes:byte(0..8) top              all the same: so many high bytes of the bits, the
 *                                               rest zero; lowest byte first
 *           | 0x10 value:long*                  raw bits
 *           | 0x11 form:byte numbers:longs      decimals n / 10^form, or n * 10^-(form - 0x80)
 *                  exceptions:varint            ({@link Decimals}); then, if any, their positions
 *                  [positions:longs raw:long*]  and raw bits
 *           | 0x12 shift:byte numbers:longs     raw bits without their common trailing zeros, in
 *                                               the order of the values
 *           | 0x13 body                         dictionary of sign and exponent, mantissa
 *                                               ({@link SignExponents})
 *           | 0x14 runs:varint lengths:longs    the values of runs of equal bits and their lengths;
 *                  chunk                        the inner chunk is not 0x14
 * </pre>
 *
 * {@code longs} is one chunk of {@link LongColumn}. What suits what: decimals sensors that print or
 * count; ordered bits floats widened to doubles and smooth full doubles; the dictionary noise; runs
 * states. Which encoding a chunk gets depends on its values alone: the same column has the same
 * bytes on every machine.
 *
 * <p>Threads: the methods may be called from any; each thread keeps its own scratch arrays.
 */
public final class DoubleColumn {
  static final int MAX_CONSTANT = 0x08;
  static final int RAW = 0x10;
  static final int DECIMAL = 0x11;
  static final int ORDERED_BITS = 0x12;
  static final int SIGN_EXPONENTS = 0x13;
  static final int RUNS = 0x14;

  private static final ThreadLocal<DoubleChunkEncoder> ENCODER =
      ThreadLocal.withInitial(DoubleChunkEncoder::new);
  private static final ThreadLocal<DoubleChunkDecoder> DECODER =
      ThreadLocal.withInitial(DoubleChunkDecoder::new);

  private DoubleColumn() {}

  /** Appends the values [from, to). */
  public static void encode(double[] a, int from, int to, ByteWriter out) {
    Objects.checkFromToIndex(from, to, a.length);
    DoubleChunkEncoder encoder = ENCODER.get();
    for (int at = from; at < to; at += LongColumn.CHUNK) {
      encoder.encode(a, at, Math.min(LongColumn.CHUNK, to - at), out);
    }
  }

  /**
   * Reads {@code count} values into {@code a} from index {@code at} on, in time and memory
   * proportional to {@code count}.
   *
   * @throws MalformedBytesException when the bytes do not follow the grammar; part of the target
   *     may have been written
   */
  public static void decode(ByteReader in, double[] a, int at, int count) {
    Objects.checkFromIndexSize(at, count, a.length);
    DoubleChunkDecoder decoder = DECODER.get();
    for (int done = 0; done < count; done += LongColumn.CHUNK) {
      decoder.decode(in, a, at + done, Math.min(LongColumn.CHUNK, count - done));
    }
  }
}
