package io.btrdb.node.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.NodeList;
import io.btrdb.catalog.Catalog;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import io.btrdb.shard.CommandCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every node of the cluster that this one has ever heard of: how to reach it, what it can hold, and
 * what it last said. It begins with the members of the configuration, spreads from node to node
 * with their greetings, and is kept in the data folder, so that a node that comes back finds all
 * others although its configuration names only some.
 *
 * <p>Each node writes its own card, with a revision that grows from start to start; of two cards
 * the higher revision counts. A node removed on request leaves a card that says so, which no older
 * card of that incarnation replaces: only with an empty data folder can it join again.
 *
 * <pre>
 * file "nodes" := crc32c:int32be NodeList      ; cluster.proto
 * </pre>
 *
 * <p>Thread-safe.
 */
public final class NodeDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDirectory.class);

  /** What a node said, and when by {@link System#nanoTime}. */
  private record Heard(HelloResponse hello, long atNanos) {}

  private final String self;
  private final DurableFile file;
  private final long startNanos = System.nanoTime();
  private final Map<String, NodeCard> cards = new ConcurrentSkipListMap<>();
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private final AtomicLong revision = new AtomicLong();

  private NodeDirectory(String self, DurableFile file) {
    this.self = self;
    this.file = file;
  }

  /**
   * The directory kept in the data folder, with this node's own card renewed.
   *
   * @param version of this program
   */
  public static NodeDirectory open(NodeConfig config, Identity self, String version) {
    NodeDirectory directory =
        new NodeDirectory(self.node(), new DurableFile(config.dataDirectory().resolve("nodes")));
    directory.cards.putAll(directory.read());
    for (Member member : config.members()) {
      directory.seed(member, tls(config, member));
    }
    directory.introduce(config, self, version);
    directory.store();
    return directory;
  }

  private Map<String, NodeCard> read() {
    Map<String, NodeCard> known = new TreeMap<>();
    file.read()
        .ifPresent(
            bytes -> {
              try {
                NodeList.parseFrom(bytes).getNodesList().forEach(c -> known.put(c.getNodeId(), c));
              } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the list of nodes cannot be read", e);
              }
            });
    return known;
  }

  /** The operator's word counts until the node itself says something else. */
  private void seed(Member member, String tls) {
    NodeCard known = cards.get(member.node());
    NodeCard seed =
        NodeCard.newBuilder()
            .setNodeId(member.node())
            .setGrpc(member.grpc())
            .setHttp(member.http())
            .setRaft(member.raft())
            .setGrpcTls(tls)
            .setCapacity(100)
            .build();
    if (known == null) {
      cards.put(member.node(), seed);
    } else if (!known.getGone()
        && !known.getGrpc().equals(member.grpc())
        && !known.getGrpc().equals(tls)) {
      cards.put(member.node(), seed.toBuilder().setIncarnation(known.getIncarnation()).build());
    }
  }

  private void introduce(NodeConfig config, Identity identity, String version) {
    NodeCard known = cards.getOrDefault(self, NodeCard.getDefaultInstance());
    if (known.getGone() && known.getIncarnation().equals(identity.incarnation())) {
      return;
    }
    cards.put(
        self,
        NodeCard.newBuilder()
            .setNodeId(self)
            .setIncarnation(identity.incarnation())
            .setGrpc(grpc(config))
            .setHttp(config.self().http())
            .setRaft(config.self().raft())
            .setZone(config.zone())
            .setCapacity(config.capacity())
            .setVersion(version)
            .setLogLevel(CommandCodec.LEVEL)
            .setCatalogLevel(Catalog.LEVEL)
            .setGrpcTls(tls(config, config.self()))
            // Later than every card of this node so far, even where its clock went back.
            .setRevision(Math.max(System.currentTimeMillis(), known.getRevision() + 1))
            .build());
  }

  private static String tls(NodeConfig config, Member member) {
    return config.security().tls().isPresent() ? member.grpcTls() : "";
  }

  /** Where this node is reached by who asks for no TLS, or by everybody where nothing else is. */
  private static String grpc(NodeConfig config) {
    boolean plain = config.security().tls().map(NodeConfig.Encryption::plain).orElse(true);
    return plain ? config.self().grpc() : config.self().grpcTls();
  }

  private void store() {
    file.write(NodeList.newBuilder().addAllNodes(cards.values()).build().toByteArray());
  }

  // ------------------------------------------------------------------------------------- questions

  /** This node's own card. */
  public NodeCard own() {
    return cards.get(self);
  }

  /** Where the node talks TLS that has this plain address; the address itself while unknown. */
  public String tlsOf(String grpc) {
    return cards.values().stream()
        .filter(card -> card.getGrpc().equals(grpc) && !card.getGrpcTls().isEmpty())
        .map(NodeCard::getGrpcTls)
        .findFirst()
        .orElse(grpc);
  }

  /** The card of a node, also of one that is gone. */
  public Optional<NodeCard> card(String node) {
    return Optional.ofNullable(cards.get(node));
  }

  /** Whether all of these nodes say that they can apply a shard's log of this level. */
  public boolean allApply(int level, Collection<String> nodes) {
    return nodes.stream().allMatch(node -> card(node).map(c -> c.getLogLevel()).orElse(0) >= level);
  }

  /** All cards in the order of their ids, those of nodes that are gone among them. */
  public List<NodeCard> cards() {
    return List.copyOf(cards.values());
  }

  /**
   * Cards of all nodes that belong to the cluster, this one included, in the order of their ids.
   */
  public List<NodeCard> living() {
    return cards.values().stream().filter(card -> !card.getGone()).toList();
  }

  /** Ids of all nodes that belong to the cluster, but for this one. */
  public List<String> others() {
    return cards.values().stream()
        .filter(card -> !card.getGone() && !card.getNodeId().equals(self))
        .map(NodeCard::getNodeId)
        .toList();
  }

  /** What a node last said; empty when it has not said anything since this node started. */
  public Optional<HelloResponse> lastHello(String node) {
    return Optional.ofNullable(heard.get(node)).map(Heard::hello);
  }

  /** The last words of every node that is not gone and has been heard within {@code silence}. */
  public List<HelloResponse> heardWithin(Duration silence) {
    return others().stream()
        .filter(node -> silence(node).compareTo(silence) <= 0)
        .flatMap(node -> lastHello(node).stream())
        .toList();
  }

  /** Time since a node was heard, or since this node started. */
  public Duration silence(String node) {
    Heard last = heard.get(node);
    return Duration.ofNanos(System.nanoTime() - (last == null ? startNanos : last.atNanos()));
  }

  /** Grows with every change of a card. */
  public long revision() {
    return revision.get();
  }

  // --------------------------------------------------------------------------------------- changes

  /** Takes note of what another node of the cluster has answered, and of whom it knows. */
  public void heard(HelloResponse hello) {
    heard.put(hello.getNodeId(), new Heard(hello, System.nanoTime()));
    merge(hello.getNodesList());
  }

  /** Takes over every card that is newer than the one known. */
  public synchronized void merge(Collection<NodeCard> others) {
    boolean changed = false;
    for (NodeCard card : others) {
      changed |= card.getNodeId().equals(self) ? heardOfSelf(card) : merge(card);
    }
    if (changed) {
      revision.incrementAndGet();
      store();
    }
  }

  private boolean merge(NodeCard card) {
    NodeCard known = cards.get(card.getNodeId());
    if (known != null && !newer(card, known)) {
      return false;
    }
    cards.put(card.getNodeId(), card);
    if (known == null || known.getRevision() == 0 || known.getGone() != card.getGone()) {
      LOG.info(
          "node {} at {} {}",
          card.getNodeId(),
          card.getGrpc(),
          card.getGone() ? "was removed from the cluster" : "belongs to the cluster");
    }
    return true;
  }

  private static boolean newer(NodeCard card, NodeCard known) {
    boolean same = card.getIncarnation().equals(known.getIncarnation());
    return same && card.getGone() != known.getGone()
        ? card.getGone()
        : card.getRevision() > known.getRevision();
  }

  /** This node alone says how it is reached; but others may have removed it. */
  private boolean heardOfSelf(NodeCard card) {
    NodeCard own = own();
    boolean same = card.getIncarnation().equals(own.getIncarnation());
    if (same && card.getGone() && !own.getGone()) {
      LOG.error("this node was removed from the cluster: stop it");
      cards.put(self, card);
      return true;
    }
    if (!same && card.getRevision() >= own.getRevision() && !own.getGone()) {
      cards.put(self, own.toBuilder().setRevision(card.getRevision() + 1).build());
      return true;
    }
    return false;
  }

  /**
   * Notes that a node was removed from the cluster for good.
   *
   * @throws IllegalArgumentException when no such node is known
   */
  public synchronized void markGone(String node) {
    NodeCard known =
        card(node).orElseThrow(() -> new IllegalArgumentException("there is no node " + node));
    if (!known.getGone()) {
      cards.put(
          node,
          known.toBuilder()
              .setGone(true)
              .setRevision(Math.max(System.currentTimeMillis(), known.getRevision() + 1))
              .build());
      revision.incrementAndGet();
      store();
      LOG.info("node {} was removed from the cluster", node);
    }
  }
}
