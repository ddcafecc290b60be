package io.btrdb.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigFileTest {
  private static final String MINIMAL =
      """
      node: n1
      dataDirectory: /tmp/data
      members:
        - {node: n1}
      """;

  @Test
  void shouldFillInDefaults() {
    NodeConfig config = ConfigFile.parse("test", MINIMAL);
    assertEquals("btrdb", config.cluster());
    assertEquals(Path.of("/tmp/data"), config.dataDirectory());
    assertEquals("127.0.0.1:4410", config.self().grpc());
    assertEquals(NodeConfig.Raft.DEFAULTS, config.raft());
    assertEquals(NodeConfig.Write.DEFAULTS, config.write());
    assertEquals(16, config.shards());
  }

  @Test
  void shouldReadBackWhatItPrints() {
    NodeConfig config =
        ConfigFile.parse(
            "test",
            MINIMAL
                + "shards: 3\nraft: {leaderLease: false}\n"
                + "door: {proxyEndpoints: 'a:1, b:2', allowFaultInjection: true, callSeconds: 60,"
                + " receiverSeconds: 7}\n");
    assertEquals(new NodeConfig.Door(java.util.List.of("a:1", "b:2"), true, 60, 7), config.door());
    assertEquals(config, ConfigFile.parse("printed", ConfigFile.print(config)));
  }

  @Test
  void shouldReadBackTextsThatYamlHasAMeaningFor() {
    NodeConfig config =
        ConfigFile.parse(
            "test",
            """
            node: "010"
            cluster: "null"
            dataDirectory: "/it's # here"
            zone: "a: 'b'"
            members: [{node: "010", host: "::1"}, {node: "1e5", grpcPort: 9, httpPort: 8, raftPort: 7}]
            placement: {zooKeeper: "it's:2181"}
            """);
    assertEquals("010", config.node());
    assertEquals(config, ConfigFile.parse("printed", ConfigFile.print(config)));
  }

  @Test
  void shouldRefuseTextsOfSeveralLines() {
    assertTrue(
        assertThrows(
                ConfigException.class,
                () -> ConfigFile.parse("test", MINIMAL + "zone: \"a\\0b\"\n"))
            .getMessage()
            .contains("zone must be one line"));
  }

  @Test
  void shouldReadAndPrintASharedPool() {
    String pooled =
        MINIMAL
            + """
            storage: ceph
            pool: {conf: "/etc/ceph/it's.conf", namespace: plant, objectPool: meta, secure: true}
            """;
    NodeConfig config = ConfigFile.parse("test", pooled);
    assertEquals(NodeConfig.Store.CEPH, config.storage().store());
    NodeConfig.Pool pool = config.storage().pool().orElseThrow();
    assertEquals("btrdb", pool.pool());
    assertEquals("meta", pool.objectPool());
    assertEquals(600, pool.outageSeconds());
    assertEquals(config, ConfigFile.parse("printed", ConfigFile.print(config)));
  }

  @Test
  void shouldRefuseAPoolThatCannotBeReached() {
    for (String wrong :
        new String[] {"storage: ceph\n", "storage: ceph\npool: {user: a}\n", "storage: s3\n"}) {
      ConfigException e =
          assertThrows(ConfigException.class, () -> ConfigFile.parse("bad", MINIMAL + wrong));
      assertEquals(1, e.problems().size(), e.getMessage());
    }
  }

  @Test
  void shouldReadAndPrintWhoMayDoWhat() {
    String secured =
        MINIMAL
            + """
            security:
              keys: true
              clusterSecretFile: "/etc/it's secret"
              tls: {certificate: /c.pem, key: /k.pem, authorities: /a.pem, peers: true, plain: false}
            """;
    NodeConfig config = ConfigFile.parse("test", secured);
    assertTrue(config.security().keys());
    assertEquals("127.0.0.1:4411", config.self().grpcTls());
    assertTrue(config.security().tls().orElseThrow().peers());
    assertEquals(config, ConfigFile.parse("printed", ConfigFile.print(config)));
  }

  @Test
  void shouldRefuseASecuredNodeThatCouldNotTalkToOthers() {
    for (String wrong :
        new String[] {
          "{keys: true}",
          "{tls: {certificate: /c.pem, key: /k.pem, peers: true}}",
          "{tls: {certificate: /c.pem, key: /k.pem, clientCertificates: true}}",
          "{tls: {certificate: /c.pem, key: /k.pem, plain: false}}",
          "{tls: {key: /k.pem}}"
        }) {
      ConfigException e =
          assertThrows(
              ConfigException.class,
              () -> ConfigFile.parse("bad", MINIMAL + "security: " + wrong + "\n"));
      assertEquals(1, e.problems().size(), e.getMessage());
    }
  }

  @Test
  void shouldReportAllProblemsAtOnce() {
    String bad =
        """
        node: n9
        colour: blue
        shards: 0
        raft: {electionTimeoutMinMillis: 900, electionTimeoutMaxMillis: 800}
        write: {sealAge: 3}
        members:
          - {node: n1, grpcPort: 4410}
          - {node: n2, grpcPort: 4410, httpPort: 99999, raftPort: many}
        """;
    ConfigException e =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("bad.yaml", bad));
    String all = String.join("\n", e.problems());
    for (String expected :
        new String[] {
          "dataDirectory is missing",
          "colour is not a setting",
          "shards must be 1 to 4096, is 0",
          "raft.electionTimeoutMaxMillis must be larger",
          "write.sealAge is not a setting",
          "members[1].httpPort must be 1 to 65535, is 99999",
          "members[1].raftPort must be a whole number",
          "members has no entry for this node, 'n9'",
          "address 127.0.0.1:4410 is used twice"
        }) {
      assertTrue(all.contains(expected), expected + " is not in\n" + all);
    }
  }

  @Test
  void shouldRefuseWhatIsNotYaml() {
    assertThrows(ConfigException.class, () -> ConfigFile.parse("x", "a: [1"));
    assertThrows(ConfigException.class, () -> ConfigFile.parse("x", "just words"));
  }

  @Test
  void shouldNameAFileThatCannotBeRead() {
    ConfigException e =
        assertThrows(ConfigException.class, () -> ConfigFile.read(Path.of("/nonexistent/n.yaml")));
    assertTrue(e.getMessage().contains("/nonexistent/n.yaml"));
  }
}
