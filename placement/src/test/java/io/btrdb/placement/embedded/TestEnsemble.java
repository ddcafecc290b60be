package io.btrdb.placement.embedded;

import io.btrdb.consensus.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An ensemble in this JVM whose members can be stopped, started and wiped. */
public final class TestEnsemble implements AutoCloseable {
  private final Path folder;
  private final List<EmbeddedZooKeeper.Server> servers;
  private final EmbeddedZooKeeper[] members;

  private TestEnsemble(Path folder, List<EmbeddedZooKeeper.Server> servers) {
    this.folder = folder;
    this.servers = servers;
    this.members = new EmbeddedZooKeeper[servers.size()];
  }

  /** Draws ports and starts nothing. */
  public static TestEnsemble of(int members, Path folder) {
    List<EmbeddedZooKeeper.Server> servers = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      servers.add(new EmbeddedZooKeeper.Server("127.0.0.1", "127.0.0.1", FreePorts.inARow(3)));
    }
    return new TestEnsemble(folder, servers);
  }

  /** Where a member listens. */
  public int port(int member) {
    return servers.get(member).port();
  }

  public String connectString() {
    return EmbeddedZooKeeper.connectString(servers);
  }

  public TestEnsemble startAll() {
    for (int i = 0; i < members.length; i++) {
      start(i);
    }
    return this;
  }

  public void start(int member) {
    try {
      members[member] = EmbeddedZooKeeper.start(servers, member, folder.resolve("zk" + member));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void stop(int member) {
    members[member].close();
    members[member] = null;
  }

  public void stopAll() {
    for (int i = 0; i < members.length; i++) {
      if (members[i] != null) {
        stop(i);
      }
    }
  }

  /** Deletes everything a stopped member knew. */
  public void wipe(int member) {
    try (Stream<Path> paths = Files.walk(folder.resolve("zk" + member))) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stopAll();
  }
}
