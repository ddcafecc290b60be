package io.btrdb.consensus;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a log entry. Raft's log adds the term, the index and a checksum.
 *
 * <pre>
 * entry        = version proposer-term log-time count { length } { command }
 * version      = %x01                  ; one byte
 * proposer-term = 8BYTE                ; big endian, as all numbers
 * log-time     = 8BYTE                 ; milliseconds since the epoch
 * count        = 4BYTE                 ; number of commands, at least 1
 * length       = 4BYTE                 ; bytes of the command, `count` times
 * command      = *BYTE                 ; `count` times, without padding
 * </pre>
 */
final class EntryFormat {
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 1 + Long.BYTES + Long.BYTES + Integer.BYTES;

  private EntryFormat() {}

  /** Bytes that an entry takes beyond its commands' own. */
  static int overheadBytes(int commands) {
    return HEADER_BYTES + commands * Integer.BYTES;
  }

  static byte[] encode(long proposerTerm, long logTimeMillis, List<byte[]> commands) {
    int size = overheadBytes(commands.size());
    for (byte[] command : commands) {
      size = Math.addExact(size, command.length);
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(VERSION).putLong(proposerTerm).putLong(logTimeMillis).putInt(commands.size());
    commands.forEach(command -> out.putInt(command.length));
    commands.forEach(out::put);
    return out.array();
  }

  /**
   * @param bytes the whole entry; the result's commands are slices of it
   * @throws IllegalStateException if the bytes are not an entry this release can read
   */
  static LogEntry decode(long term, long index, ByteSlice bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.length());
    check(bytes.length() >= HEADER_BYTES, index, "shorter than its header");
    byte version = in.get();
    check(
        version == VERSION,
        index,
        "of unknown format " + version + ", written by a newer release?");
    long proposerTerm = in.getLong();
    long logTimeMillis = in.getLong();
    int count = in.getInt();
    check(
        count > 0 && count <= in.remaining() / Integer.BYTES,
        index,
        "with impossible count " + count);
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = in.getInt();
    }
    List<ByteSlice> commands = new ArrayList<>(count);
    int offset = in.position();
    for (int length : lengths) {
      check(
          length >= 0 && length <= in.limit() - offset, index, "with impossible length " + length);
      commands.add(new ByteSlice(bytes.array(), offset, length));
      offset += length;
    }
    check(offset == in.limit(), index, "with bytes left over");
    return new LogEntry(term, index, proposerTerm, logTimeMillis, commands);
  }

  private static void check(boolean condition, long index, String problem) {
    if (!condition) {
      throw new IllegalStateException("log entry " + index + " is " + problem);
    }
  }
}
