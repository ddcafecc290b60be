package io.btrdb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.CreateKeyRequest;
import io.btrdb.api.cluster.KeyInfo;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.cluster.ListKeysRequest;
import io.btrdb.api.cluster.ListKeysResponse;
import io.btrdb.api.cluster.NewKeyResponse;
import io.btrdb.api.cluster.RevokeKeyRequest;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.node.security.ClusterSecret;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code btrdb keys ...} against a node that only says what it is told to. */
@Timeout(60)
class KeyVerbsTest {
  private static final String TOKEN = "btrdb_0123456789ab_" + "A".repeat(43);

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Keys keys = new Keys();
  private final List<String> headers = new ArrayList<>();
  private Server server;
  private Status refusal;

  private static final class Keys extends KeysGrpc.KeysImplBase {
    CreateKeyRequest created;
    String revoked;

    @Override
    public void createKey(CreateKeyRequest request, StreamObserver<NewKeyResponse> reply) {
      created = request;
      reply.onNext(
          NewKeyResponse.newBuilder()
              .setKey(
                  KeyInfo.newBuilder()
                      .setId("0123456789ab")
                      .setUser(request.getUser())
                      .addAllGrants(request.getGrantsList()))
              .setToken(TOKEN)
              .build());
      reply.onCompleted();
    }

    @Override
    public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> reply) {
      reply.onNext(
          ListKeysResponse.newBuilder()
              .addKeys(KeyInfo.newBuilder().setId("0123456789ab").setUser("ann"))
              .build());
      reply.onCompleted();
    }

    @Override
    public void revokeKey(RevokeKeyRequest request, StreamObserver<AdminReply> reply) {
      revoked = request.getId();
      reply.onNext(AdminReply.newBuilder().setCode(421).setMessage("there is no key").build());
      reply.onCompleted();
    }
  }

  @BeforeEach
  void start() throws IOException {
    ServerInterceptor listener =
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
            headers.add(
                metadata.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
            if (refusal != null) {
              call.close(refusal, new Metadata());
              return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, metadata);
          }
        };
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(ServerInterceptors.intercept(keys, listener))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private int run(String... arguments) {
    List<String> words = new ArrayList<>(List.of("keys"));
    words.addAll(List.of(arguments));
    words.addAll(List.of("-e", "127.0.0.1:" + server.getPort()));
    out.reset();
    err.reset();
    return Main.run(Terminal.of("", out, err), words.toArray(String[]::new));
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldPrintANewKeyAloneOnStandardOutput() throws IOException {
    Path file = Files.writeString(folder.resolve("ann.key"), TOKEN + "\n");
    assertEquals(
        ExitCode.OK,
        run("create", "pmu", "--grant", "insert,read:grid/east", "--api-key-file", file.toString()),
        err());
    assertEquals(TOKEN + "\n", out.toString(StandardCharsets.UTF_8));
    assertFalse(err().contains(TOKEN), err());
    assertEquals(List.of("Bearer " + TOKEN), headers);
    assertEquals("grid/east", keys.created.getGrants(0).getPrefix());
    assertEquals(List.of("insert", "read"), keys.created.getGrants(0).getCapabilitiesList());
    assertEquals(0, keys.created.getExpiresMillis());
  }

  @Test
  void shouldProveItselfWithTheClustersSecret() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
    assertEquals(
        ExitCode.OK,
        run("create", "ann", "--admin", "--cluster-secret-file", file.toString()),
        err());
    assertEquals(List.of(ClusterSecret.load(file).authorization()), headers);
    assertTrue(keys.created.getGrants(0).getCapabilitiesList().contains("admin"));
    assertEquals("", keys.created.getGrants(0).getPrefix());
  }

  @Test
  void shouldListKeysAndSayWhyOneCannotBeRevoked() {
    assertEquals(ExitCode.OK, run("list", "-f", "csv"), err());
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("0123456789ab,ann"));
    assertEquals(ExitCode.FAILED, run("revoke", "nokey"));
    assertEquals("nokey", keys.revoked);
    assertTrue(err().contains("there is no key"), err());
  }

  @Test
  void shouldSayWhatToDoWithoutAKeyAndWithTooFewRights() {
    refusal = Status.UNAUTHENTICATED.withDescription("invalid api key");
    assertEquals(ExitCode.FAILED, run("list"));
    assertTrue(err().contains("invalid api key") && err().contains("BTRDB_API_KEY"), err());
    refusal = Status.PERMISSION_DENIED.withDescription("user does not have permission to x");
    assertEquals(ExitCode.FAILED, run("list"));
    assertTrue(err().contains("user does not have permission to x"), err());
  }

  @Test
  void shouldRefuseGrantsWithoutAPlaceAndFilesThatAreNotThere() {
    assertEquals(ExitCode.USAGE, run("create", "ann", "--grant", "read"));
    assertTrue(err().contains("is no grant"), err());
    assertEquals(ExitCode.USAGE, run("list", "--api-key-file", "/nowhere/at/all"));
    assertEquals(ExitCode.USAGE, run("list", "--tls-ca", "/nowhere/at/all"));
    assertEquals(List.of(), headers);
  }
}
