package io.btrdb.node;

import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.replica.Replicas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sees to it that this node has a replica of each of its groups. A founder creates its replicas,
 * any other incarnation starts with empty ones that wait to be taken in; both once in the life of
 * the incarnation. Afterwards a missing one means that a log and a vote are lost, and the node may
 * not go on as the same peer.
 */
final class GroupCreation {
  private final Path mark;
  private final boolean founder;
  private final Replicas replicas;

  GroupCreation(Path dataDirectory, FoundingRecord founding, Identity self, Replicas replicas) {
    this.mark = dataDirectory.resolve("groups-created");
    this.founder = founding.isFounder(self);
    this.replicas = replicas;
  }

  /** Whether this incarnation had a replica that is gone: it has forgotten what it voted for. */
  boolean forgotten(List<FoundingRecord.Group> mine) {
    return Files.exists(mark)
        && mine.stream().anyMatch(group -> replicas.log(group.id()).isEmpty());
  }

  /** Returns the groups that this incarnation may have yet to be taken into. */
  Set<GroupId> complete(List<FoundingRecord.Group> mine) {
    Set<GroupId> joining = new HashSet<>();
    for (FoundingRecord.Group group : mine) {
      if (replicas.log(group.id()).isEmpty()) {
        if (founder) {
          replicas.create(group);
        } else {
          replicas.join(group.id());
        }
      }
      if (!founder) {
        joining.add(group.id());
      }
    }
    createMark();
    return joining;
  }

  private void createMark() {
    try {
      if (!Files.exists(mark)) {
        Files.createFile(mark);
        try (FileChannel folder = FileChannel.open(mark.getParent(), StandardOpenOption.READ)) {
          folder.force(true);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + mark, e);
    }
  }
}
