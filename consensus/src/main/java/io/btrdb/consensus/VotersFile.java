package io.btrdb.consensus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The voters a group was created with, beside the group's folder.
 *
 * <p>Ratis writes a configuration to disk when it applies one. A group all of whose replicas stop
 * before that would come back with no members at all.
 *
 * <pre>
 * file  = "voters 1" LF { id SP address LF }     ; UTF-8
 * </pre>
 */
final class VotersFile {
  private static final String HEADER = "voters 1";

  private VotersFile() {}

  private static Path path(Path directory, GroupId group) {
    return directory.resolve(group + ".voters");
  }

  static void write(Path directory, GroupId group, List<Peer> voters) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    voters.forEach(
        voter -> text.append(voter.id()).append(' ').append(voter.address()).append('\n'));
    Path target = path(directory, group);
    Path draft = directory.resolve(group + ".voters.tmp");
    Files.writeString(draft, text);
    sync(draft, StandardOpenOption.WRITE);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(directory, StandardOpenOption.READ);
  }

  /** Empty when the group was joined rather than created. */
  static List<Peer> read(Path directory, GroupId group) throws IOException {
    Path path = path(directory, group);
    if (!Files.exists(path)) {
      return List.of();
    }
    List<String> lines = Files.readAllLines(path, StandardCharsets.UTF_8);
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IOException(path + " is not a list of voters that this release can read");
    }
    List<Peer> voters = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      int space = line.lastIndexOf(' ');
      if (space <= 0) {
        throw new IOException(path + " has a line without an address: " + line);
      }
      voters.add(Peer.voter(new PeerId(line.substring(0, space)), line.substring(space + 1)));
    }
    return voters;
  }

  static void delete(Path directory, GroupId group) throws IOException {
    Files.deleteIfExists(path(directory, group));
  }

  private static void sync(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }
}
