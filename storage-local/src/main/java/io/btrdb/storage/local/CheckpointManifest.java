package io.btrdb.storage.local;

import io.btrdb.storage.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * What a checkpoint consists of; kept in it as the file {@code CHECKPOINT} and sent ahead of it.
 * Text, so that people can read it:
 *
 * <pre>
 * manifest = "btrdb-checkpoint 1\n"
 *            "position " term " " index "\n"            decimal
 *            file*
 *            "end " crc "\n"                            CRC32C of all bytes before this line
 * file     = "file " size " " crc " " name "\n"         size decimal; crc eight hexadecimal digits
 * </pre>
 *
 * @param position the log position whose state it is
 * @param files sorted by name, without the manifest itself
 */
public record CheckpointManifest(LogPosition position, List<CheckpointFile> files) {
  static final String FILE_NAME = "CHECKPOINT";

  private static final String FIRST_LINE = "btrdb-checkpoint 1";
  private static final int FILES_MAX = 100_000;

  public CheckpointManifest {
    if (position.index() < 0 || position.term() < 0) {
      throw new IllegalArgumentException("no checkpoint can be at " + position);
    }
    if (files.size() > FILES_MAX) {
      throw new IllegalArgumentException("a checkpoint of " + files.size() + " files");
    }
    Set<String> names = new HashSet<>();
    for (CheckpointFile file : files) {
      if (!names.add(file.name())) {
        throw new IllegalArgumentException(file.name() + " is in the checkpoint twice");
      }
    }
    files = List.copyOf(files);
  }

  public long sizeBytes() {
    return files.stream().mapToLong(CheckpointFile::sizeBytes).sum();
  }

  /**
   * The file of this name.
   *
   * @throws IllegalArgumentException when the checkpoint has no file of this name
   */
  public CheckpointFile file(String name) {
    return files.stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("checkpoint at " + position + " has no " + name));
  }

  public byte[] encode() {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    text.append(String.format("position %d %d\n", position.term(), position.index()));
    for (CheckpointFile file : files) {
      text.append(String.format("file %d %08x %s\n", file.sizeBytes(), file.crc32c(), file.name()));
    }
    String body = text.toString();
    return (body + endLine(body)).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are no manifest, or a damaged one; the message
   *     says what is wrong
   */
  public static CheckpointManifest decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int lastLine = text.lastIndexOf("end ");
    if (lastLine < 0 || !text.substring(lastLine).equals(endLine(text.substring(0, lastLine)))) {
      throw new IllegalArgumentException("the manifest's checksum does not match");
    }
    String[] lines = text.substring(0, lastLine).split("\n", -1);
    if (lines.length < 3 || !lines[0].equals(FIRST_LINE)) {
      throw new IllegalArgumentException("the manifest starts with \"" + lines[0] + "\"");
    }
    String[] position = words(lines[1], "position", 3);
    List<CheckpointFile> files = new ArrayList<>();
    // The body ends in a line feed, so the last piece is empty.
    for (int i = 2; i < lines.length - 1; i++) {
      String[] file = words(lines[i], "file", 4);
      int crc = Integer.parseUnsignedInt(file[2], 16);
      files.add(new CheckpointFile(file[3], Long.parseLong(file[1]), crc));
    }
    return new CheckpointManifest(
        new LogPosition(Long.parseLong(position[1]), Long.parseLong(position[2])), files);
  }

  private static String[] words(String line, String first, int count) {
    String[] words = line.split(" ", -1);
    if (words.length != count || !words[0].equals(first)) {
      throw new IllegalArgumentException("the manifest has the line \"" + line + "\"");
    }
    return words;
  }

  private static String endLine(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
    return String.format("end %08x\n", (int) crc.getValue());
  }
}
