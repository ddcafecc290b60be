package io.btrdb.backup;

import io.btrdb.backup.BackupManifest.Group;
import io.btrdb.backup.BackupManifest.Range;
import io.btrdb.backup.BackupManifest.Segment;
import io.btrdb.backup.BackupManifest.StateFile;
import io.btrdb.storage.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A {@link BackupManifest} as text, in UTF-8, so that people can read it.
 *
 * <pre>
 * manifest = "btrdb-backup 1" LF
 *            "id " id LF
 *            "cluster " uuid SP name LF
 *            "time " started SP finished LF           ; milliseconds since the epoch
 *            "release " text LF
 *            *shard catalog
 *            "end " sha256 LF                         ; of all bytes before this line
 * shard    = "shard " number SP first-slot SP slots SP position LF *file *segment
 * catalog  = "catalog " position LF *file
 * position = term SP index
 * file     = "file " size SP sha256 SP name LF
 * segment  = "segment " term-and-sequence SP size SP sha256 LF  ; 16 hexadecimal digits
 * </pre>
 *
 * Numbers are decimal unless said otherwise.
 */
final class ManifestText {
  private static final String KIND = "btrdb-backup ";
  private static final String FIRST_LINE = KIND + "1";

  private ManifestText() {}

  static byte[] encode(BackupManifest manifest) {
    StringBuilder text = new StringBuilder(4096);
    text.append(FIRST_LINE).append('\n');
    text.append("id ").append(manifest.id()).append('\n');
    text.append("cluster ").append(manifest.cluster()).append(' ');
    text.append(line(manifest.clusterName())).append('\n');
    text.append("time ").append(manifest.startedMillis()).append(' ');
    text.append(manifest.finishedMillis()).append('\n');
    text.append("release ").append(line(manifest.release())).append('\n');
    manifest.groups().forEach(group -> append(text, group));
    String body = text.toString();
    return (body + endLine(body)).getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder text, Group group) {
    String name =
        group
            .range()
            .map(r -> "shard " + r.shard() + ' ' + r.firstSlot() + ' ' + r.slotCount())
            .orElse("catalog");
    text.append(name).append(' ').append(group.position().term());
    text.append(' ').append(group.position().index()).append('\n');
    for (StateFile file : group.files()) {
      text.append("file ").append(file.size()).append(' ').append(file.sha256());
      text.append(' ').append(file.name()).append('\n');
    }
    for (Segment segment : group.segments()) {
      text.append("segment ").append(String.format("%016x", segment.number())).append(' ');
      text.append(segment.size()).append(' ').append(segment.sha256()).append('\n');
    }
  }

  private static String line(String text) {
    if (text.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line feed in \"" + text + "\"");
    }
    return text;
  }

  private static String endLine(String body) {
    return "end " + Sha256.of(body.getBytes(StandardCharsets.UTF_8)) + "\n";
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param where names the file in messages
   * @throws BackupException when it is damaged, something else, or of a newer release
   */
  static BackupManifest decode(String where, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.startsWith(KIND) && !text.startsWith(FIRST_LINE + "\n")) {
      throw new BackupException(
          where
              + " has format \""
              + text.lines().findFirst().orElse("")
              + "\", this release knows \""
              + FIRST_LINE
              + "\": it was written by a newer release, use that one");
    }
    int last = text.lastIndexOf("end ");
    if (last < 0 || !text.substring(last).equals(endLine(text.substring(0, last)))) {
      throw new BackupException(where + " is damaged: its checksum does not match");
    }
    try {
      return parse(text.substring(0, last).split("\n", -1));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new BackupException(where + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static BackupManifest parse(String[] lines) {
    if (!lines[0].equals(FIRST_LINE)) {
      throw new IllegalArgumentException("it starts with \"" + lines[0] + "\"");
    }
    String[] cluster = rest(lines[2], "cluster").split(" ", 2);
    String[] time = rest(lines[3], "time").split(" ");
    Groups groups = new Groups();
    // The body ends in a line feed, so the last piece is empty.
    for (int i = 5; i < lines.length - 1; i++) {
      groups.line(lines[i]);
    }
    return new BackupManifest(
        rest(lines[1], "id"),
        UUID.fromString(cluster[0]),
        cluster[1],
        Long.parseLong(time[0]),
        Long.parseLong(time[1]),
        rest(lines[4], "release"),
        groups.finish());
  }

  private static String rest(String line, String first) {
    if (!line.startsWith(first + " ")) {
      throw new IllegalArgumentException("where \"" + first + "\" should be it has " + line);
    }
    return line.substring(first.length() + 1);
  }

  /** Gathers the lines of each group. */
  private static final class Groups {
    private final List<Group> done = new ArrayList<>();
    private String[] head;
    private List<StateFile> files = List.of();
    private List<Segment> segments = List.of();

    void line(String line) {
      String[] words = line.split(" ");
      if (head == null && (words[0].equals("file") || words[0].equals("segment"))) {
        throw new IllegalArgumentException("it has \"" + line + "\" before any group");
      }
      switch (words[0]) {
        case "shard", "catalog" -> begin(words);
        case "file" -> files.add(new StateFile(words[3], Long.parseLong(words[1]), words[2]));
        case "segment" ->
            segments.add(
                new Segment(
                    Long.parseUnsignedLong(words[1], 16), Long.parseLong(words[2]), words[3]));
        default -> throw new IllegalArgumentException("it has the line \"" + line + "\"");
      }
    }

    private void begin(String[] words) {
      close();
      head = words;
      files = new ArrayList<>();
      segments = new ArrayList<>();
    }

    private void close() {
      if (head == null) {
        return;
      }
      int at = head.length - 2;
      LogPosition position =
          new LogPosition(Long.parseLong(head[at]), Long.parseLong(head[at + 1]));
      Optional<Range> range =
          head[0].equals("catalog")
              ? Optional.empty()
              : Optional.of(
                  new Range(
                      Integer.parseInt(head[1]),
                      Integer.parseInt(head[2]),
                      Integer.parseInt(head[3])));
      done.add(new Group(range, position, files, segments));
    }

    List<Group> finish() {
      close();
      return done;
    }
  }
}
