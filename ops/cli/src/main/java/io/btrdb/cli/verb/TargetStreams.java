package io.btrdb.cli.verb;

import io.btrdb.cli.text.StreamName.ByPath;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.MergePolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The streams that a load writes to, found or created when they are first named. */
final class TargetStreams {
  private final Btrdb db;
  private final MergePolicy policy;
  private final Map<ByPath, StreamFeed> feeds = new LinkedHashMap<>();

  TargetStreams(Btrdb db, MergePolicy policy) {
    this.db = db;
    this.policy = policy;
  }

  PointSink open(ByPath name) {
    return feeds.computeIfAbsent(name, this::feed);
  }

  /** Waits until all points are stored. */
  void settle() {
    feeds.values().forEach(StreamFeed::settle);
  }

  private StreamFeed feed(ByPath name) {
    BtrdbStream stream =
        db.find(name.collection(), name.name())
            .orElseGet(
                () ->
                    db.create(
                        UUID.randomUUID(),
                        name.collection(),
                        Map.of("name", name.name()),
                        Map.of()));
    return new StreamFeed(stream, policy);
  }
}
