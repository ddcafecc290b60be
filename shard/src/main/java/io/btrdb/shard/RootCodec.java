package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.BlockAddress;
import io.btrdb.tree.Root;
import io.btrdb.tree.Statistics;
import java.util.Objects;

/**
 * Materialised roots as state values and in Commits.
 *
 * <pre>
 * value := format:byte(1) root
 * root  := 0 emptiedAt:varint | 1 emptiedAt:varint segment:varint ordinal:varint count:varint min:double max:double mean:double
 *          m2:double firstTime:zigzag firstValue:double lastTime-firstTime:varint lastValue:double
 * </pre>
 */
final class RootCodec {
  private static final int FORMAT = 1;
  private static final int EMPTY = 0;
  private static final int STORED = 1;

  /** The most bytes of a root. */
  static final int BYTES_MAX = 110;

  private RootCodec() {}

  static byte[] encode(Root root) {
    ByteWriter out = new ByteWriter(BYTES_MAX);
    out.putByte(FORMAT);
    write(root, out);
    return out.toByteArray();
  }

  static Root decode(byte[] value) {
    ByteReader in = new ByteReader(value);
    StateKeys.checkFormat("root", in.readByte(), FORMAT);
    return read(in);
  }

  static void write(Root root, ByteWriter out) {
    if (!root.isMaterialised()) {
      throw new IllegalArgumentException("a root that is only in memory cannot be stored");
    }
    if (root.isEmpty()) {
      out.putByte(EMPTY);
      out.putVarint(root.emptiedAt());
      return;
    }
    Statistics s = root.statistics();
    out.putByte(STORED);
    out.putVarint(root.emptiedAt());
    out.putVarint(root.address().segment());
    out.putVarint(root.address().ordinal());
    out.putVarint(s.count());
    out.putDouble(s.min());
    out.putDouble(s.max());
    out.putDouble(s.mean());
    out.putDouble(s.m2());
    out.putZigzag(s.firstTime());
    out.putDouble(s.firstValue());
    out.putVarint(s.lastTime() - s.firstTime());
    out.putDouble(s.lastValue());
  }

  static Root read(ByteReader in) {
    int kind = in.readByte();
    if (kind != EMPTY && kind != STORED) {
      throw new MalformedBytesException("unknown kind of root " + kind);
    }
    long emptiedAt = in.readVarint();
    if (kind == EMPTY) {
      return Root.at(null, Statistics.EMPTY, emptiedAt);
    }
    BlockAddress address = new BlockAddress(in.readVarint(), in.readVarint(Integer.MAX_VALUE));
    long count = in.readVarint();
    if (count < 1 || address.segment() < 0) {
      throw new MalformedBytesException("a stored root of " + count + " points at " + address);
    }
    double min = in.readDouble();
    double max = in.readDouble();
    double mean = in.readDouble();
    double m2 = in.readDouble();
    long firstTime = in.readZigzag();
    double firstValue = in.readDouble();
    long lastTime = firstTime + in.readVarint();
    double lastValue = in.readDouble();
    return Root.at(
        address,
        new Statistics(count, min, max, mean, m2, firstTime, firstValue, lastTime, lastValue),
        emptiedAt);
  }

  /** Whether both name the same stored tree. */
  static boolean same(Root a, Root b) {
    return a.emptiedAt() == b.emptiedAt()
        && Objects.equals(a.address(), b.address())
        && a.statistics().equals(b.statistics());
  }
}
