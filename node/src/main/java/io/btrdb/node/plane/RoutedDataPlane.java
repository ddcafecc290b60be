package io.btrdb.node.plane;

import com.google.protobuf.UnsafeByteOperations;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OpenSessionRequest;
import io.btrdb.api.cluster.OpenSessionResponse;
import io.btrdb.api.cluster.PointsInsert;
import io.btrdb.api.cluster.RangeDelete;
import io.btrdb.api.cluster.ReducedSpan;
import io.btrdb.api.cluster.StreamConfiguration;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.codec.StreamHash;
import io.btrdb.consensus.ConsensusException;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.node.plane.WriteResult.Applied;
import io.btrdb.node.plane.WriteResult.Failed;
import io.btrdb.placement.ShardRange;
import io.btrdb.shard.Command;
import io.btrdb.shard.CommandCodec;
import io.btrdb.shard.Operation;
import io.btrdb.shard.Outcome;
import io.btrdb.tree.ReducedRange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The data plane of a node: a write goes into the log here when this node leads the shard, else to
 * the leader's node; it is repeated, with the same session and sequence, until it has an outcome or
 * its deadline has passed.
 */
public final class RoutedDataPlane implements DataPlane {
  private static final long RETRY_MIN_MILLIS = 10;
  private static final long RETRY_MAX_MILLIS = 160;
  private static final int OVERLOAD_RETRY_MILLIS = 100;

  /** What the plane knows of one shard. */
  public record Route(GroupId group, ShardRange range, Optional<LocalShard> local) {}

  private final String self;
  private final IntFunction<Optional<Route>> routes;
  private final ClusterView view;
  private final PeerChannels channels;
  private final ScheduledExecutorService timer;
  private final Supplier<Topology> topology;
  private final ReadLocator reads;
  private final Map<String, SubmitForwarder> forwarders = new ConcurrentHashMap<>();
  private final int[] shardOfSlot = new int[StreamHash.SLOTS];

  /**
   * @param ranges all shards, in the order of their numbers; fixed for the life of the plane
   * @param readers where folds for reads run
   * @param routes a shard with this node's replica, as it is at the moment; empty for no such shard
   */
  public RoutedDataPlane(
      String self,
      List<ShardRange> ranges,
      IntFunction<Optional<Route>> routes,
      ClusterView view,
      PeerChannels channels,
      ScheduledExecutorService timer,
      Executor readers,
      Supplier<Topology> topology) {
    this.self = self;
    this.routes = routes;
    this.view = view;
    this.channels = channels;
    this.timer = timer;
    this.reads =
        new ReadLocator(
            self,
            view,
            new Freshness(new LeaderReadIndex(self, view, channels), timer, System::nanoTime),
            timer,
            readers,
            topology);
    this.topology = topology;
    for (ShardRange range : ranges) {
      Arrays.fill(
          shardOfSlot, range.firstSlot(), range.firstSlot() + range.slotCount(), range.shard());
    }
  }

  @Override
  public int shardOf(UUID stream) {
    return shardOfSlot[StreamHash.slot(stream)];
  }

  @Override
  public Topology topology() {
    return topology.get();
  }

  // ------------------------------------------------------------------------------------- writes

  @Override
  public CompletableFuture<WriteResult> write(WriteCall call) {
    Attempts attempts = new Attempts(call);
    attempts.next();
    return attempts.result;
  }

  /** One write on its way, through as many attempts as it takes. */
  private final class Attempts {
    private final WriteCall call;
    private final CompletableFuture<WriteResult> result = new CompletableFuture<>();
    private byte[] command;
    private boolean fateUnknown;
    private String lastProblem = "the shard has no leader";
    private long delayMillis = RETRY_MIN_MILLIS;

    Attempts(WriteCall call) {
      this.call = call;
    }

    void next() {
      Optional<Route> route = route(call.shard());
      if (route.isEmpty()) {
        result.complete(Failed.of(ErrorCode.WRONG_ARGUMENTS, "there is no shard " + call.shard()));
        return;
      }
      Optional<LocalShard> local = route.get().local().filter(LocalShard::elected);
      if (local.isPresent()) {
        submit(local.get());
        return;
      }
      Optional<String> leader = otherLeader(route.get().group());
      if (!call.mayForward()) {
        result.complete(
            failed(
                ErrorCode.WRONG_ENDPOINT,
                "this node does not lead shard "
                    + call.shard()
                    + leader.map(node -> "; " + node + " does").orElse(""),
                0));
      } else if (leader.isPresent()) {
        forward(leader.get());
      } else {
        later();
      }
    }

