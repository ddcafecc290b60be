package io.btrdb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  private static final String KEY = "btrdb_0123456789ab_" + "A".repeat(43);

  @TempDir Path folder;

  /** Of the calls that came in; an empty text where there was none. */
  private final List<String> headers = new CopyOnWriteArrayList<>();

  private Server server;

  /** A certificate for 127.0.0.1 that vouches for itself, and its key, in PEM. */
  private record Certificate(Path chain, Path key) {
    static Certificate make(Path folder, String name) throws Exception {
      Path store = folder.resolve(name + ".p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  "changeit",
                  "-alias",
                  name,
                  "-dname",
                  "CN=" + name,
                  "-keyalg",
                  "EC",
                  "-groupname",
                  "secp256r1",
                  "-ext",
                  "san=ip:127.0.0.1",
                  "-ext",
                  "bc:c")
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, keytool.waitFor(), said);
      char[] password = "changeit".toCharArray();
      KeyStore keys = KeyStore.getInstance(store.toFile(), password);
      return new Certificate(
          pem(folder.resolve(name + ".crt"), "CERTIFICATE", keys.getCertificate(name).getEncoded()),
          pem(
              folder.resolve(name + ".key"),
              "PRIVATE KEY",
              keys.getKey(name, password).getEncoded()));
    }

    private static Path pem(Path file, String what, byte[] bytes) throws Exception {
      String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
      return Files.writeString(
          file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.shutdownNow();
    }
  }

  private void serve(SslContextBuilder tls) throws Exception {
    BTrDBGrpc.BTrDBImplBase service =
        new BTrDBGrpc.BTrDBImplBase() {
          @Override
          public void info(InfoParams request, StreamObserver<InfoResponse> reply) {
            reply.onNext(InfoResponse.getDefaultInstance());
            reply.onCompleted();
          }
        };
    ServerInterceptor listener =
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
            String value =
                metadata.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            headers.add(value == null ? "" : value);
            return next.startCall(call, metadata);
          }
        };
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(ServerInterceptors.intercept(service, listener));
    server = (tls == null ? builder : builder.sslContext(tls.build())).build().start();
  }

  private Status.Code ask(Credentials credentials) {
    String address = "127.0.0.1:" + server.getPort();
    ManagedChannel channel =
        credentials.secure(NettyChannelBuilder.forTarget("dns:///" + address), address).build();
    try {
      BTrDBGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .info(InfoParams.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void shouldShowTheKeyOnEveryCall() throws Exception {
    serve(null);
    assertEquals(Status.Code.OK, ask(Credentials.NONE));
    assertEquals(Status.Code.OK, ask(Credentials.NONE.withKey(KEY)));
    assertEquals(List.of("", "Bearer " + KEY), headers);
  }

  @Test
  void shouldTalkTlsOnlyToWhomItTrusts() throws Exception {
    Certificate node = Certificate.make(folder, "node");
    Certificate stranger = Certificate.make(folder, "stranger");
    serve(GrpcSslContexts.forServer(node.chain().toFile(), node.key().toFile()));
    assertEquals(Status.Code.OK, ask(Credentials.NONE.trusting(node.chain()).withKey(KEY)));
    assertEquals(List.of("Bearer " + KEY), headers);
    assertEquals(Status.Code.UNAVAILABLE, ask(Credentials.NONE.trusting(stranger.chain())));
    assertEquals(Status.Code.UNAVAILABLE, ask(Credentials.NONE.withTls()));
    // Never plain by itself, and never TLS where it was not asked for.
    assertEquals(Status.Code.UNAVAILABLE, ask(Credentials.NONE.withKey(KEY)));
    assertEquals(1, headers.size());
  }

  @Test
  void shouldShowItsOwnCertificateWhereThatIsAskedFor() throws Exception {
    Certificate node = Certificate.make(folder, "node");
    Certificate ann = Certificate.make(folder, "ann");
    serve(
        GrpcSslContexts.forServer(node.chain().toFile(), node.key().toFile())
            .trustManager(ann.chain().toFile())
            .clientAuth(ClientAuth.REQUIRE));
    Credentials trusting = Credentials.NONE.trusting(node.chain());
    assertEquals(Status.Code.UNAVAILABLE, ask(trusting));
    assertEquals(Status.Code.OK, ask(trusting.withCertificate(ann.chain(), ann.key())));
  }

  @Test
  void shouldRefuseKeysAndFilesThatCannotBeOnes() {
    assertThrows(IllegalArgumentException.class, () -> Credentials.NONE.withKey("two words"));
    assertThrows(IllegalArgumentException.class, () -> Credentials.NONE.withKey(""));
    assertThrows(
        IllegalArgumentException.class,
        () -> Credentials.NONE.trusting(folder.resolve("nowhere.pem")));
    assertFalse(Credentials.NONE.withKey(KEY).toString().contains(KEY));
    assertTrue(Credentials.NONE.withTls().toString().contains("TLS"));
  }

  @Test
  void shouldSayThatAFileHoldsNoCertificate() throws Exception {
    Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "nonsense");
    serve(null);
    Credentials credentials = Credentials.NONE.trusting(nonsense);
    IllegalArgumentException said =
        assertThrows(IllegalArgumentException.class, () -> ask(credentials));
    assertTrue(said.getMessage().startsWith("TLS cannot be used"), said.getMessage());
  }
}
