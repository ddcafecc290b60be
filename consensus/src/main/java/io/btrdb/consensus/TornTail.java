package io.btrdb.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Cuts off an entry that a crash left half written at the end of a log.
 *
 * <p>Ratis refuses to open such a log: its files are preallocated, so a torn entry is one whose end
 * is still zeros, and its checksum fails. After a power cut all replicas of a group can be in that
 * state, and each would have to be made anew from the others. A torn entry was never synced, so
 * nobody was told that this replica has it, and forgetting it is safe. As in etcd, an entry counts
 * as torn, and not as damaged, if its checksum fails and one of the disk sectors it covers is all
 * zeros: sectors are written whole or not at all.
 *
 * <pre>
 * file    = "RaftLog1" { entry } *%x00        ; Ratis' format of an open log file
 * entry   = length body checksum              ; length: varint of body's bytes, not 0
 * checksum = 4BYTE                            ; CRC32C of length and body, big endian
 * </pre>
 */
final class TornTail {
  private static final int SECTOR_BYTES = 512;
  private static final int HEADER_BYTES = 8;

  private TornTail() {}

  /** What was cut off. */
  record Cut(Path file, long at, long bytes) {}

  /**
   * @param groupFolder the group's folder; its log is not open
   * @return empty when the log ends with a whole entry, or is broken in a way that no crash
   *     explains
   */
  static Optional<Cut> repair(Path groupFolder) throws IOException {
    Path current = groupFolder.resolve("current");
    if (!Files.isDirectory(current)) {
      return Optional.empty();
    }
    Optional<Path> open;
    try (Stream<Path> files = Files.list(current)) {
      open =
          files
              .filter(file -> file.getFileName().toString().startsWith("log_inprogress_"))
              .max(Comparator.comparingLong(TornTail::firstIndex));
    }
    return open.isEmpty() ? Optional.empty() : repairFile(open.get());
  }

  private static long firstIndex(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(name.lastIndexOf('_') + 1));
  }

  private static Optional<Cut> repairFile(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
    if (in.limit() <= HEADER_BYTES) {
      return Optional.empty();
    }
    in.position(HEADER_BYTES);
    while (in.hasRemaining() && in.get(in.position()) != 0) {
      int start = in.position();
      int end = endOfEntry(in);
      if (end >= 0 && checksumMatches(in, start, end)) {
        in.position(end);
      } else if (isTorn(in, start, end)) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(start);
          channel.force(true);
        }
        return Optional.of(new Cut(file, start, (long) in.limit() - start));
      } else {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Where the entry at the buffer's position ends; −1 if the file ends before. */
  private static int endOfEntry(ByteBuffer in) {
    long length = 0;
    int at = in.position();
    for (int shift = 0; shift < 35; shift += 7) {
      if (at == in.limit()) {
        return -1;
      }
      byte next = in.get(at++);
      length |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        break;
      }
    }
    long end = at + length + Integer.BYTES;
    return end > in.limit() ? -1 : (int) end;
  }

  private static boolean checksumMatches(ByteBuffer in, int start, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(in.array(), start, end - Integer.BYTES - start);
    return (int) checksum.getValue() == in.getInt(end - Integer.BYTES);
  }

  private static boolean isTorn(ByteBuffer in, int start, int end) {
    boolean incomplete = end < 0 || hasZeroSector(in, start, end);
    return incomplete && !anyEntryWithin(in, start + 1, end < 0 ? in.limit() : end);
  }

  /**
   * A whole entry inside another one: not torn, its length is damaged, and synced entries follow.
   */
  private static boolean anyEntryWithin(ByteBuffer in, int from, int to) {
    for (int at = from; at < to; at++) {
      in.position(at);
      int end = in.get(at) == 0 ? -1 : endOfEntry(in);
      // Shorter ones match by chance, and Ratis writes none.
      if (end - at > 2 * Integer.BYTES && checksumMatches(in, at, end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasZeroSector(ByteBuffer in, int start, int end) {
    for (int from = start; from < end; ) {
      int to = Math.min(end, (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
      boolean zeros = true;
      for (int i = from; i < to && zeros; i++) {
        zeros = in.get(i) == 0;
      }
      if (zeros) {
        return true;
      }
      from = to;
    }
    return false;
  }
}