    private void submit(LocalShard shard) {
      Optional<String> overload = shard.overload();
      if (overload.isPresent() && call.operation() instanceof Operation.Insert) {
        result.complete(
            failed(
                ErrorCode.RESOURCE_DEPLETED,
                "shard " + call.shard() + " " + overload.get(),
                OVERLOAD_RETRY_MILLIS));
        return;
      }
      if (call.operation() instanceof Operation.Configure && !shard.retires()) {
        result.complete(
            Failed.of(
                ErrorCode.NOT_IMPLEMENTED,
                "not all nodes of shard " + call.shard() + " run a release that can do this"));
        return;
      }
      if (command == null) {
        command =
            CommandCodec.encode(
                new Command.Write(
                    call.session(), call.sequence(), call.acknowledgedThrough(), call.operation()));
      }
      shard
          .log()
          .submit(command)
          .whenComplete(
              (outcome, failure) -> {
                if (failure == null) {
                  applied((Outcome) outcome);
                } else {
                  refused(unwrap(failure));
                }
              });
    }

    private void applied(Outcome outcome) {
      switch (outcome) {
        case Outcome.Applied done -> result.complete(new Applied(done.major(), done.minor()));
        case Outcome.Refused no -> refused(no);
        case Outcome.Done done -> throw new IllegalStateException("a write came to " + done);
        case Outcome.Ignored ignored ->
            throw new IllegalStateException("a write came to " + ignored);
      }
    }

    private void refused(Outcome.Refused no) {
      switch (no.reason()) {
        case NO_SUCH_STREAM -> result.complete(Failed.of(ErrorCode.NO_SUCH_STREAM, no.detail()));
        case REUSED_UUID -> result.complete(Failed.of(ErrorCode.REUSED_UUID, no.detail()));
        case UNKNOWN_SESSION ->
            result.complete(
                new Failed(ErrorCode.CLUSTER_DEGRADED, no.detail(), fateUnknown, true, 0));
        case TOO_MANY_SESSIONS ->
            result.complete(
                failed(ErrorCode.RESOURCE_DEPLETED, no.detail(), OVERLOAD_RETRY_MILLIS));
        case SEQUENCE_OUT_OF_WINDOW ->
            result.complete(failed(ErrorCode.WRONG_ARGUMENTS, no.detail(), 0));
        case NO_SUCH_VERSION -> result.complete(failed(ErrorCode.INVALID_VERSIONS, no.detail(), 0));
        case OVERLAPPING_RANGES ->
            result.complete(failed(ErrorCode.OVERLAPPING_TRIM_RANGE, no.detail(), 0));
        case TOO_MANY_RANGES -> result.complete(failed(ErrorCode.WRONG_ARGUMENTS, no.detail(), 0));
        case WRONG_SHARD -> result.complete(failed(ErrorCode.WRONG_ENDPOINT, no.detail(), 0));
        case NOT_INITIALISED -> later();
      }
    }

    private void refused(Throwable failure) {
      if (failure instanceof ConsensusException e) {
        fateUnknown |= e.applied() == ConsensusException.Applied.UNKNOWN;
        lastProblem = e.getMessage();
        if (e.kind() == ConsensusException.Kind.OVERLOADED) {
          result.complete(
              failed(
                  ErrorCode.RESOURCE_DEPLETED,
                  e.getMessage(),
                  (int) Math.max(1, e.retryAfter().toMillis())));
          return;
        }
        e.leader().ifPresent(peer -> hint(call.shard(), Identity.nodeOf(peer)));
        later();
      } else {
        result.complete(
            new Failed(ErrorCode.INVARIANT_FAILURE, String.valueOf(failure), true, false, 0));
      }
    }

    private void forward(String node) {
      forwarder(node)
          .send(request())
          .orTimeout(Math.max(1, remainingMillis()), TimeUnit.MILLISECONDS)
          .whenComplete(
              (outcome, failure) -> {
                if (failure == null) {
                  answered(node, outcome);
                } else if (unwrap(failure) instanceof RejectedExecutionException e) {
                  result.complete(
                      failed(ErrorCode.RESOURCE_DEPLETED, e.getMessage(), OVERLOAD_RETRY_MILLIS));
                } else {
                  fateUnknown = true;
                  lastProblem = "node " + node + " did not answer: " + unwrap(failure).getMessage();
                  later();
                }
              });
    }

