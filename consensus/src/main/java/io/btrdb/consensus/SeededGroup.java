package io.btrdb.consensus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Lays down a group that begins at a checkpoint rather than at nothing: an empty log behind it, and
 * a term that is not below the checkpoint's, as in a replica whose log was purged up to there. All
 * voters must be given the same checkpoint.
 *
 * <p>Why the term: a leader of a lower one would write entries whose term is below that of the
 * entry before, and would name segments that exist already.
 *
 * <pre>
 * DIR/&lt;group&gt;.voters              {@link VotersFile}
 * DIR/&lt;group&gt;/current/raft-meta   "term=" term LF "votedFor=" LF; Ratis' own format
 * </pre>
 */
public final class SeededGroup {
  private SeededGroup() {}

  /**
   * Writes this replica's files, durably.
   *
   * @param directory as given to {@link RaftNode#start} later; made when missing
   * @param checkpoint where the state machine's checkpoint is
   * @throws IllegalStateException if the folder has the group already
   */
  public static void write(Path directory, GroupId id, List<Peer> voters, Position checkpoint)
      throws IOException {
    Path group = directory.resolve(id.toString());
    if (Files.exists(group)) {
      throw new IllegalStateException("group " + id + " already exists in " + group);
    }
    Path current = group.resolve("current");
    Files.createDirectories(current);
    Path meta = current.resolve("raft-meta");
    Files.writeString(
        meta, "term=" + checkpoint.term() + "\nvotedFor=\n", StandardCharsets.ISO_8859_1);
    sync(meta, StandardOpenOption.WRITE);
    sync(current, StandardOpenOption.READ);
    sync(group, StandardOpenOption.READ);
    VotersFile.write(directory, id, voters);
  }

  private static void sync(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }
}
