package io.btrdb.node.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.consensus.FreePorts;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Leadership;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.Position;
import io.btrdb.consensus.RaftNode;
import io.btrdb.consensus.RaftOptions;
import io.btrdb.node.plane.CatalogPlane.Descriptor;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.btrdb.storage.InMemoryStateVault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three replicas of the catalog on a real log in one process. */
@Timeout(90)
class CatalogOverRaftTest {
  private static final GroupId GROUP = new GroupId(new UUID(0xCA, 1));
  private static final RaftOptions OPTIONS =
      RaftOptions.DEFAULTS
          .withElections(new RaftOptions.Elections(Duration.ofMillis(300), Duration.ofMillis(600)))
          .withRequestTimeout(Duration.ofSeconds(2));

  @TempDir private Path folder;

  private final FakeShards shards = new FakeShards(new Faults());
  private final ExecutorService work = Executors.newFixedThreadPool(2);
  private final List<Node> nodes = new ArrayList<>();

  private final class Node implements CatalogReplica.Events, CatalogPeers {
    private final CatalogReplica replica =
        new CatalogReplica(
            CatalogOptions.DEFAULT,
            new InMemoryStateVault(),
            (first, leader) -> CompletableFuture.completedFuture(Position.NONE),
            this);
    private final CatalogService service =
        new CatalogService(
            () -> Optional.of(replica), this, shards, work, level -> Optional.empty());
    private final PeerId id;
    private final RaftNode raft;
    private volatile boolean stopped;

    Node(Peer self, List<Peer> all) throws IOException {
      id = self.id();
      raft =
          RaftNode.start(
              OPTIONS, id, self.address(), folder.resolve(id.toString()), group -> replica);
      replica.attach(raft.create(GROUP, all));
    }

    void stop() throws IOException {
      if (!stopped) {
        stopped = true;
        service.close();
        raft.close();
      }
    }

    @Override
    public void leadership(Leadership event) {
      service.leadership(event);
    }

    @Override
    public void failed(Throwable why) {
      throw new AssertionError(why);
    }

    @Override
    public Optional<String> leader() {
      return replica.log().role().leader().filter(peer -> !peer.equals(id)).map(PeerId::toString);
    }

    @Override
    public CompletableFuture<CatalogResponse> submit(
        String node, CatalogRequest request, long timeoutMillis) {
      Node other =
          nodes.stream().filter(n -> n.id.toString().equals(node)).findFirst().orElseThrow();
      return other.stopped
          ? CompletableFuture.failedFuture(new IOException("connection refused"))
          : other.service.handle(request);
    }

    @Override
    public CompletableFuture<CatalogResponse> read(
        String node, CatalogRequest request, long timeoutMillis) {
      return submit(node, request, timeoutMillis);
    }
  }

  @BeforeEach
  void start() throws Exception {
    List<Peer> peers = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      peers.add(Peer.voter(new PeerId(name), "127.0.0.1:" + FreePorts.next()));
    }
    for (Peer peer : peers) {
      nodes.add(new Node(peer, peers));
    }
    await(() -> leader().isPresent());
    leader().orElseThrow().replica.submit(new CatalogCommand.Init("cluster")).join();
  }

  @AfterEach
  void stop() throws IOException {
    for (Node node : nodes) {
      node.stop();
    }
    work.shutdownNow();
  }

  private Optional<Node> leader() {
    return live().stream().filter(node -> node.replica.leads()).findFirst();
  }

  private List<Node> live() {
    return nodes.stream().filter(node -> !node.stopped).toList();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "still not so after 30 s");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static long deadline(long seconds) {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  private CompletableFuture<Reply<Void>> create(Node door, int number, long deadlineNanos) {
    return door.service.create(
        new UUID(0, number),
        "c/" + number % 7,
        Map.of("name", "n" + number),
        Map.of(),
        deadlineNanos);
  }

  @Test
  void shouldKeepEveryCreateThroughTheLossOfItsLeader() throws Exception {
    int count = 600;
    List<CompletableFuture<Reply<Void>>> creates = new ArrayList<>();
    Node lost = leader().orElseThrow();
    for (int i = 0; i < count; i++) {
      if (i == count / 2) {
        creates.getFirst().join();
        lost.stop();
      }
      Node door = live().get(i % live().size());
      // Nobody waits for long at a door that dies.
      creates.add(create(door, i, deadline(door == lost ? 3 : 30)));
    }
    int succeeded = 0;
    for (int i = 0; i < count; i++) {
      Reply<Void> reply = creates.get(i).join();
      boolean doorDied = i < count / 2 && i % 3 == nodes.indexOf(lost);
      if (!doorDied) {
        assertInstanceOf(Reply.Ok.class, reply, "create " + i + ": " + reply);
      }
      succeeded += reply instanceof Reply.Ok ? 1 : 0;
    }
    Node leader = leader().orElseThrow();
    await(() -> leader.replica.catalog().info().unfinished() == 0);
    TreeSet<UUID> found = new TreeSet<>();
    Descriptor after = null;
    while (true) {
      Reply<List<Descriptor>> reply =
          live()
              .getFirst()
              .service
              .lookup("c/", true, List.of(), List.of(), after, 100, deadline(30))
              .join();
      List<Descriptor> page = ((Reply.Ok<List<Descriptor>>) reply).value();
      if (page.isEmpty()) {
        break;
      }
      page.forEach(stream -> found.add(stream.uuid()));
      after = page.getLast();
    }
    assertTrue(found.size() >= succeeded, found.size() + " of " + succeeded);
    assertEquals(shards.streams.keySet(), found);
    long applied = leader.replica.catalog().info().appliedIndex();
    await(
        () ->
            live().stream()
                .allMatch(node -> node.replica.catalog().info().appliedIndex() == applied));
    assertEquals(
        1,
        live().stream()
            .map(node -> HexFormat.of().formatHex(node.replica.catalog().digest()))
            .distinct()
            .count());
  }
}