    private void answered(String node, WriteOutcome outcome) {
      if (outcome.getCode() == 0) {
        result.complete(new Applied(outcome.getVersionMajor(), outcome.getVersionMinor()));
        return;
      }
      fateUnknown |= outcome.getUnknown();
      lastProblem = "node " + node + ": " + outcome.getMessage();
      if (outcome.getSessionLost()) {
        result.complete(
            new Failed(ErrorCode.CLUSTER_DEGRADED, outcome.getMessage(), fateUnknown, true, 0));
      } else if (outcome.getCode() == ErrorCode.WRONG_ENDPOINT.number()
          || outcome.getCode() == ErrorCode.CLUSTER_DEGRADED.number()) {
        later();
      } else {
        result.complete(
            failed(
                Codes.of(outcome.getCode()), outcome.getMessage(), outcome.getRetryAfterMillis()));
      }
    }

    private WriteRequest.Builder request() {
      WriteRequest.Builder request =
          WriteRequest.newBuilder()
              .setShard(call.shard())
              .setSessionHigh(call.session().getMostSignificantBits())
              .setSessionLow(call.session().getLeastSignificantBits())
              .setSequence(call.sequence())
              .setAcknowledgedThrough(call.acknowledgedThrough())
              .setUuid(UuidBytes.of(call.operation().stream()));
      switch (call.operation()) {
        case Operation.Insert insert ->
            request.setInsert(
                PointsInsert.newBuilder()
                    .setPolicy(insert.policy().ordinal())
                    .setCount(insert.points())
                    .setPoints(UnsafeByteOperations.unsafeWrap(insert.payload())));
        case Operation.Delete delete ->
            request.setDelete(
                RangeDelete.newBuilder().setStart(delete.start()).setEnd(delete.end()));
        case Operation.Flush flush -> request.setFlush(true);
        case Operation.Configure configure -> request.setConfigure(configuration(configure));
        case Operation.Open open ->
            throw new IllegalArgumentException(open + " is not forwarded so");
        case Operation.Drop drop ->
            throw new IllegalArgumentException(drop + " is not forwarded so");
      }
      return request;
    }

    private static StreamConfiguration configuration(Operation.Configure configure) {
      StreamConfiguration.Builder message =
          StreamConfiguration.newBuilder()
              .setOldest(configure.oldest())
              .setArchiveHorizon(configure.archiveHorizon());
      for (ReducedRange range : configure.reduced()) {
        message.addReduced(
            ReducedSpan.newBuilder()
                .setStart(range.start())
                .setEnd(range.end())
                .setResolution(range.resolution()));
      }
      return message.build();
    }

    private void later() {
      if (remainingMillis() <= delayMillis) {
        result.complete(
            failed(
                ErrorCode.CLUSTER_DEGRADED, "no outcome within the deadline: " + lastProblem, 0));
        return;
      }
      timer.schedule(this::next, delayMillis, TimeUnit.MILLISECONDS);
      delayMillis = Math.min(RETRY_MAX_MILLIS, delayMillis * 2);
    }

    private Failed failed(ErrorCode code, String message, int retryAfterMillis) {
      return new Failed(code, message, fateUnknown, false, retryAfterMillis);
    }

    private long remainingMillis() {
      return millisUntil(call.deadlineNanos());
    }
  }

  @Override
  public CompletableFuture<WriteResult> openSession(
      int shard, UUID session, boolean mayForward, long deadlineNanos) {
    CompletableFuture<WriteResult> result = new CompletableFuture<>();
    openSession(shard, session, mayForward, deadlineNanos, result);
    return result;
  }

