package io.btrdb.node.scrub;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.VerifyRequest;
import io.btrdb.api.cluster.VerifyStatus;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.DurableFile;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.NodeSegments;
import io.btrdb.node.replica.SegmentRepair;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Starts and stops scrubs of this node: on request, and by itself when the last one that came to
 * its end is too long ago. One at a time. Thread-safe.
 *
 * <pre>
 * file "scrubbed" := crc32c:int32be millis:int64be      when the last scrub ended
 * </pre>
 */
public final class Scrubber implements AutoCloseable {
  private static final long LOOK_SECONDS = 60;
  private static final long FORWARD_MILLIS = 5_000;

  private final String self;
  private final NodeConfig.Verify settings;
  private final Supplier<List<ScrubbedShard>> shards;
  private final NodeSegments segments;
  private final SegmentRepair repair;
  private final PeerChannels channels;
  private final Supplier<List<String>> others;
  private final DurableFile finished;
  private final Digests digests;
  private ScheduledFuture<?> looking;
  private Scrub current;

  /**
   * @param shards those that this node has a replica of, at the moment of asking
   * @param others ids of the other nodes
   */
  public Scrubber(
      NodeConfig config,
      Supplier<List<ScrubbedShard>> shards,
      NodeSegments segments,
      SegmentRepair repair,
      PeerChannels channels,
      Supplier<List<String>> others) {
    this.self = config.node();
    this.settings = config.verify();
    this.shards = shards;
    this.segments = segments;
    this.repair = repair;
    this.channels = channels;
    this.others = others;
    Path file = config.dataDirectory().resolve("scrubbed");
    this.finished = new DurableFile(file);
    this.digests = new Digests(segments);
  }

  /** Looks from now on whether it is time. */
  public synchronized void start(ScheduledExecutorService timer) {
    if (settings.everyDays() > 0) {
      if (finished.read().isEmpty()) {
        // A node's first scrub is due after as long as any other.
        remember();
      }
      looking =
          timer.scheduleWithFixedDelay(
              this::scrubIfDue, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }
  }

  private synchronized void scrubIfDue() {
    long last = finished.read().map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
    long age = System.currentTimeMillis() - last;
    if (age > TimeUnit.DAYS.toMillis(settings.everyDays()) && !isRunning()) {
      begin(settings.megabytesPerSecond());
    }
  }

  /** Starts or stops a scrub, here or, when the request names another node, there. */
  public AdminReply ask(VerifyRequest request) {
    if (!request.getNodeId().isEmpty() && !request.getNodeId().equals(self)) {
      return channels
          .call(request.getNodeId(), AdminGrpc.getVerifyMethod(), request, FORWARD_MILLIS)
          .join();
    }
    return request.getCancel() ? cancel() : begin(request);
  }

  private synchronized AdminReply cancel() {
    if (!isRunning()) {
      return refused("nothing is being verified on " + self);
    }
    current.cancel();
    return AdminReply.getDefaultInstance();
  }

  private synchronized AdminReply begin(VerifyRequest request) {
    if (isRunning()) {
      return refused(self + " is being verified already");
    }
    begin(
        request.getMegabytesPerSecond() == 0
            ? settings.megabytesPerSecond()
            : request.getMegabytesPerSecond());
    return AdminReply.getDefaultInstance();
  }

  private void begin(int megabytesPerSecond) {
    Scrub scrub =
        new Scrub(shards.get(), segments, digests, repair, channels, others, megabytesPerSecond);
    current = scrub;
    Thread.ofPlatform()
        .name("btrdb-scrub")
        .daemon(true)
        .priority(Thread.MIN_PRIORITY)
        .start(
            () -> {
              scrub.run();
              if (!scrub.wasCancelled()) {
                remember();
              }
            });
  }

  private void remember() {
    finished.write(ByteBuffer.allocate(Long.BYTES).putLong(0, System.currentTimeMillis()).array());
  }

  private static AdminReply refused(String why) {
    return AdminReply.newBuilder()
        .setCode(ErrorCode.CLUSTER_DEGRADED.number())
        .setMessage(why)
        .build();
  }

  private boolean isRunning() {
    return current != null && current.status().getRunning();
  }

  /** How far the scrub under way is, or how the last one ended; empty when there was none. */
  public synchronized Optional<VerifyStatus> status() {
    return Optional.ofNullable(current).map(Scrub::status);
  }

  Digests digests() {
    return digests;
  }

  Optional<ScrubbedShard> shard(GroupId group) {
    return shards.get().stream().filter(shard -> shard.group().equals(group)).findFirst();
  }

  @Override
  public synchronized void close() {
    if (looking != null) {
      looking.cancel(false);
    }
    if (current != null) {
      current.cancel();
    }
  }
}
