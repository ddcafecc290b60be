package io.btrdb.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeDirectoryTest {
  private static final Member N1 = member("n1", 1000);
  private static final Member N2 = member("n2", 2000);

  @TempDir Path folder;

  private static Member member(String node, int port) {
    return new Member(node, "127.0.0.1", "127.0.0.1", port, port + 2, port + 3, port + 4);
  }

  private NodeDirectory open(String incarnation, Member... members) {
    NodeConfig config = NodeConfig.of("n1", folder, List.of(members)).withZone("a");
    return NodeDirectory.open(config, new Identity("n1", incarnation), "1.2.3");
  }

  private static NodeCard card(String node, String incarnation, long revision) {
    return NodeCard.newBuilder()
        .setNodeId(node)
        .setIncarnation(incarnation)
        .setGrpc("host-" + revision + ":1")
        .setRevision(revision)
        .build();
  }

  private static List<String> ids(List<NodeCard> cards) {
    return cards.stream().map(NodeCard::getNodeId).toList();
  }

  @Test
  void shouldBeginWithTheMembersAndItsOwnCard() {
    NodeDirectory directory = open("x", N1, N2);
    assertEquals(List.of("n1", "n2"), ids(directory.living()));
    assertEquals(List.of("n2"), directory.others());
    assertEquals("a", directory.own().getZone());
    assertEquals("1.2.3", directory.own().getVersion());
    assertEquals(0, directory.card("n2").orElseThrow().getRevision());
  }

  @Test
  void shouldRememberNodesThatTheConfigurationDoesNotName() {
    open("x", N1, N2).merge(List.of(card("n3", "y", 5)));
    NodeDirectory again = open("x", N1, N2);
    assertEquals(List.of("n2", "n3"), again.others());
    assertEquals("host-5:1", again.card("n3").orElseThrow().getGrpc());
  }

  @Test
  void shouldBelieveTheNewerCard() {
    NodeDirectory directory = open("x", N1, N2);
    directory.merge(List.of(card("n3", "y", 5)));
    long revision = directory.revision();
    directory.merge(List.of(card("n3", "y", 4), card("n3", "y", 5)));
    assertEquals(revision, directory.revision());
    directory.merge(List.of(card("n3", "y", 6)));
    assertEquals("host-6:1", directory.card("n3").orElseThrow().getGrpc());
    assertTrue(directory.revision() > revision);
  }

  @Test
  void shouldDialWhereTheConfigurationSaysUntilTheNodeItselfSaysOtherwise() {
    open("x", N1, N2).merge(List.of(card("n2", "y", 5)));
    assertEquals("host-5:1", open("x", N1).card("n2").orElseThrow().getGrpc());
    NodeDirectory directory = open("x", N1, N2);
    assertEquals(N2.grpc(), directory.card("n2").orElseThrow().getGrpc());
    directory.merge(List.of(card("n2", "y", 5)));
    assertEquals("host-5:1", directory.card("n2").orElseThrow().getGrpc());
  }

  @Test
  void shouldBringBackARemovedNodeOnlyUnderAnotherIncarnation() {
    NodeDirectory directory = open("x", N1, N2);
    directory.merge(List.of(card("n3", "y", 5)));
    directory.markGone("n3");
    assertEquals(List.of("n2"), directory.others());
    directory.merge(List.of(card("n3", "y", Long.MAX_VALUE / 2)));
    assertEquals(List.of("n2"), directory.others());
    assertEquals(List.of("n2"), open("x", N1, N2).others());
    directory.merge(List.of(card("n3", "z", Long.MAX_VALUE / 2)));
    assertEquals(List.of("n2", "n3"), directory.others());
    assertThrows(IllegalArgumentException.class, () -> directory.markGone("n9"));
  }

  @Test
  void shouldLearnThatItWasRemovedItselfAndComeBackWithAnEmptyFolderOnly() {
    NodeDirectory directory = open("x", N1, N2);
    directory.merge(List.of(directory.own().toBuilder().setGone(true).build()));
    assertTrue(directory.own().getGone());
    assertTrue(open("x", N1, N2).own().getGone());
    assertFalse(open("fresh", N1, N2).own().getGone());
  }

  @Test
  void shouldStampItsCardLaterThanAnyOtherOfItsOwn() {
    NodeDirectory directory = open("x", N1, N2);
    long first = directory.own().getRevision();
    directory.merge(List.of(card("n1", "older", first + 1_000_000)));
    assertEquals(first + 1_000_001, directory.own().getRevision());
    assertEquals("x", directory.own().getIncarnation());
    assertTrue(open("x", N1, N2).own().getRevision() > first + 1_000_001);
  }

  @Test
  void shouldTellWhatWasLastHeardAndSinceWhen() {
    NodeDirectory directory = open("x", N1, N2);
    assertTrue(directory.lastHello("n2").isEmpty());
    assertTrue(directory.heardWithin(Duration.ofHours(1)).isEmpty());
    HelloResponse hello =
        HelloResponse.newBuilder().setNodeId("n2").addNodes(card("n4", "w", 9)).build();
    directory.heard(hello);
    assertEquals(hello, directory.lastHello("n2").orElseThrow());
    assertEquals(List.of(hello), directory.heardWithin(Duration.ofHours(1)));
    assertEquals(List.of("n2", "n4"), directory.others());
  }
}
