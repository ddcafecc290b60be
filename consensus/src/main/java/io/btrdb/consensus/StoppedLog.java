package io.btrdb.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Reads the log of a replica that does not run, without a change to it: for disasters, in which a
 * majority is gone. {@link TornTail} gives the files' grammar. Reading ends where the log does, or
 * at the first entry that is torn, damaged or out of order.
 */
public final class StoppedLog {
  private static final Pattern FILE = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-(\\d+))?");
  private static final int HEADER_BYTES = 8;

  private final Path current;
  private long nextIndex;
  private Position last = Position.NONE;
  private long committed = -1;
  private long entries;
  private Optional<String> fault = Optional.empty();

  private StoppedLog(Path groupFolder, long after) {
    this.current = groupFolder.resolve("current");
    this.nextIndex = after + 1;
  }

  /**
   * What was read.
   *
   * @param last position of the last good entry behind the one asked for, of whatever kind; {@link
   *     Position#NONE} when there is none
   * @param committed the highest index that the log itself calls committed; −1 when it does not say
   * @param entries entries of the state machine that were handed out
   * @param fault why reading ended before the end of the log
   */
  public record Account(Position last, long committed, long entries, Optional<String> fault) {}

  /**
   * Hands out the state machine's entries behind an index, in order.
   *
   * @param groupFolder {@code raft/<group>}; a missing one is an empty log
   * @param after the last index that is not wanted
   */
  public static Account read(Path groupFolder, long after, Consumer<LogEntry> sink)
      throws IOException {
    StoppedLog log = new StoppedLog(groupFolder, after);
    log.readFiles(sink);
    return new Account(log.last, log.committed, log.entries, log.fault);
  }

  private void readFiles(Consumer<LogEntry> sink) throws IOException {
    if (!Files.isDirectory(current)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(current)) {
      files =
          listed
              .filter(file -> FILE.matcher(file.getFileName().toString()).matches())
              .sorted(Comparator.comparingLong(StoppedLog::firstIndex))
              .toList();
    }
    for (Path file : files) {
      if (fault.isEmpty()) {
        readFile(file, sink);
      }
    }
  }

  private static long firstIndex(Path file) {
    Matcher name = FILE.matcher(file.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalStateException(file + " was a log file before");
    }
    return Long.parseLong(name.group(1));
  }

  private void readFile(Path file, Consumer<LogEntry> sink) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.position(Math.min(HEADER_BYTES, bytes.length));
    while (in.hasRemaining() && in.get(in.position()) != 0) {
      int start = in.position();
      long length = varint(in);
      long end = in.position() + length + Integer.BYTES;
      if (length <= 0 || end > bytes.length || !checksumMatches(bytes, start, (int) end)) {
        fault =
            Optional.of("an entry of " + file.getFileName() + " is torn or damaged at " + start);
        return;
      }
      take(file, Arrays.copyOfRange(bytes, in.position(), (int) end - Integer.BYTES), sink);
      if (fault.isPresent()) {
        return;
      }
      in.position((int) end);
    }
  }

  private void take(Path file, byte[] body, Consumer<LogEntry> sink) {
    LogEntryProto entry;
    try {
      entry = LogEntryProto.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      fault =
          Optional.of("an entry of " + file.getFileName() + " is not Raft's: " + e.getMessage());
      return;
    }
    if (entry.hasMetadataEntry()) {
      committed = Math.max(committed, entry.getMetadataEntry().getCommitIndex());
    }
    if (entry.getIndex() < nextIndex) {
      return;
    }
    if (entry.getIndex() > nextIndex) {
      fault =
          Optional.of("entries " + nextIndex + " to " + (entry.getIndex() - 1) + " are missing");
      return;
    }
    if (entry.hasStateMachineLogEntry()) {
      ByteSlice data = RatisTypes.slice(entry.getStateMachineLogEntry().getLogData());
      sink.accept(EntryFormat.decode(entry.getTerm(), entry.getIndex(), data));
      entries++;
    }
    last = new Position(entry.getTerm(), entry.getIndex());
    nextIndex++;
  }

  /** −1 when there is none. */
  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 35 && in.hasRemaining(); shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }

  private static boolean checksumMatches(byte[] bytes, int start, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, start, end - Integer.BYTES - start);
    return (int) checksum.getValue() == ByteBuffer.wrap(bytes).getInt(end - Integer.BYTES);
  }
}
