package io.btrdb.codec;

/**
 * Chooses the encoding of one chunk of doubles and writes it; the grammar is {@link
 * DoubleColumn}'s. Cheap signs rule encodings out (a sample for decimals, the mantissas' length for
 * the dictionary); what is left is sized without being packed. Not thread-safe.
 */
final class DoubleChunkEncoder {
  /** With this many values to a run, runs are sized too. */
  private static final int MIN_RUN = 4;

  /** Bytes a value under which decimals are taken without sizing the alternatives. */
  private static final int GOOD_ENOUGH = 2;

  /** A shift of 63 would leave only signs, and no room for the order-preserving flip. */
  static final int MAX_SHIFT = 62;

  private final LongChunkEncoder decimalNumbers = new LongChunkEncoder();
  private final LongChunkEncoder orderedBits = new LongChunkEncoder();
  private final LongChunkEncoder positions = new LongChunkEncoder();
  private final SignExponents signExponents = new SignExponents();
  private final long[] bits = new long[LongColumn.CHUNK];
  private final long[] numbers = new long[LongColumn.CHUNK];
  private final long[] exceptions = new long[LongColumn.CHUNK + 1];
  private final long[] ordered = new long[LongColumn.CHUNK];
  private Runs runs;

  private int count;
  private int form;
  private int missed;
  private int shift;

  /** The chunk as runs of equal bits: made on first use, for few columns have them. */
  private static final class Runs {
    final DoubleChunkEncoder encoder = new DoubleChunkEncoder();
    final double[] values = new double[LongColumn.CHUNK / MIN_RUN];
    final long[] lengths = new long[LongColumn.CHUNK / MIN_RUN];
  }

  /** Appends a chunk of {@code length} values, 1 to 1,024. */
  void encode(double[] values, int from, int length, ByteWriter out) {
    count = length;
    long union = 0;
    int changes = 0;
    long before = Double.doubleToRawLongBits(values[from]);
    for (int i = 0; i < length; i++) {
      long value = Double.doubleToRawLongBits(values[from + i]);
      bits[i] = value;
      union |= value;
      changes += value != before ? 1 : 0;
      before = value;
    }
    if (changes == 0) {
      writeConstant(bits[0], out);
      return;
    }
    int start = out.size();
    boolean inRuns = (changes + 1) * MIN_RUN <= length;
    if (inRuns) {
      writeRuns(values, from, out);
    }
    int limit = inRuns ? out.size() - start : Integer.MAX_VALUE;
    writePlain(values, from, Long.numberOfTrailingZeros(union), limit, start, out);
  }

  private static void writeConstant(long value, ByteWriter out) {
    int bytes = Long.BYTES - Long.numberOfTrailingZeros(value) / 8;
    out.putByte(bytes);
    for (int i = Long.BYTES - bytes; i < Long.BYTES; i++) {
      out.putByte((int) (value >>> (8 * i)));
    }
  }

  /** Writes the smallest encoding without runs in place of what stands from start, if smaller. */
  private void writePlain(
      double[] values, int from, int trailingZeros, int limit, int start, ByteWriter out) {
    int best = Math.min(limit, 1 + count * Long.BYTES);
    int tag = best == limit ? DoubleColumn.RUNS : DoubleColumn.RAW;
    int size = planDecimal(values, from);
    if (size < best) {
      best = size;
      tag = DoubleColumn.DECIMAL;
    }
    if (best > count * GOOD_ENOUGH) {
      tag = planBits(trailingZeros, best, tag);
    }
    if (tag != DoubleColumn.RUNS) {
      out.truncate(start);
      write(tag, out);
    }
  }

  /**
   * The tag of the smallest of the two encodings of raw bits, or the given one if that is smaller.
   */
  private int planBits(int trailingZeros, int limit, int limitTag) {
    int best = limit;
    int tag = limitTag;
    orderBits(trailingZeros);
    int orderedGuess = (int) ((long) orderedBits.guessBits(ordered, 0, count) * count / 8);
    int mantissas = SignExponents.leastSize(count, trailingZeros);
    // Where the bits are noise the dictionary comes first, and mostly saves ordering's full sizing.
    boolean noise = orderedGuess > mantissas;
    if (noise && mantissas < best) {
      int size = 1 + signExponents.plan(bits, count, trailingZeros);
      tag = size < best ? DoubleColumn.SIGN_EXPONENTS : tag;
      best = Math.min(best, size);
    }
    if (orderedGuess < best) {
      int size = 2 + orderedBits.plan(ordered, 0, count, 0);
      tag = size < best ? DoubleColumn.ORDERED_BITS : tag;
      best = Math.min(best, size);
    }
    if (!noise && mantissas < best) {
      int size = 1 + signExponents.plan(bits, count, trailingZeros);
      tag = size < best ? DoubleColumn.SIGN_EXPONENTS : tag;
    }
    return tag;
  }

  private int planDecimal(double[] values, int from) {
    form = Decimals.form(values, from, count);
    if (form == Decimals.NONE) {
      return Integer.MAX_VALUE;
    }
    missed = Decimals.toNumbers(values, from, count, form, numbers, exceptions);
    if (missed == count) {
      return Integer.MAX_VALUE;
    }
    int size = 2 + decimalNumbers.plan(numbers, 0, count, 0) + Residuals.varintSize(missed);
    return missed == 0
        ? size
        : size + positions.plan(exceptions, 0, missed, 0) + missed * Long.BYTES;
  }

  private void orderBits(int trailingZeros) {
    shift = Math.min(MAX_SHIFT, trailingZeros);
    for (int i = 0; i < count; i++) {
      ordered[i] = flip(bits[i] >> shift, shift);
    }
  }

  /** Shifted bits as a number ordered like the doubles, and back: negative ones count downwards. */
  static long flip(long shifted, int shift) {
    return shifted ^ ((shifted >> 63) >>> (shift + 1));
  }

  private void write(int tag, ByteWriter out) {
    out.putByte(tag);
    switch (tag) {
      case DoubleColumn.RAW -> BitPacking.pack(bits, 0, count, Long.SIZE, out);
      case DoubleColumn.DECIMAL -> writeDecimal(out);
      case DoubleColumn.ORDERED_BITS -> {
        out.putByte(shift);
        orderedBits.write(out);
      }
      case DoubleColumn.SIGN_EXPONENTS -> signExponents.write(bits, count, out);
      default -> throw new IllegalStateException("no encoding " + tag);
    }
  }

  private void writeDecimal(ByteWriter out) {
    out.putByte(form);
    decimalNumbers.write(out);
    out.putVarint(missed);
    if (missed > 0) {
      positions.write(out);
      for (int i = 0; i < missed; i++) {
        out.putLong(bits[(int) exceptions[i]]);
      }
    }
  }

  private void writeRuns(double[] values, int from, ByteWriter out) {
    if (runs == null) {
      runs = new Runs();
    }
    int n = 0;
    int begin = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || bits[i] != bits[begin]) {
        runs.values[n] = values[from + begin];
        runs.lengths[n++] = i - begin;
        begin = i;
      }
    }
    out.putByte(DoubleColumn.RUNS);
    out.putVarint(n);
    positions.plan(runs.lengths, 0, n, 0);
    positions.write(out);
    runs.encoder.encode(runs.values, 0, n, out);
  }
}
