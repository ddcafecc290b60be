package io.btrdb.node.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything a node is told. Read by {@link ConfigFile}.
 *
 * @param node this node's id, unique in the cluster and the same for its life
 * @param cluster name of the cluster, the same on all nodes: a node joins no other
 * @param dataDirectory this node's own folder
 * @param members all nodes of the cluster with their addresses, this one included
 * @param shards ranges the slot space is cut into when the cluster is founded; fixed then
 * @param replication replicas of each range; fewer when there are fewer members
 * @param allowObliterate whether Obliterate is answered; otherwise error 431
 */
public record NodeConfig(
    String node,
    String cluster,
    Path dataDirectory,
    List<Member> members,
    int shards,
    int replication,
    boolean allowObliterate,
    Raft raft,
    Write write,
    Read read) {

  /**
   * Where a node listens and is reached. A node listens on {@code host}, loopback unless
   * configured.
   *
   * @param advertise host by which others reach it; {@code host} unless it sits behind a mapping
   */
  public record Member(
      String node, String host, String advertise, int grpcPort, int httpPort, int raftPort) {
    /** host:port of the gRPC door, as clients and other nodes dial it. */
    public String grpc() {
      return advertise + ":" + grpcPort;
    }

    public String http() {
      return advertise + ":" + httpPort;
    }

    public String raft() {
      return advertise + ":" + raftPort;
    }
  }

  /**
   * @param electionTimeoutMinMillis a follower stands for election after this long without its
   *     leader, drawn at random up to the maximum
   * @param leaderLease latest reads under a lease instead of a round of heartbeats each
   * @param checkpointLogMegabytes log between two checkpoints; bounds what a restart replays
   * @param entriesInFlight entries a leader proposes before the first is applied
   * @param requestTimeoutMillis how long a write may wait for a majority
   */
  public record Raft(
      int electionTimeoutMinMillis,
      int electionTimeoutMaxMillis,
      boolean leaderLease,
      int checkpointLogMegabytes,
      int entriesInFlight,
      int requestTimeoutMillis) {
    public static final Raft DEFAULTS = new Raft(500, 1000, true, 128, 4, 10_000);
  }

  /**
   * @param sealAgeSeconds pending points become a version of their own at this age
   * @param backlogMegabytes logged operations of one shard that are not in its trees yet; past it
   *     writes are refused with 426
   * @param operationHeapMegabytes of that, held on the heap; the rest spills to disk
   * @param commitMegabytes about the largest segment one commit writes
   */
  public record Write(
      int sealAgeSeconds, int backlogMegabytes, int operationHeapMegabytes, int commitMegabytes) {
    public static final Write DEFAULTS = new Write(600, 1024, 128, 4);
  }

  /**
   * @param nodeCacheMegabytes decoded tree nodes kept on the heap, for all shards together
   * @param blockCacheMegabytes RocksDB's cache of state, for all groups together
   */
  public record Read(int nodeCacheMegabytes, int blockCacheMegabytes) {
    public static final Read DEFAULTS = new Read(256, 32);
  }

  /** This node's own entry in {@link #members}. */
  public Member self() {
    return member(node);
  }

  /** The member of a node id. */
  public Member member(String id) {
    return members.stream()
        .filter(member -> member.node().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no member is named " + id));
  }
}
