package io.btrdb.placement.embedded;

import io.btrdb.consensus.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.server.ZooKeeperServerMain;

/**
 * A ZooKeeper as production has it, with TLS or with users, in a process of its own: its settings
 * are system properties, which a client in the same process would take for its own.
 */
public final class SecureZooKeeper implements AutoCloseable {
  private final Path folder;
  private final int port;
  private final Process process;

  private SecureZooKeeper(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /**
   * Lets in whoever speaks TLS.
   *
   * @param asksForCertificates and only who has a certificate that {@code keys} know
   */
  public static SecureZooKeeper withTls(Path folder, TestKeys keys, boolean asksForCertificates) {
    int port = FreePorts.inARow(1);
    return start(
        folder,
        port,
        List.of(
            "secureClientPort=" + port,
            "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
            "ssl.keyStore.location=" + keys.store("server"),
            "ssl.keyStore.password=" + TestKeys.PASSWORD,
            "ssl.trustStore.location=" + keys.certificate("client"),
            "ssl.clientAuth=" + (asksForCertificates ? "need" : "none")),
        List.of());
  }

  /**
   * Lets in users and nobody else.
   *
   * @param passwords by user
   */
  public static SecureZooKeeper withUsers(Path folder, Map<String, String> passwords) {
    int port = FreePorts.inARow(1);
    Path jaas = folder.resolve("jaas.conf");
    StringBuilder users = new StringBuilder();
    passwords.forEach(
        (user, password) -> users.append(" user_%s=\"%s\"".formatted(user, password)));
    write(
        jaas,
        "Server { org.apache.zookeeper.server.auth.DigestLoginModule required" + users + "; };\n");
    return start(
        folder,
        port,
        List.of(
            "clientPort=" + port,
            "clientPortAddress=127.0.0.1",
            "authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
            "enforce.auth.enabled=true",
            "enforce.auth.schemes=sasl"),
        List.of("-Djava.security.auth.login.config=" + jaas, "-Dzookeeper.fips-mode=false"));
  }

  private static SecureZooKeeper start(
      Path folder, int port, List<String> settings, List<String> properties) {
    Path file = folder.resolve("zoo.cfg");
    List<String> lines = new ArrayList<>(settings);
    lines.add("dataDir=" + folder.resolve("data"));
    lines.add("tickTime=500");
    lines.add("admin.enableServer=false");
    write(file, String.join("\n", lines) + "\n");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx96m");
    command.addAll(properties);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ZooKeeperServerMain.class.getName());
    command.add(file.toString());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      SecureZooKeeper server = new SecureZooKeeper(folder, port, process);
      Await.until("ZooKeeper listens, see " + folder.resolve("log"), server::listens);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean listens() {
    if (!process.isAlive()) {
      throw new AssertionError("ZooKeeper has ended, see " + folder.resolve("log"));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String connectString() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
