package io.btrdb.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Ansible role: its playbooks are well-formed, and nodes read what it writes. */
@Timeout(240)
class AnsibleTest {
  private static final Path FOLDER = Repository.ROOT.resolve("ops/ansible");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Map<String, String> PLAIN =
      Map.of("ANSIBLE_NOCOLOR", "1", "ANSIBLE_CONFIG", FOLDER.resolve("ansible.cfg").toString());

  @Test
  void shouldHavePlaybooksThatAnsibleUnderstands() throws Exception {
    Tool.require("ansible-playbook")
        .in(FOLDER)
        .run(LIMIT, PLAIN, "--syntax-check", "site.yaml", "render.yaml");
  }

  @Test
  void shouldPassTheLinterWithItsStrictestProfile() throws Exception {
    Tool.require("ansible-lint")
        .in(FOLDER)
        .run(
            LIMIT,
            PLAIN,
            "--offline",
            "--nocolor",
            "--profile",
            "production",
            "site.yaml",
            "render.yaml",
            "roles/btrdb");
  }

  @Test
  void shouldWriteConfigurationsThatNodesRead(@TempDir Path folder) throws Exception {
    render(folder, "inventory/example.yaml");
    for (String node : List.of("n1", "n2", "n3")) {
      NodeConfig config = ConfigFile.read(folder.resolve(node + ".node.yaml"));
      assertEquals(node, config.node());
      assertEquals("plant", config.cluster());
      assertEquals("rack" + node.substring(1), config.zone());
      assertEquals("10.0.0." + node.substring(1), config.self().advertise());
      assertEquals(3, config.members().size());
      assertEquals("zk1:2181,zk2:2181,zk3:2181/btrdb", config.placement().zooKeeper());
      assertEquals(1024, config.read().nodeCacheMegabytes());
      String options = Files.readString(folder.resolve(node + ".jvm.options"));
      assertTrue(options.contains("-Xmx4g\n"), options);
    }
  }

  @Test
  void shouldKeepSettingsOfPlacementBesideZooKeeper(@TempDir Path folder) throws Exception {
    Path inventory =
        Files.writeString(
            folder.resolve("inventory.yaml"),
            """
            all:
              children:
                btrdb:
                  hosts:
                    a: {btrdb_grpc_port: 5410, btrdb_advertise: a.example}
                    b: {btrdb_capacity: 200}
                  vars:
                    btrdb_zookeeper: zk:2181
                    btrdb_settings:
                      placement: {replaceAfterSeconds: 60}
                      raft: {leaderLease: false}
            """);
    render(folder, inventory.toString());
    NodeConfig config = ConfigFile.read(folder.resolve("b.node.yaml"));
    assertEquals(200, config.capacity());
    assertEquals(60, config.placement().replaceAfterSeconds());
    assertEquals("zk:2181", config.placement().zooKeeper());
    assertEquals(false, config.raft().leaderLease());
    assertEquals("a.example:5410", config.member("a").grpc());
    assertEquals("b:4410", config.self().grpc());
  }

  private static void render(Path folder, String inventory) throws Exception {
    Tool.require("ansible-playbook")
        .in(FOLDER)
        .run(LIMIT, PLAIN, "-i", inventory, "render.yaml", "-e", "folder=" + folder);
  }
}
