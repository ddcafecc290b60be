package io.btrdb.codec;

/**
 * Chooses the encoding of one chunk of longs and writes it; the grammar is {@link LongColumn}'s.
 *
 * <p>Progressions and lines that the numbers meet exactly are recognised first, for they cost a few
 * bytes whatever the length. Otherwise each model's residuals are worked out in turn, sized by
 * their widths without being packed, and the smallest is kept. Not thread-safe.
 */
final class LongChunkEncoder {
  private final Residuals residuals = new Residuals();
  private final ModelSample models = new ModelSample();
  private final DigitalLine line = new DigitalLine();
  private long[] kept = new long[LongColumn.CHUNK];
  private long[] tried = new long[LongColumn.CHUNK];
  private final ExactDivision division = new ExactDivision();

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
    long divisor = division.divisor(source, start, length);
    if (divisor == 1) {
      return planResiduals();
    }
    scale = divisor;
    scaledFirst = source[start] - before;
    set(division.quotients(), 0, length, 0);
    int inner = planExact() ? size : planResiduals();
    return inner + 1 + zigzagSize(scaledFirst) + Residuals.varintSize(scale);
  }

  /**
   * A guess, from a sample, at the least bits a number of the chunk will take; 0 for short ones.
   */
  int guessBits(long[] source, int start, int length) {
    models.sample(source, start, length);
    return models.leastBits();
  }

  private void set(long[] source, int start, int length, long before) {
    a = source;
    from = start;
    count = length;
    previous = before;
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
    models.sample(a, from, count);
    if (models.promising(ModelSample.DELTA)) {
      tryDeltas(models.medianDifference());
    }
    if (models.promising(ModelSample.DELTA_OF_DELTA)) {
      tryDeltaOfDelta();
    }
    if (models.promising(ModelSample.CONSTANT)) {
      tryNearConstant();
    }
    if (models.promising(ModelSample.LINE)) {
      tryNearLine();
    }
    return size;
  }

  private void tryDeltas(long median) {
    tryDelta(median);
    if (most - least > 0) {
      // Halfway between the extremes no difference is wider than it must be.
      long half = (most - least + 1) >>> 1;
      if (half < Math.max(most - median, median - least)) {
        tryDelta(least + half);
      }
    }
    if (tag == LongColumn.DELTA && size < count) {
      tryDelta(median + 1); // differences of n and n + 1 fit one bit about n + 1, not about n
    }
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
