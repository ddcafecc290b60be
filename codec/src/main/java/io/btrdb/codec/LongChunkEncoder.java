package io.btrdb.codec;

import java.util.Arrays;

/**
 * Chooses the encoding of one chunk of longs and writes it; the grammar is {@link LongColumn}'s.
 *
 * <p>Progressions and lines that the numbers meet exactly are recognised first, for they cost a few
 * bytes whatever the length. Otherwise each model's residuals are worked out in turn, sized by
 * their widths without being packed, and the smallest is kept. Not thread-safe.
 */
final class LongChunkEncoder {
  /** Differences looked at for their median. */
  private static final int SAMPLE = 31;

  private final Residuals residuals = new Residuals();
  private final long[] sample = new long[SAMPLE];
  private final DigitalLine line = new DigitalLine();
  private long[] kept = new long[LongColumn.CHUNK];
  private long[] tried = new long[LongColumn.CHUNK];
  private long[] quotients = new long[0];

  // The chunk being planned.
  private long[] a;
  private int from;
  private int count;
  private long previous;
  private long least;
  private long most;

  // The plan.
  private int tag;
  private int size;
  private int keptCount;
  private long first;
  private long step;
  private long scale;
  private long scaledFirst;

  /**
   * Chooses an encoding for {@code count} numbers, 1 to 1,024, and returns its size in bytes. The
   * numbers must stay as they are until {@link #write}.
   */
  int plan(long[] source, int start, int length, long before) {
    set(source, start, length, before);
    scale = 0;
    if (planExact()) {
      return size;
    }
    long divisor = commonDivisor();
    // Each number gets shorter by the divisor's width; the scale itself costs about three bytes.
    if ((BitPacking.width(divisor) - 1) * length <= 32) {
      return planResiduals();
    }
    if (quotients.length == 0) {
      quotients = new long[LongColumn.CHUNK];
    }
    long origin = source[start];
    for (int i = 0; i < length; i++) {
      quotients[i] = (source[start + i] - origin) / divisor;
    }
    scale = divisor;
    scaledFirst = origin - before;
    set(quotients, 0, length, 0);
    int inner = planExact() ? size : planResiduals();
    return inner + 1 + zigzagSize(scaledFirst) + Residuals.varintSize(scale);
  }

  private void set(long[] source, int start, int length, long before) {
    a = source;
    from = start;
    count = length;
    previous = before;
  }

  /** The greatest divisor of all distances from the first number; 1 at once where there is none. */
  private long commonDivisor() {
    long divisor = 0;
    for (int i = from + 1; i < from + count && divisor != 1; i++) {
      long rest = Math.abs(a[i] - a[from]);
      if (rest < 0) {
        return 1; // the one long without a positive counterpart
      }
      while (rest != 0) {
        long next = divisor % rest;
        divisor = rest;
        rest = next;
      }
    }
    return divisor;
  }

  private boolean planExact() {
    least = count == 1 ? 0 : Long.MAX_VALUE;
    most = count == 1 ? 0 : Long.MIN_VALUE;
    for (int i = from + 1; i < from + count; i++) {
      long difference = a[i] - a[i - 1];
      least = Math.min(least, difference);
      most = Math.max(most, difference);
    }
    first = a[from];
    if (least == most) {
      step = least;
      tag = step == 0 ? constantBytes(first - previous) : LongColumn.ARITHMETIC;
      size = step == 0 ? 1 + tag : 1 + zigzagSize(first - previous) + zigzagSize(step);
      return true;
    }
    if (most - least == 1 && line.meet(a, from, count, least)) {
      tag = LongColumn.LINE;
      size = 1 + line.size(previous);
      // Below that length the differences may be shorter, at a bit each; not above.
      return count >= Residuals.BLOCK
          || size <= 3 + zigzagSize(first - previous) + zigzagSize(least) + (count + 6) / 8;
    }
    return false;
  }

  /** The bytes of a signed number without those that only repeat its sign. */
  private static int constantBytes(long value) {
    return value == 0 ? 0 : BitPacking.width(value ^ (value >> 63)) / 8 + 1;
  }

  private static int zigzagSize(long value) {
    return Residuals.varintSize(Residuals.zigzag(value));
  }

