package io.btrdb.consensus;

import java.util.List;

/**
 * A committed entry: the commands that one leader committed together.
 *
 * @param term term in which the entry was appended
 * @param index the entry's place; other indices of the log are Raft's own and never handed out
 * @param proposerTerm term of the leader when it built the entry; differs from {@code term} when
 *     the leader was deposed and elected again in between
 * @param logTimeMillis the log's own clock, milliseconds since the epoch, stamped by the leader:
 *     never goes back within a group, and advances per entry by a bounded step however far a wall
 *     clock jumps
 * @param commands at least one, in the order of submission; their bytes are shared with the log and
 *     must not be changed, but may be kept
 */
public record LogEntry(
    long term, long index, long proposerTerm, long logTimeMillis, List<ByteSlice> commands) {
  public LogEntry {
    commands = List.copyOf(commands);
  }

  public Position position() {
    return new Position(term, index);
  }
}
