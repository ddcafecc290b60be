package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;
import io.btrdb.consensus.TestAuthority;
import io.btrdb.consensus.TestAuthority.Issued;
import io.btrdb.node.config.NodeConfig.Encryption;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.security.Guard;
import io.btrdb.node.tls.NodeCertificates;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A door with TLS: who is let in, who is not and why, and certificates that change meanwhile. */
class TlsDoorTest {
  @TempDir Path folder;

  private final InMemoryPlane data = new InMemoryPlane();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private TestAuthority authority;
  private TestAuthority stranger;
  private Issued node;
  private GrpcDoor door;

  @BeforeEach
  void authorities() throws IOException {
    authority = new TestAuthority(folder.resolve("ours"), "ours");
    stranger = new TestAuthority(folder.resolve("theirs"), "theirs");
    node = authority.issue("node");
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
    if (door != null) {
      door.close();
    }
  }

  /** Settings of a node that shows this certificate and trusts {@link #authority}. */
  private Encryption encryption(Issued issued, boolean plain, boolean peers, boolean demand) {
    return new Encryption(
        issued.certificate(),
        issued.key(),
        Optional.of(authority.certificate()),
        demand,
        plain,
        peers);
  }

  private void open(Encryption settings) throws IOException {
    NodeCertificates certificates = NodeCertificates.load(settings);
    certificates.follow(timer);
    door =
        GrpcDoor.open(
            GrpcDoorOptions.of("127.0.0.1", 0, "test")
                .with(new GrpcDoorOptions.Encrypted(0, certificates.server(), !settings.plain())),
            new GrpcDoor.Planes(data, new InMemoryCatalog(data)),
            new GrpcDoor.Access(Guard.open(), TestDoor.PLAIN),
            List.of(),
            DoorEvents.NONE,
            new MetricRegistry());
  }

  private InfoResponse info(SslContextBuilder tls) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", door.tlsPort()).sslContext(tls.build()).build();
    try {
      return BTrDBGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .info(InfoParams.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  private static SslContextBuilder trusting(TestAuthority trusted) {
    return GrpcSslContexts.forClient().trustManager(trusted.certificate().toFile());
  }

  private static SslContextBuilder showing(SslContextBuilder client, Issued own) {
    return client.keyManager(own.certificate().toFile(), own.key().toFile());
  }

  @Test
  void shouldServeByTlsBesideThePlainPortAndNameTheNodesAccordingly() throws IOException {
    data.topology =
        new DataPlane.Topology(
            "c1",
            1,
            List.of(new DataPlane.NodeAddress("n1", "h:4410", "h:4411", "h:4412", "")),
            data.topology.shards(),
            "n1");
    open(encryption(node, true, false, false));
    assertNotEquals(door.port(), door.tlsPort());
    assertEquals("h:4411", info(trusting(authority)).getMash().getMembers(0).getGrpcEndpoints());

    ManagedChannel plain =
        NettyChannelBuilder.forAddress("127.0.0.1", door.port()).usePlaintext().build();
    assertEquals(
        "h:4410",
        BTrDBGrpc.newBlockingStub(plain)
            .info(InfoParams.getDefaultInstance())
            .getMash()
            .getMembers(0)
            .getGrpcEndpoints());
    plain.shutdownNow();
  }

  @Test
  void shouldNotBeBelievedByAClientThatTrustsAnother() throws IOException {
    open(encryption(node, false, true, false));
    assertEquals(door.port(), door.tlsPort());
    StatusRuntimeException refused =
        assertThrows(StatusRuntimeException.class, () -> info(trusting(stranger)));
    assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
    assertTrue(
        String.valueOf(refused.getCause()).contains("certificat")
            || String.valueOf(refused.getCause()).contains("PKIX"),
        String.valueOf(refused.getCause()));
  }

  @Test
  void shouldTakeOnlyClientsWithACertificateWhereThatIsDemanded() throws IOException {
    open(encryption(node, true, false, true));
    assertEquals(5, info(showing(trusting(authority), authority.issue("ann"))).getMajorVersion());
    assertRefused(trusting(authority));
    assertRefused(showing(trusting(authority), stranger.issue("eve")));
    assertRefused(showing(trusting(authority), authority.issueExpired("old")));
  }

  private void assertRefused(SslContextBuilder client) {
    StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> info(client));
    assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
  }

  @Test
  void shouldSayWhatIsWrongWithItsOwnFiles() throws IOException {
    Issued expired = authority.issueExpired("old");
    assertSays("expired on", encryption(expired, true, false, false));
    Issued other = authority.issue("other");
    assertSays(
        "is not the key",
        encryption(new Issued(node.certificate(), other.key()), true, false, false));
    assertSays(
        "holds no private key",
        encryption(new Issued(node.certificate(), node.certificate()), true, false, false));
    assertSays(
        "cannot be read",
        encryption(new Issued(folder.resolve("none"), node.key()), true, false, false));
    assertSays(
        "holds no certificate",
        encryption(
            new Issued(Files.writeString(folder.resolve("empty"), ""), node.key()),
            true,
            false,
            false));
  }

  private static void assertSays(String words, Encryption settings) {
    IOException said = assertThrows(IOException.class, () -> NodeCertificates.load(settings));
    assertTrue(said.getMessage().contains(words), said.getMessage());
  }

  @Test
  void shouldTakeUpANewCertificateWithoutARestartAndKeepTheOldOneIfTheNewIsWrong()
      throws Exception {
    open(encryption(node, true, false, false));
    BigInteger before = serial();
    Issued next = authority.issue("next");
    Files.copy(next.certificate(), node.certificate(), StandardCopyOption.REPLACE_EXISTING);
    // The certificate without its key: the old pair stays in use.
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
    assertEquals(before, serial());
    Files.copy(next.key(), node.key(), StandardCopyOption.REPLACE_EXISTING);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (serial().equals(before)) {
      assertTrue(System.nanoTime() < end, "the new certificate is not taken up");
      LockSupport.parkNanos(100_000_000);
    }
    assertEquals(5, info(trusting(authority)).getMajorVersion());
  }

  /** Of the certificate that the door shows now. */
  private BigInteger serial() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", door.tlsPort())) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
