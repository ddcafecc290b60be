package io.btrdb.placement.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.placement.coordination.CoordinationSettings.Sasl;
import io.btrdb.placement.coordination.CoordinationSettings.Tls;
import io.btrdb.placement.embedded.Await;
import io.btrdb.placement.embedded.SecureZooKeeper;
import io.btrdb.placement.embedded.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a ZooKeeper that does not let in everybody. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SecureCoordinationTest {
  @TempDir static Path keyFolder;
  private static TestKeys keys;

  @TempDir Path folder;

  @BeforeAll
  static void makeKeys() {
    keys = TestKeys.of(keyFolder, "server", "client");
  }

  private static Coordination open(
      String node, String connectString, Optional<Sasl> sasl, Optional<Tls> tls) {
    return Coordination.open(
        new CoordinationSettings(connectString, "test", "id", 4_000, sasl, tls),
        new Registration(node, "i", "h:1", "h:2", "h:3", "", 100, "0"));
  }

  private static Optional<Tls> trusting(String owner) {
    return Optional.of(
        new Tls(keys.certificate(owner), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private Optional<Sasl> user(String name, String password) throws IOException {
    return Optional.of(
        new Sasl(name, Files.writeString(folder.resolve("password-" + password), password + "\n")));
  }

  private static void assertServes(Coordination node) {
    Await.until("connected: " + node.trouble(), () -> node.connection() == Connection.CONNECTED);
    Await.until("the controller", node::isController);
    PlacementMap map = PlacementMap.EMPTY.next(Set.of("n9"), List.of(), List.of());
    node.write(map, OptionalInt.empty()).join();
    assertEquals(map, node.read().join().orElseThrow().map());
    assertEquals(Optional.empty(), node.trouble());
  }

  /** Waits for a sentence that says so, and nothing else may have been said before it. */
  private static void assertComplains(Coordination node, String... parts) {
    Await.until("a complaint", () -> node.trouble().isPresent());
    String trouble = node.trouble().orElseThrow();
    for (String part : parts) {
      assertTrue(trouble.contains(part), trouble);
    }
    assertNotEquals(Connection.CONNECTED, node.connection());
  }

  @Test
  void shouldSpeakTlsAndSayWhoseCertificateItDoesNotTrust() {
    try (SecureZooKeeper server = SecureZooKeeper.withTls(folder, keys, false);
        Coordination wrong =
            open("n1", server.connectString(), Optional.empty(), trusting("client"));
        Coordination right =
            open("n2", server.connectString(), Optional.empty(), trusting("server"))) {
      assertServes(right);
      assertComplains(
          wrong,
          "nobody in " + keys.certificate("client") + ", placement.tls.trustStore",
          "has signed the certificate of " + server.connectString());
    }
  }

  @Test
  void shouldShowItsOwnCertificateAndSayWhenOneIsAskedFor() {
    Tls own =
        new Tls(
            keys.certificate("server"),
            Optional.empty(),
            Optional.of(keys.store("client")),
            Optional.of(keys.passwordFile()));
    try (SecureZooKeeper server = SecureZooKeeper.withTls(folder, keys, true);
        Coordination without =
            open("n1", server.connectString(), Optional.empty(), trusting("server"));
        Coordination with =
            open("n2", server.connectString(), Optional.empty(), Optional.of(own))) {
      assertServes(with);
      assertComplains(
          without, server.connectString() + " refuses this node's", "placement.tls.keyStore");
    }
  }

  @Test
  void shouldLogInAndSayWhenThePasswordIsWrong() throws IOException {
    try (SecureZooKeeper server = SecureZooKeeper.withUsers(folder, Map.of("btrdb", "s3cret"));
        Coordination wrong =
            open("n1", server.connectString(), user("btrdb", "guess"), Optional.empty());
        Coordination right =
            open("n2", server.connectString(), user("btrdb", "s3cret"), Optional.empty())) {
      assertServes(right);
      assertComplains(wrong, "ZooKeeper refuses the user btrdb", "password-guess", "restart");
    }
  }

  @Test
  void shouldKeepWhatItWritesFromOtherUsers() throws IOException {
    try (SecureZooKeeper server =
            SecureZooKeeper.withUsers(folder, Map.of("btrdb", "s3cret", "guest", "other"));
        Coordination owner =
            open("n1", server.connectString(), user("btrdb", "s3cret"), Optional.empty())) {
      assertServes(owner);
      try (Coordination guest =
          open("n2", server.connectString(), user("guest", "other"), Optional.empty())) {
        assertComplains(guest, "/btrdb/test", "belongs to another user");
      }
    }
  }

  @Test
  void shouldSayThatAUserIsAskedFor() {
    try (SecureZooKeeper server = SecureZooKeeper.withUsers(folder, Map.of("btrdb", "s3cret"));
        Coordination nobody =
            open("n1", server.connectString(), Optional.empty(), Optional.empty())) {
      assertComplains(nobody, "ZooKeeper asks for a user", "placement.sasl");
    }
  }

  @Test
  void shouldSayWhatElseStandsInTheWay() {
    try (SecureZooKeeper plain = SecureZooKeeper.withUsers(folder, Map.of("btrdb", "s3cret"));
        Coordination tls = open("n1", plain.connectString(), Optional.empty(), trusting("server"));
        Coordination nobody = open("n2", "127.0.0.1:1", Optional.empty(), Optional.empty());
        Coordination unknown =
            open("n3", "no.such.host.invalid:2181", Optional.empty(), Optional.empty());
        Coordination stores =
            open(
                "n4",
                plain.connectString(),
                Optional.empty(),
                Optional.of(
                    new Tls(
                        Path.of("/no/such.pem"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))) {
      assertComplains(nobody, "nobody listens at 127.0.0.1:1");
      assertComplains(unknown, "no.such.host.invalid");
      assertComplains(tls, "secureClientPort");
      assertComplains(stores, "placement.tls", "/no/such.pem");
    }
  }
}
