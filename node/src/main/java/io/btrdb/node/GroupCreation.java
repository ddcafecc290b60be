package io.btrdb.node;

import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.replica.Replicas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sees to it that this node has a replica of each of its groups. A founder creates its replicas,
 * once in its life: afterwards a missing one means that a log and a vote are lost, and the node may
 * not go on under the same incarnation. Any other incarnation starts with empty replicas that wait
 * to be taken in.
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

  /** Returns the groups that this incarnation has yet to be taken into. */
  Set<GroupId> complete(List<FoundingRecord.Group> mine) {
    Set<GroupId> joining = new HashSet<>();
    boolean created = Files.exists(mark);
    for (FoundingRecord.Group group : mine) {
      boolean here = replicas.log(group.id()).isPresent();
      if (founder && !here) {
        if (created) {
          throw new IllegalStateException(
              "the log of group "
                  + group.id()
                  + " is gone although this node had it: set 'incarnation', 'raft', 'state' and"
                  + " 'groups-created' of the data folder aside, and the node will join anew");
        }
        replicas.create(group);
      } else if (!founder) {
        if (!here) {
          replicas.join(group.id());
        }
        joining.add(group.id());
      }
    }
    if (founder && !created && allHealthy(mine)) {
      createMark();
    }
    return joining;
  }

  private boolean allHealthy(List<FoundingRecord.Group> mine) {
    return mine.stream()
        .allMatch(
            group ->
                replicas
                    .log(group.id())
                    .filter(log -> !(log.health() instanceof Health.Failed))
                    .isPresent());
  }

  private void createMark() {
    try {
      Files.createFile(mark);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + mark, e);
    }
  }
}
