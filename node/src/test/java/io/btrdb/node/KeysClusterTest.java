package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.CreateKeyRequest;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.KeyGrant;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.cluster.ListKeysRequest;
import io.btrdb.api.cluster.NewKeyResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.RevokeKeyRequest;
import io.btrdb.api.cluster.RotateKeyRequest;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.config.NodeConfig;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys on a cluster of three nodes: made on one, good on all, and gone from all. */
class KeysClusterTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final List<String> NODES = List.of("a", "b", "c");

  @TempDir Path folder;
  private InProcessNodes nodes;

  @BeforeEach
  void start() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    nodes =
        new InProcessNodes(
            folder,
            2,
            new NodeConfig.Security(true, Optional.of(secret), 60, 10, Optional.empty()),
            secret);
    nodes.found("a", "b", "c");
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private Channel as(String node, String key) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    return ClientInterceptors.intercept(
        nodes.plainChannel(node), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private BTrDBGrpc.BTrDBBlockingStub v5(String node, String key) {
    return BTrDBGrpc.newBlockingStub(as(node, key)).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private KeysGrpc.KeysBlockingStub root(String node) {
    return KeysGrpc.newBlockingStub(nodes.channel(node)).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private NewKeyResponse create(KeysGrpc.KeysBlockingStub stub, String user, String... grants) {
    CreateKeyRequest.Builder request = CreateKeyRequest.newBuilder().setUser(user);
    for (String grant : grants) {
      int colon = grant.indexOf(':');
      request.addGrants(
          KeyGrant.newBuilder()
              .setPrefix(grant.substring(colon + 1))
              .addAllCapabilities(List.of(grant.substring(0, colon).split(","))));
    }
    return stub.createKey(request.build());
  }

  private static Status status(Runnable call) {
    return assertThrows(StatusRuntimeException.class, call::run).getStatus();
  }

  private boolean isGood(String node, String key) {
    try {
      v5(node, key).info(InfoParams.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      assertEquals(Status.Code.UNAUTHENTICATED, e.getStatus().getCode());
      assertEquals("invalid api key", e.getStatus().getDescription());
      return false;
    }
  }

  @Test
  void shouldLetKeysInEverywhereWhileTheyAreGoodAndNowhereAfterwards() throws Exception {
    NewKeyResponse made = create(root("a"), "ann", "read,insert,delete,obliterate,admin:");
    assertEquals("", made.getMessage());
    String admin = made.getToken();
    assertTrue(isGood("a", admin), "the node that made it knows it at once");
    InProcessNodes.await("all nodes to know", () -> NODES.stream().allMatch(n -> isGood(n, admin)));

    KeysGrpc.KeysBlockingStub ann = KeysGrpc.newBlockingStub(as("b", admin));
    String pmu = create(ann, "pmu", "insert:grid/east").getToken();
    InProcessNodes.await("all nodes to know", () -> NODES.stream().allMatch(n -> isGood(n, pmu)));

    UUID uuid = UUID.randomUUID();
    ByteString stream = UuidBytes.of(uuid);
    CreateParams create =
        CreateParams.newBuilder().setUuid(stream).setCollection("grid/east/pmu7").build();
    assertFalse(v5("a", pmu).create(create).hasStat());
    InsertParams insert =
        InsertParams.newBuilder()
            .setUuid(stream)
            .addValues(RawPoint.newBuilder().setTime(5).setValue(1))
            .build();
    NearestParams nearest =
        NearestParams.newBuilder().setUuid(stream).setTime(6).setBackward(true).build();
    for (String node : NODES) {
      // Forwarded to the leader by all nodes but one.
      assertFalse(v5(node, pmu).insert(insert).hasStat());
      assertEquals(
          Status.Code.PERMISSION_DENIED, status(() -> v5(node, pmu).nearest(nearest)).getCode());
      NearestResponse found = v5(node, admin).nearest(nearest);
      assertEquals(5, found.getValue().getTime());
      assertEquals(
          Status.Code.PERMISSION_DENIED,
          status(() -> create(KeysGrpc.newBlockingStub(as(node, pmu)), "eve", "admin:")).getCode());
      assertEquals(
          Status.Code.PERMISSION_DENIED,
          status(
                  () ->
                      PeerGrpc.newBlockingStub(as(node, pmu))
                          .hello(HelloRequest.getDefaultInstance()))
              .getCode());
      assertEquals(
          Status.Code.UNAUTHENTICATED,
          status(
                  () ->
                      PeerGrpc.newBlockingStub(nodes.plainChannel(node))
                          .hello(HelloRequest.getDefaultInstance()))
              .getCode());
    }

    String id =
        ann.listKeys(ListKeysRequest.newBuilder().setUser("pmu").build()).getKeys(0).getId();
    assertEquals(0, ann.revokeKey(RevokeKeyRequest.newBuilder().setId(id).build()).getCode());
    assertFalse(isGood("b", pmu), "the node that took it back goes by that at once");
    InProcessNodes.await("no node to take it", () -> NODES.stream().noneMatch(n -> isGood(n, pmu)));
    assertNotEquals(0, ann.revokeKey(RevokeKeyRequest.newBuilder().setId(id).build()).getCode());

    nodes.stop("c");
    nodes.start("c");
    nodes.awaitReady("c");
    InProcessNodes.await("the restarted node to know", () -> isGood("c", admin));
    assertNoSecrets(admin, pmu);
  }

  @Test
  void shouldRotateKeysAndRefuseWishesThatMakeNoSense() {
    KeysGrpc.KeysBlockingStub root = root("a");
    NewKeyResponse old = create(root, "lab", "read:lab");
    NewKeyResponse next =
        root.rotateKey(RotateKeyRequest.newBuilder().setId(old.getKey().getId()).build());
    assertEquals("", next.getMessage());
    assertEquals(old.getKey().getGrantsList(), next.getKey().getGrantsList());
    assertTrue(isGood("a", next.getToken()));
    assertFalse(isGood("a", old.getToken()));

    assertEquals(421, create(root, "", "read:").getCode());
    assertEquals(421, create(root, "lab").getCode());
    assertEquals(421, create(root, "lab", "fly:").getCode());
    assertEquals(421, create(root, "lab", "admin:grid").getCode());
    assertEquals(421, create(root, "lab", "read:grid/").getCode());
    assertEquals(
        421, root.rotateKey(RotateKeyRequest.newBuilder().setId("none").build()).getCode());
  }

  /** Neither the secret of a key nor the cluster's is in any file of a node. */
  private void assertNoSecrets(String... tokens) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.getFileName().toString().equals("secret")) {
          continue;
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(SECRET), file.toString());
        for (String token : tokens) {
          assertFalse(text.contains(token.substring(token.length() - 43)), file.toString());
        }
      }
    }
    String audit = Files.readString(nodes.dataFolder("b").resolve("audit/audit.log"));
    assertTrue(audit.contains(" CreateKey - ok"), audit);
    assertTrue(audit.contains(" RevokeKey - ok"), audit);
    assertTrue(audit.contains(" pmu/") && audit.contains("PERMISSION_DENIED"), audit);
  }
}
