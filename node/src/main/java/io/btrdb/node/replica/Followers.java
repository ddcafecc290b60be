package io.btrdb.node.replica;

import io.btrdb.node.plane.Following;
import io.btrdb.node.plane.StreamFollower;
import io.btrdb.shard.InsertObserver;
import io.btrdb.shard.Operation;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Who follows which streams of one replica. Thread-safe; the apply thread passes through without a
 * lock.
 */
final class Followers implements InsertObserver {
  private final ConcurrentHashMap<UUID, List<StreamFollower>> followers = new ConcurrentHashMap<>();

  Following add(UUID stream, StreamFollower follower) {
    followers.merge(
        stream,
        List.of(follower),
        (old, one) -> Stream.concat(old.stream(), one.stream()).toList());
    return () -> remove(stream, follower);
  }

  private void remove(UUID stream, StreamFollower follower) {
    followers.computeIfPresent(
        stream,
        (uuid, all) -> {
          List<StreamFollower> rest = all.stream().filter(one -> one != follower).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  @Override
  public void inserted(Operation.Insert insert) {
    if (followers.isEmpty()) {
      return;
    }
    for (StreamFollower follower : followers.getOrDefault(insert.stream(), List.of())) {
      follower.inserted(insert);
    }
  }

  /** Tells everybody that they will hear no more, and forgets them. */
  void interrupt(String why) {
    for (UUID stream : followers.keySet()) {
      List<StreamFollower> gone = followers.remove(stream);
      if (gone != null) {
        gone.forEach(follower -> follower.interrupted(why));
      }
    }
  }
}
