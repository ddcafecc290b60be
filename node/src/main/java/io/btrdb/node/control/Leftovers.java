package io.btrdb.node.control;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.placement.coordination.PlacementMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has replicas deleted whose group has let them go: the end of every move, also of one whose
 * controller died, or whose node was away when the group changed. The node asks the group's leader
 * once more before it deletes anything. Used by the controller's thread.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  /** Longer than the words of two nodes can be apart. */
  private static final long SEEN_MILLIS = 5_000;

  private static final long AGAIN_MILLIS = 10_000;

  private record Replica(String group, String node, String peer) {}

  private final Peers peers;
  private final LongSupplier millis;
  private final Map<Replica, Long> due = new HashMap<>();

  Leftovers(Peers peers, LongSupplier millis) {
    this.peers = peers;
    this.millis = millis;
  }

  void sweep(Picture picture, PlacementMap map) {
    Set<Replica> found = new HashSet<>();
    for (KnownNode node : picture.nodes()) {
      List<GroupState> held =
          node.answers() ? node.hello().map(HelloResponse::getGroupsList).orElseThrow() : List.of();
      for (GroupState state : held) {
        Optional<Picture.Group> group = picture.group(state.getGroup());
        if (group.isPresent() && isLeftOver(node.id(), group.get(), map)) {
          found.add(new Replica(state.getGroup(), node.id(), node.peer()));
        }
      }
    }
    due.keySet().retainAll(found);
    long now = millis.getAsLong();
    for (Replica replica : found) {
      if (now >= due.computeIfAbsent(replica, any -> now + SEEN_MILLIS)) {
        due.put(replica, now + AGAIN_MILLIS);
        drop(replica, picture.name(replica.group()));
      }
    }
  }

  private static boolean isLeftOver(String node, Picture.Group group, PlacementMap map) {
    return group.leader().isPresent()
        && !group.isOn(node)
        && map.moves().stream()
            .noneMatch(
                move ->
                    move.step().group().equals(group.id())
                        && move.step().target().equals(Optional.of(node)));
  }

  private void drop(Replica replica, String name) {
    peers
        .drop(replica.node(), replica.group(), replica.peer())
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                LOG.info(
                    "{} on {} is not deleted yet: {}", name, replica.node(), failure.toString());
              } else if (!answer.getDone()) {
                LOG.info("{} on {} is not deleted: {}", name, replica.node(), answer.getReason());
              } else {
                LOG.info("{} on {} is deleted: the group has let it go", name, replica.node());
              }
            });
  }
}
