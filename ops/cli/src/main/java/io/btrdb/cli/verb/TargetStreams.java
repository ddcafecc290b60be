package io.btrdb.cli.verb;

import io.btrdb.cli.text.StreamName.ByPath;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.MergePolicy;
import java.util.Map;
import java.util.UUID;

/** Finds or creates the streams that a load writes to. */
record TargetStreams(Btrdb db, MergePolicy policy) {
  PointSink open(ByPath name) {
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
