package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;

/**
 * What the group knows of itself, as a state value.
 *
 * <pre>
 * value := format:byte(1) initialised:byte cluster:uuid firstSlot:varint slotCount:varint
 *          epoch:varint level:varint logTime:zigzag index+1:varint command:varint
 *          sessionUses:varint
 * </pre>
 *
 * @param logTimeMillis the latest log time seen
 * @param index log index of the last command applied, -1 before the first
 * @param commandInEntry which command of that entry it was
 * @param sessionUses uses of sessions so far
 */
record MetaRecord(
    ShardInfo info, long logTimeMillis, long index, int commandInEntry, long sessionUses) {
  private static final int FORMAT = 1;
  static final MetaRecord NEW = new MetaRecord(ShardInfo.UNKNOWN, 0, -1, 0, 0);

  byte[] encode() {
    ByteWriter out = new ByteWriter(64);
    out.putByte(FORMAT);
    out.putByte(info.initialised() ? 1 : 0);
    CommandCodec.putUuid(info.cluster(), out);
    out.putVarint(info.firstSlot());
    out.putVarint(info.slotCount());
    out.putVarint(info.epoch());
    out.putVarint(info.level());
    out.putZigzag(logTimeMillis);
    out.putVarint(index + 1);
    out.putVarint(commandInEntry);
    out.putVarint(sessionUses);
    return out.toByteArray();
  }

  static MetaRecord decode(byte[] value) {
    ByteReader in = new ByteReader(value);
    StateKeys.checkFormat("shard record", in.readByte(), FORMAT);
    ShardInfo info =
        new ShardInfo(
            in.readByte() == 1,
            CommandCodec.readUuid(in),
            in.readVarint(Integer.MAX_VALUE),
            in.readVarint(Integer.MAX_VALUE),
            in.readVarint(),
            in.readVarint(Integer.MAX_VALUE));
    return new MetaRecord(
        info,
        in.readZigzag(),
        in.readVarint() - 1,
        in.readVarint(Integer.MAX_VALUE),
        in.readVarint());
  }
}
