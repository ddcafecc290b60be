package io.btrdb.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A connection to a BTrDB cluster: one is enough for a whole program.
 *
 * <p>Writes travel over one stream a node; calls that are made at the same time share its frames.
 * Reads and everything else are calls of their own. Reads of explicit versions, and of the latest
 * one with {@linkplain Consistency#boundedStaleness bounded staleness}, spread over the replicas of
 * the stream's shard; everything else goes to its leader. The client follows leaders and replicas
 * as they move, learns of new nodes and forgets those that are gone, the endpoints it was given
 * included.
 *
 * <p><b>Threads:</b> this class, streams, views and writers are safe for any number of threads;
 * cursors belong to one thread at a time. All threads of the client are daemons.
 *
 * <p><b>Errors:</b> every method that talks to the cluster throws {@link BtrdbException} when it
 * fails for good.
 */
public final class Btrdb implements AutoCloseable {
  private final ClientCore core;

  private Btrdb(ClientCore core) {
    this.core = core;
  }

  /**
   * Connects with default settings.
   *
   * @param endpoints some nodes of one cluster as {@code host:port}; the client finds the others
   * @throws BtrdbException when none of them answers; it names each of them and why
   */
  public static Btrdb connect(String... endpoints) {
    return builder().endpoints(endpoints).connect();
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Creates a stream. Repeating a creation that succeeded but whose answer was lost is detected and
   * succeeds.
   *
   * @param collection where it belongs, as {@code plant/feeder1}
   * @param tags identify the stream within the collection, as {@code name} and {@code unit}
   * @param annotations describe it
   * @throws BtrdbException 417 or 429 when the UUID is or was in use, 418 when another stream has
   *     this collection and these tags, 407, 408, 409 or 422 for names or values that are not
   *     allowed
   */
  public BtrdbStream create(
      UUID uuid, String collection, Map<String, String> tags, Map<String, String> annotations) {
    return core.metadata().create(uuid, collection, tags, annotations);
  }

  /** A handle for the stream with this UUID; asks nobody, so that the stream need not exist. */
  public BtrdbStream stream(UUID uuid) {
    return new BtrdbStream(core, uuid, null);
  }

  /**
   * The stream of a collection whose tag {@code name} has this value, or empty.
   *
   * @throws BtrdbException 418 when there are several
   */
  public Optional<BtrdbStream> find(String collection, String name) {
    return core.metadata().find(collection, name);
  }

  /** Streams that meet the query, in no promised order, with their tags and annotations. */
  public StreamCursor lookup(LookupQuery query) {
    return core.metadata().lookup(query);
  }

  /** Names of all collections that start with these characters, in order of their bytes. */
  public List<String> collections(String prefix) {
    return core.metadata().collections(prefix);
  }

  /** How often each tag and annotation key is used in collections that start with the prefix. */
  public MetadataUsage metadataUsage(String prefix) {
    return core.metadata().usage(prefix);
  }

  /**
   * Asks about who the streams are, in SQL: {@code SELECT} over the table {@code streams (uuid
   * uuid, collection text, name text, unit text, ingress text, property_version bigint, annotations
   * hstore)}.
   *
   * @param parameters of {@code $1}, {@code $2} and so on; sent as texts ({@link String#valueOf}),
   *     and taken for what the query needs in their place
   */
  public SqlCursor sql(String query, Object... parameters) {
    return SqlCursor.open(core, query, Stream.of(parameters).map(String::valueOf).toList());
  }

  /** Asks a node who it is. */
  public ServerInfo info() {
    return core.metadata().info();
  }

  /** Asks a node where the shards are. */
  public Topology topology() {
    return core.metadata().topology();
  }

  /**
   * The latest points of several streams side by side, in rows by time.
   *
   * @param streams 1 to 500
   * @param start first nanosecond
   * @param end behind the last nanosecond
   */
  public JoinedCursor join(List<BtrdbStream> streams, long start, long end) {
    return join(streams, start, end, 0);
  }

  /**
   * The same with each point counted for the nearest multiple of a period, halves up: rows of
   * streams whose clocks are a little apart meet.
   *
   * @param period ns; 0 takes times as they are
   */
  public JoinedCursor join(List<BtrdbStream> streams, long start, long end, long period) {
    return JoinedCursor.open(core, streams, start, end, period);
  }

  /**
   * Tells of everything that is inserted into these streams from now on.
   *
   * @param streams 1 to 10,000
   * @throws BtrdbException 404 for an unknown stream, 419 when no node answered until the deadline
   */
  public Subscription subscribe(List<BtrdbStream> streams) {
    if (streams.isEmpty()) {
      throw new IllegalArgumentException("there is no stream to subscribe to");
    }
    return Subscription.open(core, streams);
  }

  /** A writer that gathers points of many streams into large inserts. Close it before this. */
  public BufferedWriter writer(WriterOptions options) {
    return new BufferedWriter(core, options);
  }

  /** Whether this client has anything to do with a node; for tests. */
  boolean linksTo(String address) {
    return core.cluster().knows(address);
  }

  /**
   * Takes no new calls, waits for writes that are under way (at most the deadline) and disconnects.
   */
  @Override
  public void close() {
    core.close();
  }

  /** Settings of a connection. Not thread-safe. */
  public static final class Builder {
    private final List<String> endpoints = new ArrayList<>();
    private Duration deadline = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private long maxInFlightBytes = 64 << 20;
    private int maxInFlightRequests = 10_000;
    private String zone = "";
    private Duration refresh = ClientOptions.REFRESH;
    private Credentials credentials = Credentials.NONE;

    private Builder() {}

    /** Some nodes of one cluster as {@code host:port}; may be called several times. */
    public Builder endpoints(String... more) {
      endpoints.addAll(List.of(more));
      return this;
    }

    /**
     * How long a call may take before it fails, all retries and failovers within it; default 30 s.
     * For a cursor: how long the next chunk may take.
     */
    public Builder deadline(Duration duration) {
      deadline = duration;
      return this;
    }

    /** How long {@link #connect} waits for the first node to answer; default 5 s. */
    public Builder connectTimeout(Duration duration) {
      connectTimeout = duration;
      return this;
    }

    /**
     * Compressed bytes of writes under way, 1 MiB to 2 GiB; default 64 MiB. At the limit every
     * insert waits, the asynchronous one too.
     */
    public Builder maxInFlightBytes(long bytes) {
      maxInFlightBytes = bytes;
      return this;
    }

    /** Writes under way; default 10,000. At the limit every insert waits. */
    public Builder maxInFlightRequests(int requests) {
      maxInFlightRequests = requests;
      return this;
    }

    /**
     * The zone in which this client runs, as nodes name theirs: reads that any replica may answer
     * go to a replica in this zone while there is one. Default: none, and all replicas are alike.
     */
    public Builder zone(String name) {
      zone = name;
      return this;
    }

    /** An API key, as {@code btrdb keys create} prints it. */
    public Builder apiKey(String key) {
      credentials = credentials.withKey(key);
      return this;
    }

    /** A key and TLS, where a key alone is not enough; replaces what was set before. */
    public Builder credentials(Credentials all) {
      credentials = all;
      return this;
    }

    /** How often one node is asked where everything is; for tests. */
    Builder refresh(Duration duration) {
      refresh = duration;
      return this;
    }

    /**
     * @throws IllegalArgumentException for settings that make no sense
     * @throws BtrdbException when no endpoint answers; it names each of them and why
     */
    public Btrdb connect() {
      return new Btrdb(
          ClientCore.connect(
              new ClientOptions(
                  endpoints,
                  deadline,
                  connectTimeout,
                  maxInFlightBytes,
                  maxInFlightRequests,
                  zone,
                  refresh,
                  credentials)));
    }
  }
}
