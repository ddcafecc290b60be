package io.btrdb.node.pool;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries of the catalog's log that came after its archived state, in the order of the log.
 *
 * <pre>
 * page  := crc32c:int32be body
 * body  := version:byte(1) after:zigzag entries:varint entry*
 * entry := index-before:varint logTime:zigzag commands:varint command:blob*
 * </pre>
 *
 * {@code before} is the index of the entry before, or {@code after}.
 *
 * @param after index up to which the state or the page before goes
 */
record JournalPage(long after, List<Entry> entries) {
  private static final int VERSION = 1;
  private static final int COMMANDS_MAX = 1 << 20;

  /** One applied entry. */
  record Entry(long index, long logTimeMillis, List<byte[]> commands) {
    long bytes() {
      return 64 + commands.stream().mapToLong(command -> 32 + command.length).sum();
    }
  }

  JournalPage {
    entries = List.copyOf(entries);
  }

  /** Index of its last entry. */
  long through() {
    return entries.isEmpty() ? after : entries.getLast().index();
  }

  byte[] encode() {
    ByteWriter out = new ByteWriter(1 << 12);
    out.putInt(0);
    out.putByte(VERSION);
    out.putZigzag(after);
    out.putVarint(entries.size());
    long before = after;
    for (Entry entry : entries) {
      out.putVarint(entry.index() - before);
      out.putZigzag(entry.logTimeMillis());
      out.putVarint(entry.commands().size());
      entry.commands().forEach(out::putBlob);
      before = entry.index();
    }
    out.putIntAt(0, ArchivedState.checksum(out.array(), out.size()));
    return out.toByteArray();
  }

  /**
   * @throws MalformedBytesException when the bytes are not a page
   */
  static JournalPage decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    if (in.readInt() != ArchivedState.checksum(bytes, bytes.length)) {
      throw new MalformedBytesException("the checksum of a journal's page does not match");
    }
    int version = in.readByte();
    if (version != VERSION) {
      throw new MalformedBytesException(
          "a journal's page has format " + version + ", this release knows " + VERSION);
    }
    long after = in.readZigzag();
    int count = in.readVarint(in.remaining());
    List<Entry> entries = new ArrayList<>();
    long index = after;
    for (int i = 0; i < count; i++) {
      index += in.readVarint();
      long logTimeMillis = in.readZigzag();
      int commands = in.readVarint(COMMANDS_MAX);
      List<byte[]> bodies = new ArrayList<>();
      for (int command = 0; command < commands; command++) {
        bodies.add(in.readBlob());
      }
      entries.add(new Entry(index, logTimeMillis, bodies));
    }
    return new JournalPage(after, entries);
  }
}
