package io.btrdb.cli.demo;

import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.NodeState;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.text.Durations;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Topology;
import io.btrdb.client.Version;
import io.btrdb.codec.StreamHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Chapter: the leader of a shard is killed while eight writers run; then every node has to show all
 * that was acknowledged, once.
 */
final class Failover {
  private static final int WRITERS = 8;
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration WRITERS_LIMIT = Duration.ofSeconds(60);

  private final Story story;
  private final LocalCluster cluster;
  private final Btrdb db;
  private final DemoScale scale;

  Failover(Story story, LocalCluster cluster, Btrdb db, DemoScale scale) {
    this.story = story;
    this.cluster = cluster;
    this.db = db;
    this.scale = scale;
  }

  /**
   * How it went.
   *
   * @param verdict over all streams at all nodes
   * @param pauseNanos the longest time in which a stream's writes were not acknowledged
   */
  record Outcome(Proof.Verdict verdict, long pauseNanos) {}

  /** Tells the chapter. */
  Outcome tell(String collection, long base) {
    Topology topology = db.topology();
    List<SequenceWriter> writers = writers(topology, collection, base);
    Topology.Shard target = shardWithLeader(topology);
    String victim = target.leader().orElseThrow();
    story.say(
        "%d writers, each counting upwards on a stream of its own in batches of %d, note which"
            + " numbers the cluster acknowledged.",
        WRITERS, SequenceWriter.BATCH_POINTS);
    writers.forEach(Thread::start);
    try {
      story.pause(scale.beforeKill());
      long before = acknowledged(writers);
      killed(victim, target, before);
      story.pause(scale.afterKill());
      story.say(
          "Meanwhile the other two acknowledged %,d more. Starting %s again.",
          acknowledged(writers) - before, victim);
      restart(victim);
      story.pause(scale.afterRestart());
    } finally {
      writers.forEach(SequenceWriter::finish);
    }
    writers.forEach(Failover::join);
    long pause = tellPause(writers, topology, victim);
    return new Outcome(prove(writers, base), pause);
  }

  /** Writers on streams that are spread evenly over the shards. */
  private List<SequenceWriter> writers(Topology topology, String collection, long base) {
    List<SequenceWriter> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Topology.Shard shard = topology.shards().get(i % topology.shards().size());
      UUID uuid = UUID.randomUUID();
      while (!holds(shard, uuid)) {
        uuid = UUID.randomUUID();
      }
      BtrdbStream stream =
          db.create(
              uuid,
              collection,
              Map.of("name", "counter" + (i + 1)),
              Map.of("source", "btrdb demo"));
      writers.add(new SequenceWriter(stream, base));
    }
    return writers;
  }

  private static boolean holds(Topology.Shard shard, UUID stream) {
    int slot = StreamHash.slot(stream);
    return slot >= shard.firstSlot() && slot < shard.firstSlot() + shard.slotCount();
  }

  private static Topology.Shard shardWithLeader(Topology topology) {
    return topology.shards().stream()
        .filter(shard -> shard.leader().isPresent())
        .min(Comparator.comparingInt(Topology.Shard::number))
        .orElseThrow(() -> new IllegalStateException("no shard has a leader: " + topology));
  }

  private void killed(String victim, Topology.Shard shard, long before) {
    long pid = cluster.pid(victim).orElse(0);
    cluster.kill(victim);
    story.say(
        "After %,d points: kill -9 %d. That was %s, the leader of shard %d.",
        before, pid, victim, shard.number());
  }

  private void restart(String node) {
    long begun = System.nanoTime();
    try (LocalCluster.Lock lock = LocalCluster.lock(cluster.directory())) {
      cluster.start(node);
    }
    try (Progress progress = story.progress("waiting", "")) {
      cluster.awaitReady(
          READY_LIMIT,
          states -> {
            story.checkWanted();
            progress.spin(waitingFor(states));
          });
    }
    story.say(
        "%s was ready again after %s, having caught up.",
        node, Durations.describe(System.nanoTime() - begun));
  }

  private static String waitingFor(List<NodeState> states) {
    return states.stream()
        .filter(state -> !state.ready())
        .map(state -> state.node() + ": " + state.reason())
        .collect(Collectors.joining("   "));
  }

  private long tellPause(List<SequenceWriter> writers, Topology topology, String victim) {
    List<Topology.Shard> led =
        topology.shards().stream()
            .filter(shard -> shard.leader().equals(Optional.of(victim)))
            .toList();
    long hit = 0;
    long spared = 0;
    for (SequenceWriter writer : writers) {
      boolean wasLed = led.stream().anyMatch(shard -> holds(shard, writer.stream().uuid()));
      hit = wasLed ? Math.max(hit, writer.longestNanos()) : hit;
      spared = wasLed ? spared : Math.max(spared, writer.longestNanos());
    }
    story.say(
        "Longest pause in acknowledged writes: %s on streams that %s led%s.",
        Durations.describe(hit),
        victim,
        spared == 0 ? "" : ", " + Durations.describe(spared) + " on the others");
    int failures = writers.stream().mapToInt(SequenceWriter::failures).sum();
    if (failures > 0) {
      String why =
          writers.stream()
              .filter(writer -> writer.lastFailure() != null)
              .map(writer -> writer.lastFailure().getMessage())
              .findFirst()
              .orElseThrow();
      story.say("%d batches failed for good, the last with: %s", failures, why);
    }
    return Math.max(hit, spared);
  }

  /** Reads every stream from every node. */
  private Proof.Verdict prove(List<SequenceWriter> writers, long base) {
    story.say("Reading all %d streams back, from each node by itself:", WRITERS);
    List<Version> versions = writers.stream().map(writer -> writer.stream().flush()).toList();
    Proof.Verdict all = Proof.Verdict.none();
    for (String node : cluster.nodes()) {
      story.checkWanted();
      Proof.Verdict here = Proof.Verdict.none();
      try (NodeReader reader = new NodeReader(cluster.endpoint(node))) {
        for (int i = 0; i < writers.size(); i++) {
          Proof proof = writers.get(i).proof();
          long end = base + Timeline.YEAR_NANOS;
          UUID uuid = writers.get(i).stream().uuid();
          reader.read(uuid, versions.get(i).major(), base - Timeline.YEAR_NANOS, end, proof);
          here = here.plus(proof.verdict());
        }
      }
      story.say(
          "  %s: %,d acknowledged points, %,d lost, %,d doubled, %,d wrong%s",
          node,
          here.acknowledged(),
          here.lost(),
          here.doubled(),
          here.strange(),
          here.unconfirmed() == 0
              ? ""
              : String.format(" (%,d more without an acknowledgement)", here.unconfirmed()));
      all = all.plus(here);
    }
    return all;
  }

  private static long acknowledged(List<SequenceWriter> writers) {
    return writers.stream().mapToLong(SequenceWriter::points).sum();
  }

  private static void join(SequenceWriter writer) {
    try {
      writer.join(WRITERS_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      throw new IllegalStateException(
          writer.getName() + " got no answer within " + WRITERS_LIMIT.toSeconds() + " s");
    }
  }
}
