package io.btrdb.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.btrdb.api.cluster.CreateKeyRequest;
import io.btrdb.api.cluster.KeyGrant;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.cluster.NewKeyResponse;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Credentials;
import io.btrdb.client.PointCursor;
import io.btrdb.consensus.TestAuthority;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.security.ClusterSecret;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same as {@link InteropTest} through an API key and TLS, on nodes that talk nothing else, not
 * even among themselves. The clients know TLS by the port 4411 alone, so each node has an address
 * of its own.
 */
@Timeout(900)
class SecuredInteropTest {
  private static ThreeNodes cluster;
  private static Map<String, String> environment;

  /** Of whoever may do everything. */
  private static Credentials root;

  private static Path authorities;

  @BeforeAll
  static void found(@TempDir Path folder) throws IOException {
    List<String> hosts = ThreeNodes.hosts();
    TestAuthority authority = new TestAuthority(folder.resolve("authority"), "ours");
    TestAuthority.Issued node = authority.issue("node", hosts.toArray(String[]::new));
    Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
    NodeConfig.Security security =
        new NodeConfig.Security(
            true,
            Optional.of(secret),
            60,
            10,
            Optional.of(
                new NodeConfig.Encryption(
                    node.certificate(),
                    node.key(),
                    Optional.of(authority.certificate()),
                    false,
                    false,
                    true)));
    cluster = ThreeNodes.found(folder.resolve("nodes"), hosts, security);
    authorities = authority.certificate();
    root =
        Credentials.NONE
            .trusting(authorities)
            .withAuthorization(ClusterSecret.load(secret).authorization());
    String key = key("", "read", "insert", "delete", "obliterate", "admin");
    environment =
        Map.of(
            "BTRDB_API_KEY",
            key,
            "BTRDB_CA_BUNDLE",
            authorities.toString(),
            "SSL_CERT_FILE",
            authorities.toString());
  }

  /** A new one that is good for that in a collection and below it. */
  private static String key(String collection, String... capabilities) {
    String endpoint = cluster.endpoints().get(0);
    ManagedChannel channel =
        root.secure(NettyChannelBuilder.forTarget("dns:///" + endpoint), endpoint).build();
    try {
      NewKeyResponse made =
          KeysGrpc.newBlockingStub(channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .createKey(
                  CreateKeyRequest.newBuilder()
                      .setUser("ann")
                      .addGrants(
                          KeyGrant.newBuilder()
                              .setPrefix(collection)
                              .addAllCapabilities(List.of(capabilities)))
                      .build());
      assertEquals("", made.getMessage());
      awaitKnown(made.getToken());
      return made.getToken();
    } finally {
      channel.shutdownNow();
    }
  }

  /** Each node hears of a new key within a second, but not at once. */
  private static void awaitKnown(String token) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (String node : cluster.endpoints()) {
      Btrdb.Builder one =
          Btrdb.builder()
              .endpoints(node)
              .credentials(Credentials.NONE.trusting(authorities).withKey(token));
      while (true) {
        try (Btrdb db = one.connect()) {
          break;
        } catch (BtrdbException e) {
          if (System.nanoTime() > end) {
            throw e;
          }
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void shouldServeThePythonClient() throws IOException {
    Clients.python("secured-python.log", cluster.endpoints(), environment);
  }

  @Test
  void shouldServeTheGoClient() {
    Clients.go("secured-go.log", cluster.endpoints(), environment);
  }

  @Test
  void shouldServeTheJavaClientAsFarAsItsKeyGoes() {
    String[] nodes = cluster.endpoints().toArray(String[]::new);
    Credentials trusting = Credentials.NONE.trusting(authorities);
    Credentials writing = trusting.withKey(key("java", "insert"));
    UUID uuid = UUID.randomUUID();
    try (Btrdb db = Btrdb.builder().endpoints(nodes).credentials(writing).connect()) {
      BtrdbStream stream = db.create(uuid, "java/secured", Map.of("name", "s"), Map.of());
      stream.insert(new long[] {1, 2, 3}, new double[] {1, 4, 9});
      stream.flush();
      assertEquals(437, refusal(() -> stream.latest().values(0, 10).toList()));
      assertEquals(437, refusal(() -> stream.delete(0, 2)));
      assertEquals(
          437, refusal(() -> db.create(UUID.randomUUID(), "elsewhere", Map.of(), Map.of())));
    }
    try (Btrdb db = Btrdb.builder().endpoints(nodes).credentials(root).connect();
        PointCursor points = db.stream(uuid).latest().values(0, 10)) {
      assertEquals(3, points.toList().size());
    }
    assertThrows(
        BtrdbException.class,
        () -> Btrdb.builder().endpoints(nodes).credentials(trusting).connect().close());
  }

  private static int refusal(Executable call) {
    return assertThrows(BtrdbException.class, call).code();
  }
}