  /** Opening is idempotent, so that every failure may simply be tried again. */
  private void openSession(
      int shard,
      UUID session,
      boolean mayForward,
      long deadlineNanos,
      CompletableFuture<WriteResult> result) {
    Runnable again =
        () -> {
          if (millisUntil(deadlineNanos) <= RETRY_MAX_MILLIS / 2) {
            result.complete(
                Failed.of(
                    ErrorCode.CLUSTER_DEGRADED, "shard " + shard + " has no leader that answers"));
          } else {
            timer.schedule(
                () -> openSession(shard, session, mayForward, deadlineNanos, result),
                RETRY_MAX_MILLIS / 4,
                TimeUnit.MILLISECONDS);
          }
        };
    Optional<Route> route = route(shard);
    if (route.isEmpty()) {
      result.complete(Failed.of(ErrorCode.WRONG_ARGUMENTS, "there is no shard " + shard));
      return;
    }
    Optional<LocalShard> local = route.get().local().filter(LocalShard::elected);
    if (local.isPresent()) {
      local
          .get()
          .log()
          .submit(CommandCodec.encode(new Command.OpenSession(session)))
          .whenComplete(
              (outcome, failure) -> {
                if (failure != null) {
                  again.run();
                } else if (outcome instanceof Outcome.Refused no
                    && no.reason() != Outcome.Reason.NOT_INITIALISED) {
                  result.complete(
                      new Failed(
                          ErrorCode.RESOURCE_DEPLETED,
                          no.detail(),
                          false,
                          false,
                          OVERLOAD_RETRY_MILLIS));
                } else if (outcome instanceof Outcome.Refused) {
                  again.run();
                } else {
                  result.complete(new Applied(0, 0));
                }
              });
      return;
    }
    Optional<String> leader = otherLeader(route.get().group());
    if (!mayForward) {
      result.complete(
          Failed.of(ErrorCode.WRONG_ENDPOINT, "this node does not lead shard " + shard));
    } else if (leader.isEmpty()) {
      again.run();
    } else {
      OpenSessionRequest request =
          OpenSessionRequest.newBuilder()
              .setShard(shard)
              .setSessionHigh(session.getMostSignificantBits())
              .setSessionLow(session.getLeastSignificantBits())
              .setForwarded(true)
              .build();
      channels
          .call(leader.get(), DataGrpc.getOpenSessionMethod(), request, millisUntil(deadlineNanos))
          .whenComplete(
              (reply, failure) -> {
                if (failure != null || retryable(reply)) {
                  again.run();
                } else if (reply.getCode() == 0) {
                  result.complete(new Applied(0, 0));
                } else {
                  result.complete(Failed.of(Codes.of(reply.getCode()), reply.getMessage()));
                }
              });
    }
  }

  private static boolean retryable(OpenSessionResponse reply) {
    return reply.getCode() == ErrorCode.WRONG_ENDPOINT.number()
        || reply.getCode() == ErrorCode.CLUSTER_DEGRADED.number();
  }

  // -------------------------------------------------------------------------------------- reads

  @Override
  public ReadPin pin(UUID stream) {
    return route(shardOf(stream)).flatMap(Route::local).map(LocalShard::pin).orElse(ReadPin.NONE);
  }

  @Override
  public ReadPin pinAll() {
    List<ReadPin> pins =
        Arrays.stream(shardOfSlot)
            .distinct()
            .mapToObj(this::route)
            .flatMap(Optional::stream)
            .flatMap(route -> route.local().stream())
            .map(LocalShard::pin)
            .toList();
    return () -> pins.forEach(ReadPin::close);
  }

  @Override
  public CompletableFuture<ReadPlace> locate(ReadCall call) {
    int shard = shardOf(call.stream());
    return reads.locate(() -> route(shard).orElseThrow(), call);
  }

  @Override
  public Optional<Following> follow(UUID stream, StreamFollower follower) {
    return route(shardOf(stream))
        .flatMap(Route::local)
        .map(shard -> shard.follow(stream, follower));
  }

  // ------------------------------------------------------------------------------------ routing

  private Optional<Route> route(int shard) {
    return routes.apply(shard);
  }

  /** The last known leader's node, unless that is this node, which then has to get ready first. */
  private Optional<String> otherLeader(GroupId group) {
    return view.leader(group).map(ClusterView.Leader::node).filter(node -> !node.equals(self));
  }

  private void hint(int shard, String node) {
    route(shard)
        .ifPresent(
            route ->
                view.observe(
                    route.group(),
                    node,
                    view.leader(route.group()).map(ClusterView.Leader::term).orElse(0L)));
  }

  private SubmitForwarder forwarder(String node) {
    return forwarders.computeIfAbsent(node, id -> new SubmitForwarder(() -> channels.data(id)));
  }

  private static long millisUntil(long deadlineNanos) {
    return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
