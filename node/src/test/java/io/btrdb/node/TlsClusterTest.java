package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.consensus.TestAuthority;
import io.btrdb.consensus.TestAuthority.Issued;
import io.btrdb.node.config.NodeConfig;
import io.grpc.StatusRuntimeException;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that talk TLS among themselves and to their clients, and nothing else. */
class TlsClusterTest {
  private static final List<String> NODES = List.of("a", "b", "c");

  @TempDir Path folder;
  private TestAuthority authority;
  private InProcessNodes nodes;

  @BeforeEach
  void start() throws IOException {
    authority = new TestAuthority(folder.resolve("authority"), "ours");
    Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
    NodeConfig.Security security =
        new NodeConfig.Security(
            true, Optional.of(secret), 60, 10, Optional.of(encryption(authority.issue("node"))));
    nodes = new InProcessNodes(folder.resolve("nodes"), 2, security, secret);
    nodes.found("a", "b", "c");
  }

  /** TLS alone, also between nodes. */
  private NodeConfig.Encryption encryption(Issued issued) {
    return new NodeConfig.Encryption(
        issued.certificate(),
        issued.key(),
        Optional.of(authority.certificate()),
        false,
        false,
        true);
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private BTrDBGrpc.BTrDBBlockingStub v5(String node) {
    return BTrDBGrpc.newBlockingStub(nodes.channel(node)).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldFormReplicateForwardAndSurviveByTlsAlone() {
    UUID uuid = UUID.randomUUID();
    CreateParams create =
        CreateParams.newBuilder().setUuid(UuidBytes.of(uuid)).setCollection("grid").build();
    assertFalse(v5("a").create(create).hasStat());
    insert("b", uuid, 5);
    String shard = nodes.groups().get(0);
    String gone = nodes.leader(shard);
    nodes.stop(gone);
    List<String> left = NODES.stream().filter(node -> !node.equals(gone)).toList();
    InProcessNodes.await(
        "another leader",
        () ->
            left.stream()
                .anyMatch(n -> nodes.state(n, shard).map(GroupState::getReady).orElse(false)));
    for (String node : left) {
      insert(node, uuid, 7);
    }
    nodes.start(gone);
    nodes.awaitReady(gone);
    NearestParams last =
        NearestParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setTime(100)
            .setBackward(true)
            .build();
    for (String node : NODES) {
      assertEquals(7, v5(node).nearest(last).getValue().getTime());
      // Whom the client is sent to talks TLS, too.
      assertTrue(
          v5(node).info(InfoParams.getDefaultInstance()).getMash().getMembersList().stream()
              .allMatch(member -> nodes.talksTls(member.getGrpcEndpoints())));
    }
    assertThrows(
        StatusRuntimeException.class,
        () ->
            BTrDBGrpc.newBlockingStub(nodes.channelWithoutTls("a"))
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .info(InfoParams.getDefaultInstance()));
  }

  @Test
  void shouldHearNobodyWithoutACertificateOnItsRaftPort() throws Exception {
    TestAuthority stranger = new TestAuthority(folder.resolve("stranger"), "theirs");
    assertFalse(isHeard(null));
    assertFalse(isHeard(stranger.issue("eve")));
    assertTrue(isHeard(authority.issue("late")));
  }

  /** Whether Raft's port says anything to who shows this certificate, or none. */
  private boolean isHeard(Issued shown) throws Exception {
    SslContextBuilder context =
        SslContextBuilder.forClient().trustManager(authority.certificate().toFile());
    if (shown != null) {
      context.keyManager(shown.certificate().toFile(), shown.key().toFile());
    }
    JdkSslContext jdk = (JdkSslContext) context.sslProvider(SslProvider.JDK).build();
    try (SSLSocket socket =
        (SSLSocket)
            jdk.context().getSocketFactory().createSocket("127.0.0.1", nodes.raftPort("a"))) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(20_000);
      socket.startHandshake();
      // The first thing that a server of HTTP/2 says is its settings.
      return socket.getInputStream().read() >= 0;
    } catch (SSLException | SocketException e) {
      return false;
    }
  }

  private void insert(String node, UUID uuid, long time) {
    assertFalse(
        v5(node)
            .insert(
                InsertParams.newBuilder()
                    .setUuid(UuidBytes.of(uuid))
                    .addValues(RawPoint.newBuilder().setTime(time).setValue(1))
                    .build())
            .hasStat());
  }
}