  private int planResiduals() {
    tag = LongColumn.RAW;
    size = 1 + count * Long.BYTES;
    tryNearConstant();
    long median = medianDifference();
    tryDelta(median);
    if (most - least > 0) {
      long middle = least + ((most - least + 1) >>> 1);
      if (middle != median) {
        tryDelta(middle);
      }
    }
    if (tag == LongColumn.DELTA && size < count) {
      tryDelta(median + 1); // differences of n and n + 1 fit one bit about n + 1, not about n
    }
    tryDeltaOfDelta();
    if (count >= 16) {
      tryNearLine();
    }
    return size;
  }

  private long medianDifference() {
    int n = Math.min(SAMPLE, count - 1);
    for (int i = 0; i < n; i++) {
      int at = from + 1 + (int) ((long) i * (count - 1) / n);
      sample[i] = a[at] - a[at - 1];
    }
    Arrays.sort(sample, 0, n);
    return sample[n / 2];
  }

  private void tryNearConstant() {
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    for (int i = from; i < from + count; i++) {
      low = Math.min(low, a[i]);
      high = Math.max(high, a[i]);
    }
    long middle = low + ((high - low + 1) >>> 1);
    for (int i = 0; i < count; i++) {
      tried[i] = Residuals.zigzag(a[from + i] - middle);
    }
    keepIfSmaller(LongColumn.NEAR_CONSTANT, count, zigzagSize(middle - previous), middle, 0);
  }

  private void tryDelta(long reference) {
    for (int i = 1; i < count; i++) {
      tried[i - 1] = Residuals.zigzag(a[from + i] - a[from + i - 1] - reference);
    }
    int header = zigzagSize(a[from] - previous) + zigzagSize(reference);
    keepIfSmaller(LongColumn.DELTA, count - 1, header, a[from], reference);
  }

  private void tryDeltaOfDelta() {
    for (int i = 2; i < count; i++) {
      long difference = a[from + i] - a[from + i - 1];
      tried[i - 2] = Residuals.zigzag(difference - (a[from + i - 1] - a[from + i - 2]));
    }
    long reference = a[from + 1] - a[from];
    int header = zigzagSize(a[from] - previous) + zigzagSize(reference);
    keepIfSmaller(LongColumn.DELTA_OF_DELTA, count - 2, header, a[from], reference);
  }

  private void tryNearLine() {
    line.fit(a, from, count);
    line.residuals(a, from, count, tried);
    keepIfSmaller(LongColumn.NEAR_LINE, count, line.size(previous), line.first, line.step);
  }

  private void keepIfSmaller(int newTag, int number, int header, long newFirst, long newStep) {
    int newSize = 1 + header + residuals.size(tried, number);
    if (newSize >= size) {
      return;
    }
    long[] loser = kept;
    kept = tried;
    tried = loser;
    tag = newTag;
    size = newSize;
    keptCount = number;
    first = newFirst;
    step = newStep;
  }

  /** Appends the chunk as planned. */
  void write(ByteWriter out) {
    if (scale != 0) {
      out.putByte(LongColumn.SCALED);
      out.putZigzag(scaledFirst);
      out.putVarint(scale);
    }
    out.putByte(tag);
    switch (tag) {
      case LongColumn.RAW -> BitPacking.pack(a, from, count, Long.SIZE, out);
      case LongColumn.LINE -> line.write(previous, out);
      case LongColumn.NEAR_LINE -> {
        line.write(previous, out);
        residuals.write(kept, keptCount, out);
      }
      case LongColumn.ARITHMETIC -> {
        out.putZigzag(first - previous);
        out.putZigzag(step);
      }
      case LongColumn.NEAR_CONSTANT -> {
        out.putZigzag(first - previous);
        residuals.write(kept, keptCount, out);
      }
      case LongColumn.DELTA, LongColumn.DELTA_OF_DELTA -> {
        out.putZigzag(first - previous);
        out.putZigzag(step);
        residuals.write(kept, keptCount, out);
      }
      default -> {
        for (int i = 0; i < tag; i++) {
          out.putByte((int) ((first - previous) >> (8 * i)));
        }
      }
    }
    a = null; // the encoder outlives the caller's array
  }
}
