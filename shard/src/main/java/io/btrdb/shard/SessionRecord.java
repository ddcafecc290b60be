package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import java.util.UUID;

/**
 * A session's state value.
 *
 * <pre>
 * value   := format:byte(1) lastUsed:zigzag lastUse:varint acknowledged:varint outcomes:varint outcome*
 * outcome := step:varint kind:byte major:varint minor:varint
 * kind    := 1 applied | 2 + code of {@link Refusals} refused
 * </pre>
 *
 * {@code step} is the distance to the sequence before, at first to the acknowledged one.
 */
final class SessionRecord {
  private static final int FORMAT = 1;

  private SessionRecord() {}

  static byte[] encode(Session session) {
    ByteWriter out = new ByteWriter(64);
    out.putByte(FORMAT);
    out.putZigzag(session.lastUsedMillis);
    out.putVarint(session.lastUse);
    out.putVarint(session.acknowledged());
    int outcomes = 0;
    for (long s = session.acknowledged() + 1; s <= session.highest(); s++) {
      outcomes += session.kind(s) == Session.NONE ? 0 : 1;
    }
    out.putVarint(outcomes);
    long before = session.acknowledged();
    for (long s = session.acknowledged() + 1; s <= session.highest(); s++) {
      if (session.kind(s) != Session.NONE) {
        out.putVarint(s - before);
        out.putByte(session.kind(s));
        out.putVarint(session.major(s));
        out.putVarint(session.minor(s));
        before = s;
      }
    }
    return out.toByteArray();
  }

  static Session decode(UUID id, byte[] value) {
    ByteReader in = new ByteReader(value);
    StateKeys.checkFormat("session", in.readByte(), FORMAT);
    long lastUsedMillis = in.readZigzag();
    long lastUse = in.readVarint();
    Session session = new Session(id, in.readVarint());
    session.lastUsedMillis = lastUsedMillis;
    session.lastUse = lastUse;
    int outcomes = in.readVarint(ShardLimits.SESSION_WINDOW);
    long sequence = session.acknowledged();
    for (int i = 0; i < outcomes; i++) {
      sequence += in.readVarint();
      byte kind = (byte) in.readByte();
      session.remember(sequence, kind, in.readVarint(), in.readVarint(Integer.MAX_VALUE));
    }
    return session;
  }
}
