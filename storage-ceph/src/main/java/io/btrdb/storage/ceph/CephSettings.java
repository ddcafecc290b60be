package io.btrdb.storage.ceph;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to reach a pool.
 *
 * @param configuration a ceph.conf; what the other settings say goes before what it says
 * @param monitors addresses of the monitors, as {@code mon_host} has them; needed without a
 *     configuration
 * @param user with its type, as in {@code client.btrdb}
 * @param keyring file with the user's key; without it librados looks where the configuration says
 * @param pool where segments are; may be erasure coded
 * @param objectPool where manifests and other small objects are, often the same pool
 * @param namespace within both pools: what the user's caps are limited to
 * @param secure encrypt what goes over the wire (msgr2's secure mode); monitors must speak msgr2
 * @param disk a cache of segments on this machine, or none
 */
public record CephSettings(
    Optional<Path> configuration,
    Optional<String> monitors,
    String user,
    Optional<Path> keyring,
    String pool,
    String objectPool,
    String namespace,
    boolean secure,
    Timeouts timeouts,
    Budget budget,
    Optional<Disk> disk) {

  public static final String USER_DEFAULT = "client.btrdb";
  public static final String POOL_DEFAULT = "btrdb";
  public static final String NAMESPACE_DEFAULT = "btrdb";

  /**
   * How long is waited before a call fails with ETIMEDOUT; each 1 s to an hour, in whole seconds.
   *
   * @param operation for an OSD's answer to one read or write
   * @param monitor for a monitor's answer
   * @param connect for the first contact with the monitors
   */
  public record Timeouts(Duration operation, Duration monitor, Duration connect) {
    /**
     * An OSD that dies is declared down after about 20 s. A read that waits for that is of no use
     * to its caller, who has other replicas to ask; a write is tried again by who commits.
     */
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(15));
  }

  /**
   * What is used at once.
   *
   * @param callsInFlight calls to each pool that wait for an answer, 1 to 1,024; more wait their
   *     turn
   * @param bytesInFlight of those calls' data, 32 MiB to 1 GiB
   * @param readCacheBytes heap for what was read ahead of segments; 0 reads exactly what is asked
   */
  public record Budget(int callsInFlight, int bytesInFlight, long readCacheBytes) {
    public static final Budget DEFAULT = new Budget(64, 96 << 20, 64L << 20);

    public Budget withReadCacheBytes(long bytes) {
      return new Budget(callsInFlight, bytesInFlight, bytes);
    }
  }

  /**
   * A cache of what was read, on a disk of this machine; it begins empty at each start.
   *
   * @param file made or emptied
   * @param bytes what it may grow to, 64 MiB to 64 TiB; each GiB costs about 2 MiB of heap
   */
  public record Disk(Path file, long bytes) {}

  public CephSettings {
    List<String> problems = new ArrayList<>();
    if (configuration.isEmpty() && monitors.isEmpty()) {
      problems.add("either a ceph.conf or the monitors' addresses must be given");
    }
    if (!user.matches("client\\.[A-Za-z0-9._-]+")) {
      problems.add("user must look like client.btrdb, is \"" + user + "\"");
    }
    checkName(problems, "pool", pool);
    checkName(problems, "objectPool", objectPool);
    checkName(problems, "namespace", namespace);
    checkTime(problems, "operation", timeouts.operation());
    checkTime(problems, "monitor", timeouts.monitor());
    checkTime(problems, "connect", timeouts.connect());
    checkRange(problems, "callsInFlight", budget.callsInFlight(), 1, 1_024);
    checkRange(problems, "bytesInFlight", budget.bytesInFlight(), 32 << 20, 1 << 30);
    checkRange(problems, "readCacheBytes", budget.readCacheBytes(), 0, 1L << 40);
    disk.ifPresent(cache -> checkRange(problems, "disk", cache.bytes(), 64 << 20, 1L << 46));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("ceph: " + String.join("; ", problems));
    }
  }

  /** The defaults, with a ceph.conf. */
  public static CephSettings of(Path configuration) {
    return new CephSettings(
        Optional.of(configuration),
        Optional.empty(),
        USER_DEFAULT,
        Optional.empty(),
        POOL_DEFAULT,
        POOL_DEFAULT,
        NAMESPACE_DEFAULT,
        false,
        Timeouts.DEFAULT,
        Budget.DEFAULT,
        Optional.empty());
  }

  public CephSettings withUser(String name, Path keyringFile) {
    return with(
        draft -> {
          draft.user = name;
          draft.keyring = Optional.of(keyringFile);
        });
  }

  /** Both kinds of objects in one pool. */
  public CephSettings withPool(String name) {
    return withPools(name, name);
  }

  public CephSettings withPools(String segments, String objects) {
    return with(
        draft -> {
          draft.pool = segments;
          draft.objectPool = objects;
        });
  }

  public CephSettings withNamespace(String name) {
    return with(draft -> draft.namespace = name);
  }

  public CephSettings withSecure(boolean wanted) {
    return with(draft -> draft.secure = wanted);
  }

  public CephSettings withTimeouts(Timeouts wanted) {
    return with(draft -> draft.timeouts = wanted);
  }

  public CephSettings withBudget(Budget wanted) {
    return with(draft -> draft.budget = wanted);
  }

  public CephSettings withDisk(Disk wanted) {
    return with(draft -> draft.disk = Optional.of(wanted));
  }

  private CephSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finish();
  }

  /** What may change of a copy. */
  private static final class Draft {
    private final CephSettings source;
    private String user;
    private Optional<Path> keyring;
    private String pool;
    private String objectPool;
    private String namespace;
    private boolean secure;
    private Timeouts timeouts;
    private Budget budget;
    private Optional<Disk> disk;

    private Draft(CephSettings source) {
      this.source = source;
      this.user = source.user;
      this.keyring = source.keyring;
      this.pool = source.pool;
      this.objectPool = source.objectPool;
      this.namespace = source.namespace;
      this.secure = source.secure;
      this.timeouts = source.timeouts;
      this.budget = source.budget;
      this.disk = source.disk;
    }

    private CephSettings finish() {
      return new CephSettings(
          source.configuration,
          source.monitors,
          user,
          keyring,
          pool,
          objectPool,
          namespace,
          secure,
          timeouts,
          budget,
          disk);
    }
  }

  private static void checkName(List<String> problems, String what, String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      problems.add(what + " must be 1 to 64 letters, digits, '.', '_' or '-', is \"" + name + "\"");
    }
  }

  private static void checkTime(List<String> problems, String what, Duration time) {
    boolean whole = time.equals(Duration.ofSeconds(time.toSeconds()));
    if (!whole || time.toSeconds() < 1 || time.toSeconds() > 3_600) {
      problems.add(what + " timeout must be 1 to 3600 whole seconds, is " + time);
    }
  }

  private static void checkRange(
      List<String> problems, String what, long value, long least, long most) {
    if (value < least || value > most) {
      problems.add(what + " must be " + least + " to " + most + ", is " + value);
    }
  }
}
