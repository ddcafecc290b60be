package io.btrdb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import io.btrdb.node.Node;
import io.btrdb.node.config.NodeConfig;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code btrdb sql ...} against a node. */
@Timeout(120)
class SqlVerbTest {
  private static final UUID FIRST = UUID.fromString("00000000-0000-0001-0000-000000000001");
  private static Node node;
  private static String address;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    Ports ports = Ports.free(1).getFirst();
    NodeConfig.Member member =
        new NodeConfig.Member(
            "n1", "127.0.0.1", "127.0.0.1", ports.grpc(), ports.http(), ports.raft(), 0);
    node = Node.start(NodeConfig.of("n1", folder.resolve("n1"), List.of(member)));
    address = "127.0.0.1:" + ports.grpc();
    try (Btrdb db = Btrdb.connect(address)) {
      db.create(FIRST, "plant/a", Map.of("name", "volts", "unit", "V"), Map.of("room", "4, left"));
      db.create(UUID.randomUUID(), "plant/b", Map.of("name", "amps", "unit", "A"), Map.of());
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private int run(String... words) {
    List<String> all = new ArrayList<>(List.of("sql"));
    all.addAll(List.of(words));
    all.addAll(List.of("-e", address));
    out.reset();
    err.reset();
    return Main.run(Terminal.of("", out, err), all.toArray(String[]::new));
  }

  private void assertPrints(String expected, String... words) {
    int code = run(words);
    assertEquals(expected, out.toString(StandardCharsets.UTF_8), err());
    assertEquals(ExitCode.OK, code);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldPrintEveryFormat() {
    String query =
        "select name, property_version as version, 0.5 as half, annotations, annotations->'room' as"
            + " room, unit = 'V' as v from streams order by name desc";
    assertPrints(
        """
        NAME   VERSION  HALF  ANNOTATIONS         ROOM     V
        volts        1   0.5  {"room":"4, left"}  4, left  true
        amps         1   0.5  {}                  -        false
        """,
        query);
    assertPrints(
        """
        name,version,half,annotations,room,v
        volts,1,0.5,"{""room"":""4, left""}","4, left",true
        amps,1,0.5,{},,false
        """,
        query,
        "-f",
        "csv");
    assertPrints(
        """
        {"name":"volts","version":1,"half":0.5,"annotations":{"room":"4, left"},"room":"4, left","v":true}
        {"name":"amps","version":1,"half":0.5,"annotations":{},"room":null,"v":false}
        """,
        query,
        "--format",
        "jsonl");
    assertPrints("[\n{\"n\":2}\n]\n", "select count(*) as n from streams", "-f", "json");
  }

  @Test
  void shouldTakeValues() {
    assertPrints(
        "NAME   UUID\nvolts  " + FIRST + "\n",
        "select name, uuid from streams where collection like $1 and unit = $2",
        "plant/%",
        "V");
  }

  @Test
  void shouldSayThatThereIsNothing() {
    for (String format : List.of("table", "csv", "jsonl")) {
      assertPrints("", "select name from streams where name = 'x'", "-f", format);
      assertEquals("No rows.\n", err());
    }
    assertPrints("[]\n", "select name from streams where name = 'x'", "-f", "json");
  }

  @Test
  void shouldSayWhereTheMistakeIs() {
    assertEquals(ExitCode.FAILED, run("select name,\n  nmae from streams"));
    assertTrue(err().contains("line 2, column 3: Column 'nmae' not found"), err());
    assertEquals(ExitCode.FAILED, run("select name from streams where uuid = $1", "x"));
    assertTrue(err().contains("parameter $1 is \"x\", and a uuid is needed"), err());
    assertEquals(ExitCode.USAGE, run());
  }
}
