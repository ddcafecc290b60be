package io.btrdb.consensus;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * Settings of a node's Raft server. The same for all groups of a node; nodes may differ, except
 * that a cluster's election timeouts and leases belong together.
 *
 * @param requestTimeout how long a command, a read or a change of membership may wait for a
 *     majority
 * @param callbackThreads threads that build entries and complete callers' futures, for all groups
 * @param tls encrypts all that peers say to each other; the same on all nodes. Empty: plain
 */
public record RaftOptions(
    Elections elections,
    Reads reads,
    Batching batching,
    LogFiles log,
    Duration requestTimeout,
    int callbackThreads,
    Optional<Tls> tls) {

  public static final RaftOptions DEFAULTS =
      new RaftOptions(
          Elections.DEFAULTS,
          Reads.DEFAULTS,
          Batching.DEFAULTS,
          LogFiles.DEFAULTS,
          Duration.ofSeconds(10),
          2,
          Optional.empty());

  public RaftOptions {
    check(requestTimeout.toMillis() > 0, "requestTimeout must be positive");
    check(callbackThreads > 0, "callbackThreads must be positive");
    check(
        batching.commandBytesMax() <= log.segmentBytes() / 2,
        "segmentBytes must be at least twice commandBytesMax");
  }

  /**
   * When followers stand for election. Leaders send heartbeats every {@code timeoutMin / 2}.
   *
   * @param timeoutMin at least this long without a leader, drawn at random up to {@code timeoutMax}
   */
  public record Elections(Duration timeoutMin, Duration timeoutMax) {
    /** Failover within about a second; a starved two-core machine still keeps its leaders. */
    public static final Elections DEFAULTS =
        new Elections(Duration.ofMillis(500), Duration.ofMillis(1000));

    public Elections {
      check(timeoutMin.toMillis() >= 10, "timeoutMin must be at least 10 ms");
      check(timeoutMax.compareTo(timeoutMin) > 0, "timeoutMax must be longer than timeoutMin");
    }

    /** Silence after which a leader is taken for failed: in the middle between the timeouts. */
    Duration silence() {
      return timeoutMin.plus(timeoutMax).dividedBy(2);
    }
  }

  /**
   * How {@link ReplicatedLog#linearize} knows that no other leader has been elected.
   *
   * @param lease true: a lease, renewed by heartbeats, costs no message per read; a new leader then
   *     waits until its predecessor's has run out. False: one round of heartbeats per batch of
   *     reads
   * @param leaseRatio length of the lease as a part of {@code timeoutMin}. Every entry renews it,
   *     and in an idle group every heartbeat, each half a {@code timeoutMin}. One shorter than that
   *     lapses between them, and the first read afterwards pays a round that renews it; one longer
   *     makes every failover and every transfer of leadership longer
   */
  public record Reads(boolean lease, double leaseRatio) {
    public static final Reads DEFAULTS = new Reads(true, 0.3);

    public Reads {
      check(leaseRatio > 0 && leaseRatio < 1, "leaseRatio must be between 0 and 1");
    }
  }

  /**
   * Group commit.
   *
   * @param entryBytes an entry takes no further command past this size
   * @param commandBytesMax the largest command, which may make an entry of its own
   * @param entryCommandsMax commands per entry
   * @param entriesInFlight entries proposed and not yet applied
   * @param pipelineBytes bytes that must wait before an entry is proposed beside one in flight; an
   *     entry costs CPU whatever its size, so small commands rather wait and share the next
   * @param queueBytes commands accepted and not yet applied; past it, {@link
   *     ConsensusException.Kind#OVERLOADED}
   * @param logTimeStepMax how far one entry may advance the log's clock
   */
  public record Batching(
      int entryBytes,
      int commandBytesMax,
      int entryCommandsMax,
      int entriesInFlight,
      int pipelineBytes,
      long queueBytes,
      Duration logTimeStepMax) {
    public static final Batching DEFAULTS =
        new Batching(1 << 20, 4 << 20, 8192, 4, 64 << 10, 64 << 20, Duration.ofMinutes(1));

    public Batching {
      check(entryBytes > 0, "entryBytes must be positive");
      check(
          commandBytesMax >= entryBytes && commandBytesMax <= 64 << 20,
          "commandBytesMax must be between entryBytes and 64 MiB");
      check(entryCommandsMax > 0, "entryCommandsMax must be positive");
      check(entriesInFlight > 0 && entriesInFlight <= 64, "entriesInFlight must be 1 to 64");
      check(
          pipelineBytes >= 0 && pipelineBytes <= entryBytes,
          "pipelineBytes must be between 0 and entryBytes");
      check(queueBytes >= commandBytesMax, "queueBytes must hold the largest command");
      check(!logTimeStepMax.isNegative(), "logTimeStepMax must not be negative");
    }

    public Batching withEntriesInFlight(int value) {
      return new Batching(
          entryBytes,
          commandBytesMax,
          entryCommandsMax,
          value,
          pipelineBytes,
          queueBytes,
          logTimeStepMax);
    }

    public Batching withQueueBytes(long value) {
      return new Batching(
          entryBytes,
          commandBytesMax,
          entryCommandsMax,
          entriesInFlight,
          pipelineBytes,
          value,
          logTimeStepMax);
    }

    public Batching withCommandBytesMax(int soft, int max) {
      return new Batching(
          soft,
          max,
          entryCommandsMax,
          entriesInFlight,
          pipelineBytes,
          Math.max(queueBytes, max),
          logTimeStepMax);
    }
  }

  /**
   * The log on disk.
   *
   * @param segmentBytes size of a log file; whole files are purged, and up to three are kept in
   *     memory per group
   * @param checkpointBytes a checkpoint is taken after this many bytes of entries; bounds what a
   *     restart replays
   * @param preservedEntries newest entries kept although a checkpoint covers them, so that a
   *     follower that was away for a moment needs no install
   */
  public record LogFiles(int segmentBytes, long checkpointBytes, int preservedEntries) {
    public static final LogFiles DEFAULTS = new LogFiles(8 << 20, 32L << 20, 64);

    public LogFiles {
      check(segmentBytes >= 4096, "segmentBytes must be at least 4 KiB");
      check(checkpointBytes > 0, "checkpointBytes must be positive");
      check(preservedEntries >= 0, "preservedEntries must not be negative");
    }
  }

  /**
   * Mutual TLS: a peer that shows no certificate is not heard. Both may change what they hold while
   * they are in use.
   *
   * @param key what this node shows of itself
   * @param trust whom it believes
   */
  public record Tls(KeyManager key, TrustManager trust) {}

  public RaftOptions withElections(Elections value) {
    return new RaftOptions(value, reads, batching, log, requestTimeout, callbackThreads, tls);
  }

  public RaftOptions withReads(Reads value) {
    return new RaftOptions(elections, value, batching, log, requestTimeout, callbackThreads, tls);
  }

  public RaftOptions withBatching(Batching value) {
    return new RaftOptions(elections, reads, value, log, requestTimeout, callbackThreads, tls);
  }

  public RaftOptions withLog(LogFiles value) {
    return new RaftOptions(elections, reads, batching, value, requestTimeout, callbackThreads, tls);
  }

  public RaftOptions withRequestTimeout(Duration value) {
    return new RaftOptions(elections, reads, batching, log, value, callbackThreads, tls);
  }

  public RaftOptions withTls(Tls value) {
    return new RaftOptions(
        elections, reads, batching, log, requestTimeout, callbackThreads, Optional.of(value));
  }

  /** How long a new leader stays silent: one full lease of its predecessor and 10 %. */
  Duration leaseWait() {
    return reads.lease()
        ? Duration.ofNanos((long) (elections.timeoutMin().toNanos() * reads.leaseRatio() * 1.1))
        : Duration.ZERO;
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
