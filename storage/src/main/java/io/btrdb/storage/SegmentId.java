package io.btrdb.storage;

/**
 * Names a segment: the blocks of one commit, written once.
 *
 * @param shard the shard whose log committed it, 0 to 65,535
 * @param number unique within the shard for ever: the proposing leader's term in the high 32 bits,
 *     that leader's own counter in the low 32, so that two leaders never name the same segment
 */
public record SegmentId(int shard, long number) implements Comparable<SegmentId> {
  public SegmentId {
    if (shard < 0 || shard > 0xFFFF) {
      throw new IllegalArgumentException("shard must be 0 to 65535, is " + shard);
    }
    if (number < 0) {
      throw new IllegalArgumentException("segment number must not be negative, is " + number);
    }
  }

  public static SegmentId of(int shard, long term, long sequence) {
    if (term < 0 || term > Integer.MAX_VALUE || sequence < 0 || sequence > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "term " + term + " or sequence " + sequence + " too large");
    }
    return new SegmentId(shard, term << 32 | sequence);
  }

  public long term() {
    return number >>> 32;
  }

  public long sequence() {
    return number & 0xFFFF_FFFFL;
  }

  @Override
  public int compareTo(SegmentId other) {
    int byShard = Integer.compare(shard, other.shard);
    return byShard != 0 ? byShard : Long.compare(number, other.number);
  }

  /** For people and file names: {@code shard-term-sequence}, hexadecimal. */
  @Override
  public String toString() {
    return String.format("%04x-%08x-%08x", shard, term(), sequence());
  }
}
