package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.GetCompactionConfigParams;
import io.btrdb.api.v5.GetCompactionConfigResponse;
import io.btrdb.api.v5.ReducedResolutionRange;
import io.btrdb.api.v5.SetCompactionConfigParams;
import io.btrdb.api.v5.SetCompactionConfigResponse;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.door.ReadPlaces.Wanted;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.shard.Operation;
import io.btrdb.tree.ReducedRange;
import java.util.Optional;
import java.util.UUID;

/** GetCompactionConfig and SetCompactionConfig: which versions of a stream can be read, and how. */
final class RetentionEndpoints {
  private final DoorSessions sessions;
  private final ReadPlaces places;

  RetentionEndpoints(DoorSessions sessions, ReadPlaces places) {
    this.sessions = sessions;
    this.places = places;
  }

  void get(GetCompactionConfigParams p, Exchange exchange) {
    places.read(
        exchange,
        new Wanted(
            p.getUuid(), 0, new RemoteAnswer.Request(BTrDBGrpc.getGetCompactionConfigMethod(), p)),
        Optional.empty(),
        place -> {
          GetCompactionConfigResponse.Builder answer =
              GetCompactionConfigResponse.newBuilder()
                  .setLatestMajorVersion(place.major())
                  .setCompactedVersion(place.retention().oldest())
                  .setTargetArchiveHorizon(place.retention().archiveHorizon());
          for (ReducedRange range : place.reduced().list()) {
            answer.addReducedResolutionRanges(
                ReducedResolutionRange.newBuilder()
                    .setStart(range.start())
                    .setEnd(range.end())
                    .setResolution(range.resolution()));
          }
          exchange.answer(answer.build());
        });
  }

  void set(SetCompactionConfigParams p, Exchange exchange) {
    ByteString uuid = p.getUuid();
    Optional<UUID> stream = UuidBytes.parse(uuid);
    Optional<Refusal> wrong =
        stream.isEmpty()
            ? Optional.of(ReadPlaces.badUuid(uuid.size()))
            : Retentions.wrong(
                p.getCompactedVersion(),
                p.getTargetArchiveHorizon(),
                p.getReducedResolutionRangesList().stream().map(Retentions::span));
    if (wrong.isPresent()) {
      exchange.refuse(wrong.get());
      return;
    }
    exchange.about(stream.get());
    Operation.Configure configure =
        new Operation.Configure(
            stream.get(),
            p.getCompactedVersion(),
            p.getTargetArchiveHorizon(),
            Retentions.reduced(p.getReducedResolutionRangesList().stream().map(Retentions::span)));
    exchange.whenDone(
        sessions.write(configure, exchange.mayForward(), exchange.patienceNanos()),
        result -> {
          switch (result) {
            case WriteResult.Applied applied ->
                exchange.answer(SetCompactionConfigResponse.getDefaultInstance());
            case WriteResult.Failed failed -> exchange.refuse(WriteEndpoints.explain(failed));
          }
        });
  }
}
