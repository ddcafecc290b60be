package io.btrdb.shard;

import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The parts of the one segment that is on its way through the log, until the Commit that names it.
 *
 * <p>One is enough: a leader has one commit outstanding, segment numbers grow with term and
 * sequence, and a part of a later segment therefore means that nobody will ask for the earlier one.
 */
final class StagedSegment {
  private static final long NONE = -1;
  private static final int FORMAT = 1;

  private final StateStore state;
  private long segment = NONE;
  private final List<byte[]> parts = new ArrayList<>();
  private long bytes;

  /** Parts [0, stored) are in the state store. */
  private int stored;

  StagedSegment(StateStore state) {
    this.state = state;
  }

  Outcome add(EntryContext entry, Command.SegmentPart part) {
    long term = part.segment() >>> 32;
    if (term != entry.term() || entry.proposerTerm() != entry.term()) {
      return new Outcome.Ignored("a part of term " + term + " in term " + entry.term());
    }
    if (part.segment() < segment) {
      return new Outcome.Ignored("a part of an earlier segment");
    }
    if (part.segment() > segment) {
      drop();
      segment = part.segment();
    }
    if (part.part() != parts.size()) {
      return new Outcome.Ignored("part " + part.part() + " where " + parts.size() + " is next");
    }
    if (parts.size() >= ShardLimits.STAGED_PARTS
        || bytes + part.bytes().length > ShardLimits.STAGED_BYTES) {
      drop();
      return new Outcome.Ignored("the segment is larger than can be staged");
    }
    parts.add(part.bytes());
    bytes += part.bytes().length;
    return new Outcome.Done(1);
  }

  /** The whole segment as the Commit describes it, or null when it is not that. */
  byte[] assemble(Command.Commit commit) {
    if (commit.segment() != segment || commit.parts() != parts.size() || commit.length() != bytes) {
      return null;
    }
    byte[] whole = new byte[commit.length()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    CRC32C crc = new CRC32C();
    crc.update(whole, 0, whole.length);
    return (int) crc.getValue() == commit.crc32c() ? whole : null;
  }

  /** Drops parts that no Commit can name any more: those of an earlier term. */
  void dropBeforeTerm(long term) {
    if (segment != NONE && segment >>> 32 < term) {
      drop();
    }
  }

  /** Drops parts of this segment and earlier ones. */
  void dropThrough(long through) {
    if (segment != NONE && segment <= through) {
      drop();
    }
  }

  private void drop() {
    if (stored > 0) {
      StateBatch batch = new StateBatch();
      for (int part = 0; part < stored; part++) {
        batch.delete(StateKeys.staged(segment, part));
      }
      state.write(batch);
    }
    segment = NONE;
    parts.clear();
    bytes = 0;
    stored = 0;
  }

  void write(StateBatch batch) {
    for (; stored < parts.size(); stored++) {
      byte[] part = parts.get(stored);
      byte[] value = new byte[part.length + 1];
      value[0] = FORMAT;
      System.arraycopy(part, 0, value, 1, part.length);
      batch.put(StateKeys.staged(segment, stored), value);
    }
  }

  void load() {
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.STAGED), StateKeys.family(StateKeys.STAGED + 1))) {
      while (cursor.next()) {
        long number = StateKeys.stagedSegment(cursor.key());
        byte[] value = cursor.value();
        StateKeys.checkFormat("staged part", value.length == 0 ? -1 : value[0], FORMAT);
        if (!parts.isEmpty() && number != segment
            || StateKeys.stagedPart(cursor.key()) != parts.size()) {
          throw new MalformedBytesException("staged parts of segment " + number + " have gaps");
        }
        segment = number;
        byte[] part = java.util.Arrays.copyOfRange(value, 1, value.length);
        parts.add(part);
        bytes += part.length;
      }
    }
    stored = parts.size();
  }
}
