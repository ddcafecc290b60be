package io.btrdb.node.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.btrdb.node.config.NodeConfig.Door;
import io.btrdb.node.config.NodeConfig.Member;
import io.btrdb.node.config.NodeConfig.Placement;
import io.btrdb.node.config.NodeConfig.Pool;
import io.btrdb.node.config.NodeConfig.Raft;
import io.btrdb.node.config.NodeConfig.Read;
import io.btrdb.node.config.NodeConfig.Retention;
import io.btrdb.node.config.NodeConfig.Sasl;
import io.btrdb.node.config.NodeConfig.Storage;
import io.btrdb.node.config.NodeConfig.Store;
import io.btrdb.node.config.NodeConfig.Tls;
import io.btrdb.node.config.NodeConfig.Verify;
import io.btrdb.node.config.NodeConfig.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and prints the YAML form of a {@link NodeConfig}. */
public final class ConfigFile {
  private static final int DAY_SECONDS = 24 * 60 * 60;

  /** Names as people give them, and addresses. */
  private static final String PLAIN = "[A-Za-z][A-Za-z0-9_.-]*|\\d+(\\.\\d+){3}";

  /** What YAML has a meaning of its own for. */
  private static final String WORDS = "(?i)true|false|yes|no|on|off|y|n|null";

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,62}";

  private ConfigFile() {}

  /**
   * Reads a node's configuration.
   *
   * @throws ConfigException with everything that is wrong with it
   */
  public static NodeConfig read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException(file.toString(), List.of("cannot be read: " + e));
    }
  }

  static NodeConfig parse(String source, String yaml) {
    JsonNode tree;
    try {
      tree = new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new ConfigException(source, List.of("is not YAML: " + e.getOriginalMessage()));
    }
    List<String> problems = new ArrayList<>();
    if (!tree.isObject()) {
      throw new ConfigException(source, List.of("must be a mapping of keys to values"));
    }
    NodeConfig config = node(new YamlSection("", tree, problems), problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(source, problems);
    }
    return config;
  }

  private static NodeConfig node(YamlSection in, List<String> problems) {
    String node = in.requiredText("node");
    String cluster = in.text("cluster", "btrdb");
    Path data = Path.of(in.requiredText("dataDirectory"));
    List<Member> members = new ArrayList<>();
    for (YamlSection member : in.sections("members")) {
      members.add(member(member));
    }
    NodeConfig config =
        new NodeConfig(
            node,
            cluster,
            data,
            in.text("zone", ""),
            in.integer("capacity", 100, 1, 10_000),
            List.copyOf(members),
            in.integer("shards", 16, 1, 4096),
            in.integer("replication", 3, 1, 7),
            in.flag("allowObliterate", true),
            placement(in.section("placement"), problems),
            raft(in.section("raft"), problems),
            write(in.section("write"), problems),
            read(in.section("read")),
            verify(in.section("verify")),
            door(in.section("door"), problems),
            retention(in.section("retention"), problems),
            storage(in, problems),
            SecuritySection.read(in.section("security"), problems));
    in.rejectUnknownKeys();
    checkNames(config, problems);
    return config;
  }

  private static Door door(YamlSection in, List<String> problems) {
    String proxies = in.text("proxyEndpoints", "");
    List<String> endpoints =
        Arrays.stream(proxies.split(",")).map(String::strip).filter(e -> !e.isEmpty()).toList();
    for (String endpoint : endpoints) {
      if (!endpoint.matches("[^:\\s]+:[0-9]{1,5}")) {
        problems.add("door.proxyEndpoints must be host:port,host:port, has " + endpoint);
      }
    }
    Door door =
        new Door(
            endpoints,
            in.flag("allowFaultInjection", false),
            in.integer("callSeconds", Door.DEFAULTS.callSeconds(), 1, DAY_SECONDS),
            in.integer("receiverSeconds", Door.DEFAULTS.receiverSeconds(), 1, DAY_SECONDS));
    in.rejectUnknownKeys();
    return door;
  }

  private static Member member(YamlSection in) {
    String host = in.text("host", "127.0.0.1");
    Member member =
        new Member(
            in.requiredText("node"),
            host,
            in.text("advertise", host),
            in.integer("grpcPort", Member.GRPC_PORT, 1, 65_535),
            in.integer("httpPort", Member.HTTP_PORT, 1, 65_535),
            in.integer("raftPort", Member.RAFT_PORT, 1, 65_535),
            in.integer("zooKeeperPort", Member.ZOO_KEEPER_PORT, 1, 65_533),
            in.integer("tlsPort", Member.TLS_PORT, 1, 65_535));
    in.rejectUnknownKeys();
    return member;
  }

  private static Placement placement(YamlSection in, List<String> problems) {
    Placement defaults = Placement.DEFAULTS;
    String zooKeeper = in.text("zooKeeper", defaults.zooKeeper());
    Optional<Sasl> sasl = in.present("sasl") ? sasl(in.section("sasl")) : Optional.empty();
    Optional<Tls> tls = in.present("tls") ? tls(in.section("tls")) : Optional.empty();
    Placement placement =
        new Placement(
            zooKeeper,
            sasl,
            tls,
            in.integer("sessionTimeoutMillis", defaults.sessionTimeoutMillis(), 1_000, 300_000),
            in.integer("replaceAfterSeconds", defaults.replaceAfterSeconds(), 0, 1_000_000),
            in.integer("movesAtOnce", defaults.movesAtOnce(), 1, 100),
            in.integer(
                "transferMegabytesPerSecond", defaults.transferMegabytesPerSecond(), 0, 100_000),
            in.flag("balance", defaults.balance()));
    in.rejectUnknownKeys();
    if (placement.embedded() && (sasl.isPresent() || tls.isPresent())) {
      problems.add(
          "placement.sasl and placement.tls go with placement.zooKeeper; the embedded one has"
              + " neither");
    }
    return placement;
  }

  private static Optional<Sasl> sasl(YamlSection in) {
    Sasl sasl = new Sasl(in.requiredText("user"), Path.of(in.requiredText("passwordFile")));
    in.rejectUnknownKeys();
    return Optional.of(sasl);
  }

  private static Optional<Tls> tls(YamlSection in) {
    Tls tls =
        new Tls(
            Path.of(in.requiredText("trustStore")),
            path(in, "trustStorePasswordFile"),
            path(in, "keyStore"),
            path(in, "keyStorePasswordFile"));
    in.rejectUnknownKeys();
    return Optional.of(tls);
  }

  private static Optional<Path> path(YamlSection in, String key) {
    String text = in.text(key, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  private static Raft raft(YamlSection in, List<String> problems) {
    Raft defaults = Raft.DEFAULTS;
    Raft raft =
        new Raft(
            in.integer(
                "electionTimeoutMinMillis", defaults.electionTimeoutMinMillis(), 100, 60_000),
            in.integer(
                "electionTimeoutMaxMillis", defaults.electionTimeoutMaxMillis(), 200, 120_000),
            in.flag("leaderLease", defaults.leaderLease()),
            in.integer("checkpointLogMegabytes", defaults.checkpointLogMegabytes(), 1, 65_536),
            in.integer("entriesInFlight", defaults.entriesInFlight(), 1, 64),
            in.integer("requestTimeoutMillis", defaults.requestTimeoutMillis(), 500, 600_000));
    in.rejectUnknownKeys();
    if (raft.electionTimeoutMaxMillis() <= raft.electionTimeoutMinMillis()) {
      problems.add("raft.electionTimeoutMaxMillis must be larger than electionTimeoutMinMillis");
    }
    return raft;
  }

  private static Write write(YamlSection in, List<String> problems) {
    Write defaults = Write.DEFAULTS;
    Write write =
        new Write(
            in.integer("sealAgeSeconds", defaults.sealAgeSeconds(), 1, 86_400),
            in.integer("backlogMegabytes", defaults.backlogMegabytes(), 16, 1 << 20),
            in.integer("operationHeapMegabytes", defaults.operationHeapMegabytes(), 8, 1 << 16),
            in.integer("commitMegabytes", defaults.commitMegabytes(), 1, 64));
    in.rejectUnknownKeys();
    return write;
  }

  private static Verify verify(YamlSection in) {
    Verify defaults = Verify.DEFAULTS;
    Verify verify =
        new Verify(
            in.integer("everyDays", defaults.everyDays(), 0, 3_650),
            in.integer("megabytesPerSecond", defaults.megabytesPerSecond(), 1, 100_000));
    in.rejectUnknownKeys();
    return verify;
  }

  private static Retention retention(YamlSection in, List<String> problems) {
    Retention defaults = Retention.DEFAULTS;
    String versions = in.text("versions", "all");
    int kept = Retention.ALL;
    if (!versions.equals("all")) {
      try {
        kept = Integer.parseInt(versions);
      } catch (NumberFormatException e) {
        kept = -1;
      }
      if (kept < 1) {
        problems.add(
            "retention.versions must be 'all' or how many to keep, 1 or more, is '"
                + versions
                + "'");
      }
    }
    Retention retention =
        new Retention(
            Math.max(0, kept),
            in.integer("checkSeconds", defaults.checkSeconds(), 1, 86_400),
            in.integer("megabytesPerSecond", defaults.megabytesPerSecond(), 1, 100_000));
    in.rejectUnknownKeys();
    return retention;
  }

  private static Read read(YamlSection in) {
    Read defaults = Read.DEFAULTS;
    Read read =
        new Read(
            in.integer("nodeCacheMegabytes", defaults.nodeCacheMegabytes(), 8, 1 << 20),
            in.integer("blockCacheMegabytes", defaults.blockCacheMegabytes(), 8, 1 << 20));
    in.rejectUnknownKeys();
    return read;
  }

  private static Storage storage(YamlSection in, List<String> problems) {
    String kind = in.text("storage", "local");
    Optional<Pool> pool =
        in.present("pool") ? Optional.of(pool(in.section("pool"), problems)) : Optional.empty();
    if (kind.equals("ceph") && pool.isEmpty()) {
      problems.add("storage: ceph needs the section 'pool', which says how to reach it");
    } else if (!kind.equals("ceph") && !kind.equals("local")) {
      problems.add("storage must be 'local' or 'ceph', is '" + kind + "'");
    } else {
      return new Storage(kind.equals("ceph") ? Store.CEPH : Store.LOCAL, pool);
    }
    return Storage.DEFAULTS;
  }

  private static Pool pool(YamlSection in, List<String> problems) {
    Pool defaults = Pool.DEFAULTS;
    String name = in.text("pool", defaults.pool());
    Pool pool =
        new Pool(
            path(in, "conf"),
            in.text("monitors", defaults.monitors()),
            in.text("user", defaults.user()),
            path(in, "keyring"),
            name,
            in.text("objectPool", name),
            in.text("namespace", defaults.namespace()),
            in.flag("secure", defaults.secure()),
            in.integer("readTimeoutMillis", defaults.readTimeoutMillis(), 100, 600_000),
            in.integer("writeTimeoutMillis", defaults.writeTimeoutMillis(), 100, 600_000),
            in.integer("outageSeconds", defaults.outageSeconds(), 1, 1_000_000),
            in.integer("archiveSeconds", defaults.archiveSeconds(), 1, 86_400));
    in.rejectUnknownKeys();
    if (pool.conf().isEmpty() && pool.monitors().isEmpty()) {
      problems.add("pool.conf must name a ceph.conf, or pool.monitors the monitors");
    }
    return pool;
  }

  private static void checkNames(NodeConfig config, List<String> problems) {
    if (!config.node().isEmpty() && !config.node().matches(NAME)) {
      problems.add(
          "node must be 1 to 63 letters, digits, '_', '.' or '-', is '" + config.node() + "'");
    }
    if (!config.cluster().matches(NAME)) {
      problems.add("cluster must be 1 to 63 letters, digits, '_', '.' or '-'");
    }
    if (config.members().isEmpty()) {
      problems.add("members must list every node of the cluster, this one included");
    } else if (config.members().stream().noneMatch(m -> m.node().equals(config.node()))) {
      problems.add("members has no entry for this node, '" + config.node() + "'");
    }
    Map<String, String> users = new HashMap<>();
    if (config.security().tls().isPresent()) {
      for (Member member : config.members()) {
        unique(users, "address " + member.grpcTls(), member.node(), problems);
      }
    }
    for (Member member : config.members()) {
      unique(users, "node id " + member.node(), member.node(), problems);
      for (int port : new int[] {member.grpcPort(), member.httpPort(), member.raftPort()}) {
        unique(users, "address " + member.advertise() + ":" + port, member.node(), problems);
      }
    }
  }

  private static void unique(
      Map<String, String> users, String what, String node, List<String> problems) {
    String other = users.putIfAbsent(what, node);
    if (other != null) {
      problems.add(what + " is used twice in members, by " + other + " and " + node);
    }
  }

  /** The configuration as YAML with every setting spelled out; {@link #read} takes it back. */
  public static String print(NodeConfig config) {
    StringBuilder out = new StringBuilder();
    out.append("node: ").append(name(config.node())).append('\n');
    out.append("cluster: ").append(name(config.cluster())).append('\n');
    out.append("dataDirectory: ").append(quoted(config.dataDirectory())).append('\n');
    out.append("zone: ").append(quoted(config.zone())).append('\n');
    out.append("capacity: ").append(config.capacity()).append('\n');
    out.append("shards: ").append(config.shards()).append('\n');
    out.append("replication: ").append(config.replication()).append('\n');
    out.append("allowObliterate: ").append(config.allowObliterate()).append('\n');
    out.append("members:\n");
    for (Member m : config.members()) {
      out.append(
          String.format(
              "  - {node: %s, host: %s, advertise: %s, grpcPort: %d, httpPort: %d, raftPort: %d,"
                  + " zooKeeperPort: %d, tlsPort: %d}%n",
              name(m.node()),
              name(m.host()),
              name(m.advertise()),
              m.grpcPort(),
              m.httpPort(),
              m.raftPort(),
              m.zooKeeperPort(),
              m.tlsPort()));
    }
    print(out, config.placement());
    Raft raft = config.raft();
    out.append("raft:\n");
    setting(out, "electionTimeoutMinMillis", raft.electionTimeoutMinMillis());
    setting(out, "electionTimeoutMaxMillis", raft.electionTimeoutMaxMillis());
    setting(out, "leaderLease", raft.leaderLease());
    setting(out, "checkpointLogMegabytes", raft.checkpointLogMegabytes());
    setting(out, "entriesInFlight", raft.entriesInFlight());
    setting(out, "requestTimeoutMillis", raft.requestTimeoutMillis());
    Write write = config.write();
    out.append("write:\n");
    setting(out, "sealAgeSeconds", write.sealAgeSeconds());
    setting(out, "backlogMegabytes", write.backlogMegabytes());
    setting(out, "operationHeapMegabytes", write.operationHeapMegabytes());
    setting(out, "commitMegabytes", write.commitMegabytes());
    Read read = config.read();
    out.append("read:\n");
    setting(out, "nodeCacheMegabytes", read.nodeCacheMegabytes());
    setting(out, "blockCacheMegabytes", read.blockCacheMegabytes());
    out.append("verify:\n");
    setting(out, "everyDays", config.verify().everyDays());
    setting(out, "megabytesPerSecond", config.verify().megabytesPerSecond());
    out.append("door:\n");
    setting(out, "proxyEndpoints", quoted(String.join(",", config.door().proxyEndpoints())));
    setting(out, "allowFaultInjection", config.door().allowFaultInjection());
    setting(out, "callSeconds", config.door().callSeconds());
    setting(out, "receiverSeconds", config.door().receiverSeconds());
    Retention retention = config.retention();
    out.append("retention:\n");
    setting(out, "versions", retention.versions() == Retention.ALL ? "all" : retention.versions());
    setting(out, "checkSeconds", retention.checkSeconds());
    setting(out, "megabytesPerSecond", retention.megabytesPerSecond());
    print(out, config.storage());
    SecuritySection.print(out, config.security());
    return out.toString();
  }

  private static void print(StringBuilder out, Placement placement) {
    out.append("placement:\n");
    setting(out, "zooKeeper", quoted(placement.zooKeeper()));
    placement
        .sasl()
        .ifPresent(
            sasl ->
                out.append(
                    String.format(
                        "  sasl: {user: %s, passwordFile: %s}%n",
                        quoted(sasl.user()), quoted(sasl.passwordFile()))));
    placement
        .tls()
        .ifPresent(
            tls -> {
              out.append("  tls:\n    trustStore: ").append(quoted(tls.trustStore())).append('\n');
              file(out, "trustStorePasswordFile", tls.trustStorePasswordFile());
              file(out, "keyStore", tls.keyStore());
              file(out, "keyStorePasswordFile", tls.keyStorePasswordFile());
            });
    setting(out, "sessionTimeoutMillis", placement.sessionTimeoutMillis());
    setting(out, "replaceAfterSeconds", placement.replaceAfterSeconds());
    setting(out, "movesAtOnce", placement.movesAtOnce());
    setting(out, "transferMegabytesPerSecond", placement.transferMegabytesPerSecond());
    setting(out, "balance", placement.balance());
  }

  private static void print(StringBuilder out, Storage storage) {
    out.append("storage: ").append(storage.store() == Store.CEPH ? "ceph" : "local").append('\n');
    storage
        .pool()
        .ifPresent(
            pool -> {
              out.append("pool:\n");
              pool.conf().ifPresent(path -> setting(out, "conf", quoted(path)));
              setting(out, "monitors", quoted(pool.monitors()));
              setting(out, "user", quoted(pool.user()));
              pool.keyring().ifPresent(path -> setting(out, "keyring", quoted(path)));
              setting(out, "pool", quoted(pool.pool()));
              setting(out, "objectPool", quoted(pool.objectPool()));
              setting(out, "namespace", quoted(pool.namespace()));
              setting(out, "secure", pool.secure());
              setting(out, "readTimeoutMillis", pool.readTimeoutMillis());
              setting(out, "writeTimeoutMillis", pool.writeTimeoutMillis());
              setting(out, "outageSeconds", pool.outageSeconds());
              setting(out, "archiveSeconds", pool.archiveSeconds());
            });
  }

  /** Without quotes where YAML takes it for nothing but a text. */
  private static String name(String text) {
    return text.matches(PLAIN) && !text.matches(WORDS) ? text : quoted(text);
  }

  static String quoted(Object text) {
    return "'" + text.toString().replace("'", "''") + "'";
  }

  private static void file(StringBuilder out, String key, Optional<Path> file) {
    file.ifPresent(
        path -> out.append("    ").append(key).append(": ").append(quoted(path)).append('\n'));
  }

  private static void setting(StringBuilder out, String key, Object value) {
    out.append("  ").append(key).append(": ").append(value).append('\n');
  }
}
