package io.btrdb.node.scrub;

import io.btrdb.api.cluster.ScrubGrpc;
import io.btrdb.api.cluster.SegmentDigestsRequest;
import io.btrdb.api.cluster.SegmentDigestsResponse;
import io.btrdb.consensus.GroupId;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

/** Tells other replicas what this one has, for them to compare. */
public final class ScrubEndpoint extends ScrubGrpc.ScrubImplBase {
  static final int DIGESTS_MAX = 10_000;

  private final Scrubber scrubber;
  private final SegmentStore segments;
  private final Executor workers;

  public ScrubEndpoint(Scrubber scrubber, SegmentStore segments, Executor workers) {
    this.scrubber = scrubber;
    this.segments = segments;
    this.workers = workers;
  }

  @Override
  public void segmentDigests(
      SegmentDigestsRequest request, StreamObserver<SegmentDigestsResponse> reply) {
    workers.execute(
        () -> {
          Optional<SegmentDigestsResponse> answer;
          try {
            answer = digests(request);
          } catch (RuntimeException e) {
            reply.onError(
                Status.UNAVAILABLE.withDescription(e.toString()).withCause(e).asRuntimeException());
            return;
          }
          if (answer.isEmpty()) {
            reply.onError(
                Status.NOT_FOUND
                    .withDescription("group " + request.getGroup() + " is not on this node")
                    .asRuntimeException());
            return;
          }
          reply.onNext(answer.get());
          reply.onCompleted();
        });
  }

  private Optional<SegmentDigestsResponse> digests(SegmentDigestsRequest request) {
    Optional<ScrubbedShard> shard =
        scrubber.shard(new GroupId(UUID.fromString(request.getGroup())));
    if (shard.isEmpty()) {
      return Optional.empty();
    }
    SegmentDigestsResponse.Builder answer =
        SegmentDigestsResponse.newBuilder().setAppliedIndex(shard.get().applied().getAsLong());
    int limit = Math.min(DIGESTS_MAX, Math.max(1, request.getLimit()));
    List<SegmentId> all = segments.list(shard.get().shard());
    List<SegmentId> page =
        all.stream().filter(id -> id.number() >= request.getFrom()).limit(limit + 1L).toList();
    page.stream().limit(limit).forEach(id -> answer.addDigests(scrubber.digests().of(id)));
    return Optional.of(answer.setMore(page.size() > limit).build());
  }
}
