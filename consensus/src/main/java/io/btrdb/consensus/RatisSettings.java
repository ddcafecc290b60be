package io.btrdb.consensus;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Our options in Ratis' terms, and the settings that are not ours to choose. */
final class RatisSettings {
  /** Room for Raft's own fields around the bytes of the largest entry. */
  private static final int ENTRY_FRAMING_BYTES = 64 << 10;

  /** A pause this long closes the whole server; ours only costs an election. */
  private static final Duration CLOSE_AFTER_PAUSE = Duration.ofHours(1);

  /**
   * How long a leader waits after the n-th failure in a row of a follower, as pairs of a time and
   * how often. Ratis waits 5 s from the 31st on, and takes a follower that says where its log ends
   * for a failure, too: one that was away for 20 s was then caught up with in steps of 5 s.
   */
  private static final String APPENDER_RETRIES = "1ms,10, 50ms,20, 250ms,100000000";

  private RatisSettings() {}

  static RaftProperties of(RaftOptions options, String host, int port) {
    RaftProperties p = new RaftProperties();
    transport(p, options, host, port);
    elections(p, options);
    reads(p, options);
    log(p, options);
    checkpoints(p, options);
    threads(p);
    return p;
  }

  static void storage(RaftProperties p, Path directory) {
    RaftServerConfigKeys.setStorageDir(p, List.of(directory.toFile()));
  }

  /**
   * Java's own TLS: Ratis would have its server use OpenSSL, which takes a native library that we
   * do not have.
   */
  static GrpcTlsConfig tls(RaftOptions.Tls tls) {
    return GrpcTlsConfig.newBuilder()
        .setMutualTls(true)
        .setKeyManager(tls.key())
        .setTrustManager(tls.trust())
        .setSslProvider(SslProvider.JDK)
        .build();
  }

  private static int entryBytesMax(RaftOptions options) {
    RaftOptions.Batching batching = options.batching();
    return batching.commandBytesMax()
        + EntryFormat.overheadBytes(batching.entryCommandsMax())
        + ENTRY_FRAMING_BYTES;
  }

  private static void transport(RaftProperties p, RaftOptions options, String host, int port) {
    GrpcConfigKeys.Server.setHost(p, host);
    GrpcConfigKeys.Server.setPort(p, port);
    // Ratis wants room for 1 MiB of envelope around a batch of entries.
    GrpcConfigKeys.setMessageSizeMax(
        p, SizeInBytes.valueOf(2L * entryBytesMax(options) + (2 << 20)));
    RaftServerConfigKeys.Rpc.setRequestTimeout(p, time(options.requestTimeout()));
    // Ours is the bound that counts. Ratis' own is in whole megabytes.
    RaftServerConfigKeys.Write.setByteLimit(
        p,
        SizeInBytes.valueOf(
            (64L << 20) + (long) options.batching().entriesInFlight() * entryBytesMax(options)));
    // Ratis' own de-duplication serves its own clients; ours is in the replicated state.
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, TimeDuration.valueOf(5, TimeUnit.SECONDS));
  }

  private static void elections(RaftProperties p, RaftOptions options) {
    RaftOptions.Elections elections = options.elections();
    RaftServerConfigKeys.Rpc.setTimeoutMin(p, time(elections.timeoutMin()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(p, time(elections.timeoutMax()));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(p, time(elections.timeoutMin()));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(p, time(elections.timeoutMax()));
    // Not slower than two elections: a leader that stepped down stays out this long.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        p, time(elections.timeoutMax().multipliedBy(2)));
    RaftServerConfigKeys.LeaderElection.setPreVote(p, true);
    RaftServerConfigKeys.setSleepDeviationThreshold(p, time(elections.timeoutMin()));
    RaftServerConfigKeys.setCloseThreshold(p, time(CLOSE_AFTER_PAUSE));
    RaftServerConfigKeys.setStagingTimeout(p, time(options.requestTimeout()));
  }

  private static void reads(RaftProperties p, RaftOptions options) {
    RaftServerConfigKeys.Read.setOption(p, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(p, options.reads().lease());
    RaftServerConfigKeys.Read.setLeaderLeaseTimeoutRatio(p, options.reads().leaseRatio());
    RaftServerConfigKeys.Read.setLeaderHeartbeatCheckEnabled(p, true);
    RaftServerConfigKeys.Read.setTimeout(p, time(options.requestTimeout()));
  }

  private static void log(RaftProperties p, RaftOptions options) {
    SizeInBytes entry = SizeInBytes.valueOf(entryBytesMax(options));
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, false);
    // It would ignore a failed fsync.
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, false);
    // The other policy silently drops entries that this replica has already acknowledged.
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        p, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, entry);
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(p, APPENDER_RETRIES);
    // Direct memory, one per group; must hold the largest entry with its length and checksum.
    RaftServerConfigKeys.Log.setWriteBufferSize(p, SizeInBytes.valueOf(entry.getSizeInt() + 8L));
    SizeInBytes segment = SizeInBytes.valueOf(options.log().segmentBytes());
    RaftServerConfigKeys.Log.setSegmentSizeMax(p, segment);
    RaftServerConfigKeys.Log.setPreallocatedSize(
        p, SizeInBytes.valueOf(Math.min(options.log().segmentBytes(), 1 << 20)));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(p, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(p, SizeInBytes.valueOf(2L * segment.getSize()));
  }

  private static void checkpoints(RaftProperties p, RaftOptions options) {
    // We count bytes, Ratis would count entries.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, false);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, false);
    RaftServerConfigKeys.Snapshot.setTriggerWhenRemoveEnabled(p, false);
    RaftServerConfigKeys.Snapshot.setCreationGap(p, 1);
    RaftServerConfigKeys.Log.setPurgeGap(p, 1);
    // A dead follower must not hold the log: it installs a checkpoint when it comes back.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(p, options.log().preservedEntries());
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(p, false);
  }

  /**
   * Several groups a process, several processes a machine: pools are small and shrink when idle.
   */
  private static void threads(RaftProperties p) {
    RaftServerConfigKeys.ThreadPool.setProxyCached(p, true);
    RaftServerConfigKeys.ThreadPool.setProxySize(p, 4);
    RaftServerConfigKeys.ThreadPool.setServerCached(p, true);
    RaftServerConfigKeys.ThreadPool.setServerSize(p, 4);
    RaftServerConfigKeys.ThreadPool.setClientCached(p, true);
    RaftServerConfigKeys.ThreadPool.setClientSize(p, 2);
    GrpcConfigKeys.Server.setAsyncRequestThreadPoolCached(p, true);
    GrpcConfigKeys.Server.setAsyncRequestThreadPoolSize(p, 4);
    GrpcConfigKeys.Server.setBossGroupSize(p, 1);
    GrpcConfigKeys.Server.setWorkerGroupSize(p, 2);
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
