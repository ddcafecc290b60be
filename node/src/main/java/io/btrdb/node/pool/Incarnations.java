package io.btrdb.node.pool;

import io.btrdb.placement.ShardRange;
import io.btrdb.storage.ObjectPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The lives of one cluster in a pool. Used by one thread. */
final class Incarnations {
  private final ObjectPool objects;
  private final String cluster;

  /**
   * @param cluster the cluster's name
   */
  Incarnations(ObjectPool objects, String cluster) {
    this.objects = objects;
    this.cluster = cluster;
  }

  /** All of them, the newest first; recoveries that came to nothing have left none. */
  List<Incarnation> newestFirst() {
    List<Incarnation> found = new ArrayList<>();
    for (int number = 1; ; number++) {
      Optional<Incarnation> next = read(number);
      if (next.isEmpty()) {
        Collections.reverse(found);
        return found;
      }
      found.add(next.get());
    }
  }

  private Optional<Incarnation> read(int number) {
    return objects
        .read(PoolNames.incarnation(number))
        .map(stored -> Incarnation.decode(stored.content()));
  }

  /**
   * The incarnation of a cluster and those before it, newest first; made when the cluster has just
   * been founded.
   *
   * @throws IllegalStateException when the pool belongs to another cluster of that name
   */
  List<Incarnation> claim(UUID id, List<ShardRange> ranges) {
    Incarnation first = Incarnation.founded(id, ranges);
    boolean unused = objects.create(PoolNames.incarnation(1), first.encode());
    List<Incarnation> all = newestFirst();
    Incarnation newest = all.getFirst();
    if (!newest.cluster().equals(id)) {
      throw new IllegalStateException(
          all.stream().anyMatch(one -> one.cluster().equals(id))
              ? "cluster %s was recovered from the pool as %s: this one must not go on"
                  .formatted(id, newest.cluster())
              : "the pool holds another cluster named %s, %s: give this one another name"
                  .formatted(cluster, newest.cluster()));
    }
    if (newest.recovering()) {
      throw new IllegalStateException(
          "the recovery of cluster " + cluster + " from the pool has not come to its end");
    }
    return all;
  }

  /** Takes the place of the newest incarnation, whose nodes must be gone. */
  Incarnation succeed(UUID id, List<ShardRange> ranges) {
    int number = newestFirst().size() + 1;
    Incarnation next =
        new Incarnation(
            number,
            id,
            true,
            ranges.stream().map(range -> new Incarnation.Shard(range, Long.MAX_VALUE)).toList());
    if (!objects.create(PoolNames.incarnation(number), next.encode())) {
      throw new IllegalStateException(
          "another recovery of cluster " + cluster + " has begun at the same time");
    }
    return next;
  }

  /** Takes back what {@link #succeed} made: the incarnation before is the newest again. */
  void abandon(Incarnation begun) {
    objects.delete(PoolNames.incarnation(begun.number()));
  }

  /** Lets the nodes of a recovered incarnation start. */
  void complete(Incarnation recovered) {
    String name = PoolNames.incarnation(recovered.number());
    ObjectPool.Stored begun =
        objects
            .read(name)
            .orElseThrow(() -> new IllegalStateException("object " + name + " is gone"));
    if (!Incarnation.decode(begun.content()).cluster().equals(recovered.cluster())
        || !objects.replace(name, begun.version(), recovered.encode())) {
      throw new IllegalStateException("object " + name + " was changed meanwhile");
    }
  }
}
