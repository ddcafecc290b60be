package io.btrdb.node.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything a node is told. Read by {@link ConfigFile}.
 *
 * @param node this node's id, unique in the cluster and the same for its life
 * @param cluster name of the cluster, the same on all nodes: a node joins no other
 * @param dataDirectory this node's own folder
 * @param zone failure domain of this node, such as a rack or a data centre; replicas of a range are
 *     kept in different zones as far as possible. Empty: a zone of its own
 * @param capacity how much this node should hold in proportion to others; 100 is usual
 * @param members this node and the nodes it asks for the cluster it belongs to: all of them when
 *     the cluster is founded, later any that live
 * @param shards ranges the slot space is cut into when the cluster is founded; fixed then
 * @param replication replicas of each range; fewer when there are fewer members
 * @param allowObliterate whether Obliterate is answered; otherwise error 431
 * @param storage where segments are
 */
public record NodeConfig(
    String node,
    String cluster,
    Path dataDirectory,
    String zone,
    int capacity,
    List<Member> members,
    int shards,
    int replication,
    boolean allowObliterate,
    Placement placement,
    Raft raft,
    Write write,
    Read read,
    Verify verify,
    Door door,
    Retention retention,
    Storage storage,
    Security security) {

  /**
   * Where a node listens and is reached. A node listens on {@code host}, loopback unless
   * configured.
   *
   * @param advertise host by which others reach it; {@code host} unless it sits behind a mapping
   * @param zooKeeperPort of the embedded ZooKeeper, for its clients; the next two ports are for its
   *     followers and its elections. Unused where ZooKeeper runs by itself
   * @param tlsPort of the gRPC door with TLS; unused where there is none
   */
  public record Member(
      String node,
      String host,
      String advertise,
      int grpcPort,
      int httpPort,
      int raftPort,
      int zooKeeperPort,
      int tlsPort) {
    public static final int GRPC_PORT = 4410;
    public static final int TLS_PORT = 4411;
    public static final int HTTP_PORT = 4412;
    public static final int RAFT_PORT = 4413;
    public static final int ZOO_KEEPER_PORT = 4414;

    /** With the usual port for TLS. */
    public Member(
        String node,
        String host,
        String advertise,
        int grpcPort,
        int httpPort,
        int raftPort,
        int zooKeeperPort) {
      this(node, host, advertise, grpcPort, httpPort, raftPort, zooKeeperPort, TLS_PORT);
    }

    /** host:port of the gRPC door with TLS, where there is one. */
    public String grpcTls() {
      return advertise + ":" + tlsPort;
    }

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
   * Who keeps which range, and when that changes by itself.
   *
   * @param zooKeeper connect string of a ZooKeeper ensemble, {@code host:port,host:port/folder};
   *     empty: one embedded in the first three members
   * @param sasl how this node proves itself to ZooKeeper; empty: it does not
   * @param tls encrypts the way to ZooKeeper; empty: plain
   * @param sessionTimeoutMillis a node silent for this long is taken for gone by placement, and by
   *     placement only
   * @param replaceAfterSeconds replicas of a node gone for this long are made anew on others; 0:
   *     never
   * @param movesAtOnce replicas on the move at any time in the whole cluster
   * @param transferMegabytesPerSecond at most this much for each replica on the move; 0: no limit
   * @param balance whether replicas and leaders are moved to even out nodes
   */
  public record Placement(
      String zooKeeper,
      Optional<Sasl> sasl,
      Optional<Tls> tls,
      int sessionTimeoutMillis,
      int replaceAfterSeconds,
      int movesAtOnce,
      int transferMegabytesPerSecond,
      boolean balance) {
    public static final Placement DEFAULTS =
        new Placement("", Optional.empty(), Optional.empty(), 10_000, 600, 2, 0, true);

    /** Whether the first three members run ZooKeeper themselves. */
    public boolean embedded() {
      return zooKeeper.isEmpty();
    }
  }

  /**
   * SASL with DIGEST-MD5.
   *
   * @param passwordFile holds the password and nothing else
   */
  public record Sasl(String user, Path passwordFile) {}

  /**
   * Stores in PEM, JKS or PKCS12, told apart by their suffix.
   *
   * @param keyStore empty: this node shows no certificate
   * @param keyStorePasswordFile empty: the store has no password; likewise for the trust store
   */
  public record Tls(
      Path trustStore,
      Optional<Path> trustStorePasswordFile,
      Optional<Path> keyStore,
      Optional<Path> keyStorePasswordFile) {}

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
    public static final Raft DEFAULTS = new Raft(500, 1000, true, 32, 4, 10_000);
  }

  /**
   * @param sealAgeSeconds pending points become a version of their own at this age
   * @param backlogMegabytes logged operations of one shard that are not in its trees yet; past it
   *     writes are refused with 426
   * @param operationHeapMegabytes of the backlogs of all shards together, held on the heap; each of
   *     the cluster's shards has an equal part, and the rest spills to disk
   * @param commitMegabytes about the largest segment one commit writes
   */
  public record Write(
      int sealAgeSeconds, int backlogMegabytes, int operationHeapMegabytes, int commitMegabytes) {
    public static final Write DEFAULTS = new Write(600, 1024, 256, 4);
  }

  /**
   * @param nodeCacheMegabytes decoded tree nodes kept on the heap, for all shards together
   * @param blockCacheMegabytes RocksDB's cache of state, for all groups together
   */
  public record Read(int nodeCacheMegabytes, int blockCacheMegabytes) {
    public static final Read DEFAULTS = new Read(256, 32);
  }

  /**
   * The scrub: all segments are read, checked and compared with other replicas'.
   *
   * @param everyDays by itself after so many days; 0: only on request
   * @param megabytesPerSecond read at most so fast
   */
  public record Verify(int everyDays, int megabytesPerSecond) {
    public static final Verify DEFAULTS = new Verify(7, 20);
  }

  /**
   * What clients are told and may do beyond the ordinary.
   *
   * @param proxyEndpoints {@code host:port} of proxies that clients shall use in place of the
   *     nodes; empty: they are told where each range's leader is
   * @param allowFaultInjection whether FaultInject is answered, which kills nodes; otherwise error
   *     424
   * @param callSeconds no call lasts longer, whatever its client says, but for Subscribe and Submit
   * @param receiverSeconds an answer of which its client takes nothing for so long is ended
   */
  public record Door(
      List<String> proxyEndpoints,
      boolean allowFaultInjection,
      int callSeconds,
      int receiverSeconds) {
    public static final Door DEFAULTS = new Door(List.of(), false, 1_800, 300);

    public Door {
      proxyEndpoints = List.copyOf(proxyEndpoints);
    }
  }

  /**
   * Old versions of streams, and the space of what was given up. The leader of a shard decides, so
   * all nodes should be told the same.
   *
   * @param versions of each stream that can be read: the last so many; 0: all
   * @param checkSeconds between two looks for something to give up or to free
   * @param megabytesPerSecond rewritten on this node's disk at most so fast, to free what is dead
   *     in segments and extents
   */
  public record Retention(int versions, int checkSeconds, int megabytesPerSecond) {
    public static final int ALL = 0;
    public static final Retention DEFAULTS = new Retention(ALL, 10, 20);
  }

  /** Where the segments go that a node makes as a leader. */
  public enum Store {
    /** Through the log, onto the disk of each replica. */
    LOCAL,
    /** Into a pool that all nodes share. */
    CEPH
  }

  /**
   * @param pool how the pool is reached; needed with {@link Store#CEPH}, and with {@link
   *     Store#LOCAL} as long as older segments are in it
   */
  public record Storage(Store store, Optional<Pool> pool) {
    public static final Storage DEFAULTS = new Storage(Store.LOCAL, Optional.empty());

    public Storage {
      if (store == Store.CEPH && pool.isEmpty()) {
        throw new IllegalArgumentException("storage: ceph needs the section 'pool'");
      }
    }

    /** Segments in this pool. */
    public static Storage ceph(Pool pool) {
      return new Storage(Store.CEPH, Optional.of(pool));
    }
  }

  /**
   * A RADOS pool.
   *
   * @param conf a ceph.conf; empty: {@code monitors} says where the monitors are
   * @param monitors as {@code mon_host} in a ceph.conf; empty: the file says it
   * @param user with its type
   * @param keyring with the user's key; empty: where the ceph.conf says
   * @param pool for segments
   * @param objectPool for manifests and other small objects; the same one unless that is erasure
   *     coded
   * @param secure whether what goes over the wire is encrypted
   * @param readTimeoutMillis after which a read that needs the pool fails
   * @param writeTimeoutMillis after which a write of a segment is tried again
   * @param outageSeconds for so long writes go on while the pool takes no segments; past it, or
   *     past {@link Write#backlogMegabytes}, they are refused with 426
   * @param archiveSeconds between two archived states of each shard
   */
  public record Pool(
      Optional<Path> conf,
      String monitors,
      String user,
      Optional<Path> keyring,
      String pool,
      String objectPool,
      String namespace,
      boolean secure,
      int readTimeoutMillis,
      int writeTimeoutMillis,
      int outageSeconds,
      int archiveSeconds) {
    public static final Pool DEFAULTS =
        new Pool(
            Optional.empty(),
            "",
            "client.btrdb",
            Optional.empty(),
            "btrdb",
            "btrdb",
            "btrdb",
            false,
            5_000,
            30_000,
            600,
            60);

    /** The defaults, with a ceph.conf. */
    public static Pool of(Path conf) {
      Pool d = DEFAULTS;
      return d.with(Optional.of(conf), d.user, d.keyring, d.pool, d.namespace, d.archiveSeconds)
          .withPatience(d.readTimeoutMillis, d.outageSeconds);
    }

    public Pool withUser(String name, Optional<Path> key) {
      return with(conf, name, key, pool, namespace, archiveSeconds);
    }

    /** All objects in that namespace of one pool. */
    public Pool withPlace(String name, String newNamespace) {
      return with(conf, user, keyring, name, newNamespace, archiveSeconds);
    }

    public Pool withArchiveSeconds(int seconds) {
      return with(conf, user, keyring, pool, namespace, seconds);
    }

    public Pool withPatience(int readMillis, int outageSecondsMax) {
      return new Pool(
          conf,
          monitors,
          user,
          keyring,
          pool,
          objectPool,
          namespace,
          secure,
          readMillis,
          writeTimeoutMillis,
          outageSecondsMax,
          archiveSeconds);
    }

    private Pool with(
        Optional<Path> newConf,
        String newUser,
        Optional<Path> newKeyring,
        String newPool,
        String newNamespace,
        int newArchiveSeconds) {
      return new Pool(
          newConf,
          monitors,
          newUser,
          newKeyring,
          newPool,
          newPool,
          newNamespace,
          secure,
          readTimeoutMillis,
          writeTimeoutMillis,
          outageSeconds,
          newArchiveSeconds);
    }
  }

  /**
   * Who may do what.
   *
   * @param keys whether callers need a key
   * @param clusterSecretFile holds what the cluster's nodes know one another by, the same on all of
   *     them; keys can be made once it is there, and asked for only then
   * @param trustSeconds how long a node that cannot reach the catalog goes by the keys it knows
   * @param auditMegabytes of the audit log, kept in the data folder where keys are asked for
   * @param tls a second gRPC port that talks TLS; empty: none
   */
  public record Security(
      boolean keys,
      Optional<Path> clusterSecretFile,
      int trustSeconds,
      int auditMegabytes,
      Optional<Encryption> tls) {
    public static final Security DEFAULTS =
        new Security(false, Optional.empty(), 60, 100, Optional.empty());
  }

  /**
   * TLS. All files are in PEM and read again when they change.
   *
   * @param certificate of this node, first in its chain; its names are the hosts by which the node
   *     is reached
   * @param key of the certificate, in PKCS 8 without a password
   * @param authorities whose signature makes certificates of clients and of other nodes good;
   *     empty: nobody is asked for a certificate
   * @param clientCertificates whether callers must show one
   * @param plain whether the port without TLS is open too
   * @param peers whether this node calls others by TLS, and shows them its certificate
   */
  public record Encryption(
      Path certificate,
      Path key,
      Optional<Path> authorities,
      boolean clientCertificates,
      boolean plain,
      boolean peers) {}

  /** A node with nothing configured that can be left out. */
  public static NodeConfig of(String node, Path dataDirectory, List<Member> members) {
    return new NodeConfig(
        node,
        "btrdb",
        dataDirectory,
        "",
        100,
        members,
        16,
        3,
        true,
        Placement.DEFAULTS,
        Raft.DEFAULTS,
        Write.DEFAULTS,
        Read.DEFAULTS,
        Verify.DEFAULTS,
        Door.DEFAULTS,
        Retention.DEFAULTS,
        Storage.DEFAULTS,
        Security.DEFAULTS);
  }

  /** The same settings for another node of the cluster. */
  public NodeConfig forNode(String other, Path itsDataDirectory) {
    return with(
        other, itsDataDirectory, zone, members, placement, raft, retention, storage, security);
  }

  public NodeConfig withCluster(String name) {
    return new NodeConfig(
        node,
        name,
        dataDirectory,
        zone,
        capacity,
        members,
        shards,
        replication,
        allowObliterate,
        placement,
        raft,
        write,
        read,
        verify,
        door,
        retention,
        storage,
        security);
  }

  public NodeConfig withMembers(List<Member> others) {
    return with(node, dataDirectory, zone, others, placement, raft, retention, storage, security);
  }

  public NodeConfig withZone(String name) {
    return with(node, dataDirectory, name, members, placement, raft, retention, storage, security);
  }

  public NodeConfig withPlacement(Placement settings) {
    return with(node, dataDirectory, zone, members, settings, raft, retention, storage, security);
  }

  public NodeConfig withRetention(Retention settings) {
    return with(node, dataDirectory, zone, members, placement, raft, settings, storage, security);
  }

  public NodeConfig withRaft(Raft settings) {
    return with(
        node, dataDirectory, zone, members, placement, settings, retention, storage, security);
  }

  public NodeConfig withStorage(Storage settings) {
    return with(node, dataDirectory, zone, members, placement, raft, retention, settings, security);
  }

  public NodeConfig withSecurity(Security settings) {
    return with(node, dataDirectory, zone, members, placement, raft, retention, storage, settings);
  }

  private NodeConfig with(
      String newNode,
      Path newDataDirectory,
      String newZone,
      List<Member> newMembers,
      Placement newPlacement,
      Raft newRaft,
      Retention newRetention,
      Storage newStorage,
      Security newSecurity) {
    return new NodeConfig(
        newNode,
        cluster,
        newDataDirectory,
        newZone,
        capacity,
        newMembers,
        shards,
        replication,
        allowObliterate,
        newPlacement,
        newRaft,
        write,
        read,
        verify,
        door,
        newRetention,
        newStorage,
        newSecurity);
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
