package io.btrdb.shard;

import io.btrdb.shard.SimulatedLog.Entry;
import io.btrdb.shard.SimulatedLog.Submitted;
import io.btrdb.shard.SimulatedLog.Waiter;
import io.btrdb.storage.StorageException;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.ReducedRanges;
import io.btrdb.tree.Root;
import io.btrdb.tree.TreeShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Three replicas of a shard behind a simulated log, clients that retry for ever, a merger with bad
 * luck, disks that fail: one thread, all from one seed. After every event something is compared
 * with a plain model of the contract.
 */
final class Simulation {
  private static final int REPLICAS = 3;
  private static final int SESSIONS_MAX = 5;
  private static final int SLOTS = 4_000;
  private static final long CLOCK_SKEW_MILLIS = 13L * 3600 * 1000;

  private final PlantedBug bug;
  private final SplittableRandom random;
  private final SimulatedLog log = new SimulatedLog();
  private final PlainShard plain = new PlainShard(SESSIONS_MAX, SLOTS);

  /** Contents of the versions of dropped streams, which a lagging replica still serves. */
  private final Map<UUID, PlainStream> known = new HashMap<>();

  private final List<List<Outcome>> expected = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final List<UUID> streams = new ArrayList<>();
  private final List<Submitted> waiting = new ArrayList<>();
  private final List<OpenRead> openReads = new ArrayList<>();

  /** Commands that gave space back, to turn up once more when they are out of date. */
  private final List<Command> reclaimed = new ArrayList<>();

  private final OperationMaker operations;
  private boolean activeFromTheStart;
  private final Map<Long, String> digests = new HashMap<>();

  /** The newest version of each stream that a client was told. */
  private final Map<UUID, Outcome.Applied> told = new HashMap<>();

  private final Checks checks = new Checks();
  private final SimulatedMerger merger;

  /** Null when each replica has its own segments. */
  private final SimulatedPool pool;

  private Replica leader;
  private long term;
  private long logTime = 1_000;
  private long termsFirstIndex;
  long reads;
  long crashes;
  long installs;
  long elections;
  long longReads;

  /**
   * @param pooled whether all segments are in one pool
   */
  Simulation(long seed, boolean pooled) {
    this(seed, pooled, PlantedBug.NONE);
  }

  Simulation(long seed, boolean pooled, PlantedBug bug) {
    this.bug = bug;
    random = new SplittableRandom(seed);
    TreeShape shape = new TreeShape(random.nextInt(1, 7), random.nextInt(2, 40));
    ShardOptions options =
        new ShardOptions(random.nextInt(3) == 0 ? random.nextInt(4_000) : 1 << 28, SESSIONS_MAX);
    int faultsOneIn = random.nextInt(4) == 0 ? 0 : random.nextInt(15, 200);
    pool = pooled ? new SimulatedPool(random.split(), faultsOneIn, options, shape) : null;
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(open(i, faultsOneIn, options, shape));
    }
    for (int i = 0; i < 6; i++) {
      streams.add(new UUID(random.nextLong(), random.nextLong()));
    }
    operations = new OperationMaker(random.split(), streams, random.nextInt(12) == 0);
    for (int i = 0; i < 4; i++) {
      clients.add(new SimulatedClient(random.split(), operations));
    }
    merger = new SimulatedMerger(random.split(), this, pool);
    elect();
    submit(new Command.Init(new UUID(1, 1), Replica.SHARD, 0, SLOTS, 1));
    // The others are opened by chance, after operations on them were refused.
    streams.subList(0, 3).forEach(s -> submit(write(new Operation.Open(s))));
    if (random.nextInt(3) > 0) {
      activeFromTheStart = true;
      submit(new Command.Activate(CommandCodec.RECLAIM_LEVEL));
      operations.configure();
    }
    propose();
    commit(log.inFlight.size());
  }

  /** A read that takes its time: what it found at the beginning stays there until it ends. */
  private record OpenRead(
      Replica replica, int incarnation, long began, Root root, PlainStream.Contents expected) {
    /** A crash ends it. */
    boolean isUnderWay() {
      return replica.incarnation == incarnation;
    }
  }

  private Replica open(int id, int faultsOneIn, ShardOptions options, TreeShape shape) {
    return new Replica(id, random.nextLong(), faultsOneIn, options, shape, pool, bug);
  }

  private static Command write(Operation operation) {
    return new Command.Write(Shard.NO_SESSION, 0, 0, operation);
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step(random.nextInt(1_000));
    }
    settle();
  }

  private void step(int dice) {
    if (dice < 220) {
      clientSends();
    } else if (dice < 350) {
      propose();
    } else if (dice < 500) {
      commit(random.nextInt(log.inFlight.size() + 1));
    } else if (dice < 680) {
      apply(random.nextBoolean() ? leader : any(), random.nextInt(1, 20));
    } else if (dice < 820) {
      merge();
    } else if (dice < 860) {
      reclaim();
    } else if (dice < 880) {
      sweep(any());
    } else if (dice < 920) {
      read();
    } else if (dice < 940) {
      beginOrEndRead();
    } else if (dice < 960) {
      Replica replica = any();
      crashUnless(replica, () -> replica.checkpoint(term));
    } else if (dice < 968) {
      elect();
    } else if (dice < 974) {
      crash(any());
    } else if (dice < 976) {
      install();
    } else if (dice < 985) {
      seal();
    } else if (dice < 986) {
      logTime += random.nextLong(30L * 3600 * 1000);
    } else if (dice < 994) {
      Replica replica = any();
      crashUnless(replica, () -> compareDigest(replica));
    } else {
      any().trees.dropAll();
    }
    if (pool != null && dice % 100 < 3) {
      pool.step(leader, term, leaderIsReady(), horizon());
    }
  }

  private boolean isActive(Replica replica) {
    return replica.shard.info().level() >= CommandCodec.RECLAIM_LEVEL;
  }

  /**
   * The leader gives up, frees or rewrites something; now and then once more what it did before.
   */
  private void reclaim() {
    if (!isActive(leader)) {
      if (random.nextInt(8) == 0) {
        submit(new Command.Activate(CommandCodec.RECLAIM_LEVEL));
      }
      return;
    }
    operations.configure();
    if (!reclaimed.isEmpty() && random.nextInt(6) == 0) {
      submit(reclaimed.get(random.nextInt(reclaimed.size())));
      return;
    }
    try {
      Optional<? extends Command> next =
          switch (random.nextInt(8)) {
            case 0 -> leader.planner.retire(leader.shard, random.nextInt(1, 9), 3);
            case 1, 2 -> leader.planner.rewrite(leader.shard, 0.01 + random.nextDouble(0.99), 9, 3);
            default -> leader.planner.free(leader.shard);
          };
      next.ifPresent(
          command -> {
            reclaimed.add(command);
            submit(command);
          });
    } catch (StorageException e) {
      // A read failed; the planner comes round again.
      return;
    }
  }

  private long horizon(Replica replica) {
    return replica.horizon(
        openReads.stream()
            .filter(read -> read.replica() == replica && read.isUnderWay())
            .mapToLong(OpenRead::began)
            .min()
            .orElse(Long.MAX_VALUE));
  }

  /** Of all replicas. */
  private long horizon() {
    return replicas.stream().mapToLong(this::horizon).min().orElseThrow();
  }

  private void sweep(Replica replica) {
    long before = replica.deleted + replica.rewritten;
    // Checkpoints on each other's heels, so that reads under way are what holds segments.
    int checkpoints = random.nextInt(4);
    for (int i = 0; i < checkpoints; i++) {
      apply(replica, 3);
      if (!crashUnless(replica, () -> replica.checkpoint(term))) {
        return;
      }
    }
    if (pool != null) {
      replica.sweep.forget(replica.horizon(Long.MAX_VALUE));
      return;
    }
    boolean survived =
        crashUnless(replica, () -> replica.sweep(horizon(replica), random.nextInt(1, 10_000)));
    if (survived && replica.deleted + replica.rewritten > before) {
      readAll(replica);
      if (random.nextInt(3) == 0) {
        crash(replica);
      }
    }
  }

  /** All versions that this replica can read, in full. */
  private void readAll(Replica replica) {
    calm(replica, true);
    streams.forEach(uuid -> readAll(replica, uuid));
    calm(replica, false);
  }

  /** Whether the disks that a replica reads keep from failing. */
  private void calm(Replica replica, boolean calm) {
    replica.plan.calm(calm);
    if (pool != null) {
      pool.plan.calm(calm);
    }
  }

  private void beginOrEndRead() {
    if (openReads.size() > 5 || !openReads.isEmpty() && random.nextInt(3) == 0) {
      end(openReads.remove(random.nextInt(openReads.size())));
      return;
    }
    Replica replica = any();
    UUID uuid = streams.get(random.nextInt(streams.size()));
    StreamState stream = replica.shard.stream(uuid);
    if (stream == null || !stream.isLive()) {
      return;
    }
    long version = random.nextLong(stream.oldest(), stream.major() + 1);
    try {
      if (replica.shard.resolve(uuid, version, replica.trees)
          instanceof VersionLookup.Materialised at) {
        openReads.add(
            new OpenRead(
                replica,
                replica.incarnation,
                replica.applied,
                at.root(),
                known.get(uuid).contents(version)));
      }
    } catch (StorageException e) {
      return;
    }
  }

  private void end(OpenRead read) {
    if (!read.isUnderWay()) {
      return;
    }
    calm(read.replica(), true);
    PlainStream.Contents found =
        Points.contents(read.replica().observed(new HashSet<>()), read.root());
    calm(read.replica(), false);
    longReads++;
    if (!found.equals(read.expected())) {
      throw new AssertionError("a long read found " + found + ", not " + read.expected());
    }
  }

  /** Frees all there is to free and lets every replica's store follow. */
  private void reclaimAll() {
    if (!isActive(leader)) {
      return;
    }
    openReads.forEach(this::end);
    openReads.clear();
    replicas.forEach(replica -> calm(replica, true));
    for (int idle = 0; idle < 2; ) {
      Optional<? extends Command> next = leader.planner.free(leader.shard);
      if (next.isEmpty()) {
        next = leader.planner.rewrite(leader.shard, 1e-9, 1 << 20, 1 << 20);
      }
      idle = next.isEmpty() ? idle + 1 : 0;
      next.ifPresent(this::submit);
      propose();
      commit(log.inFlight.size());
      apply(leader, 1_000);
    }
    if (pool != null) {
      pool.takeUpAll(leader, term);
    }
    for (Replica replica : replicas) {
      for (int i = 0; i < 2; i++) {
        append(term, List.of());
        commit(log.inFlight.size());
        apply(replica, 10_000);
        replica.checkpoint(term);
      }
    }
    if (pool != null) {
      pool.sweepAll(leader, term, horizon());
      return;
    }
    for (Replica replica : replicas) {
      replica.sweep(horizon(replica), Long.MAX_VALUE);
      if (replica.sweep.waiting() != 0) {
        throw new AssertionError(replica.sweep.waiting() + " segments still wait");
      }
    }
  }

  /** Commits and applies everything, then compares the replicas with each other and the model. */
  private void settle() {
    propose();
    commit(log.inFlight.size());
    replicas.forEach(replica -> replica.plan.calm(true));
    if (pool != null) {
      pool.plan.calm(true);
    }
    for (Replica replica : replicas) {
      while (replica.applied < log.committed.size() - 1) {
        apply(replica, 1_000);
      }
    }
    reclaimAll();
    for (Replica replica : replicas) {
      apply(replica, 10_000);
      compareDigest(replica);
      checks.accounts(replica.shard);
      for (UUID uuid : streams) {
        readAll(replica, uuid);
        checkRetention(replica, uuid);
        checks.deadBlocks(replica, uuid);
      }
      if (activeFromTheStart) {
        // In a pool lies what this term's leader has put there, whose Commit came to nothing.
        checks.nothingBeside(
            replica,
            streams,
            segment -> pool == null || segment >>> 32 < term || replica.shard.needs(segment));
      }
    }
    if (pool == null) {
      checks.sameSegments(replicas);
    } else {
      pool.settle(leader, term);
      recover();
    }
  }

  /** Every replica is gone; what the pool has is every version that had a root, and is sound. */
  private void recover() {
    SimulatedPool.Recovered recovered = pool.recover();
    for (UUID uuid : streams) {
      StreamState before = leader.shard.stream(uuid);
      if (before == null || !before.isLive()) {
        continue;
      }
      if (recovered.materialised(uuid) < before.materialised()) {
        throw new AssertionError(
            "%s is recovered up to %d".formatted(before, recovered.materialised(uuid)));
      }
      long oldest = recovered.shard().stream(uuid).oldest();
      for (long version = oldest; version <= recovered.materialised(uuid); version++) {
        PlainStream.Contents expected = known.get(uuid).contents(version);
        PlainStream.Contents actual = recovered.contents(uuid, version);
        if (!actual.equals(expected)) {
          throw new AssertionError(
              "recovered version %d of %s is %s, not %s"
                  .formatted(version, uuid, actual, expected));
        }
      }
    }
  }

  private void readAll(Replica replica, UUID uuid) {
    StreamState stream = replica.shard.stream(uuid);
    if (stream == null || !stream.isLive()) {
      return;
    }
    for (long version = 10; version <= stream.major(); version++) {
      check(replica, uuid, version);
    }
    check(replica, uuid, 0);
  }

  private void checkRetention(Replica replica, UUID uuid) {
    StreamState stream = replica.shard.stream(uuid);
    if (stream == null || !stream.isLive()) {
      return;
    }
    PlainStream model = known.get(uuid);
    if (!stream.retention().reduced().equals(new ReducedRanges(model.reduced))
        || stream.oldest() != model.oldest
        || stream.retention().archiveHorizon() != model.archiveHorizon) {
      throw new AssertionError("retention of " + uuid + " is " + stream.retention());
    }
  }

  private Replica any() {
    return replicas.get(random.nextInt(REPLICAS));
  }

  private void clientSends() {
    SimulatedClient client = clients.get(random.nextInt(clients.size()));
    Command command = client.next();
    boolean answerLost = random.nextInt(4) == 0;
    int copies = random.nextInt(10) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      submit(
          CommandCodec.encode(command),
          new Waiter() {
            @Override
            public void outcome(Outcome outcome) {
              if (!answerLost) {
                client.told(command, outcome);
              }
            }

            @Override
            public void lost() {}
          });
    }
  }

  private void submit(Command command) {
    submit(CommandCodec.encode(command), Waiter.NOBODY);
  }

  void submit(byte[] command, Waiter waiter) {
    waiting.add(new Submitted(command, waiter));
    if (random.nextInt(3) == 0) {
      propose();
    }
  }

  /** An entry of its own whose envelope says it was proposed in {@code proposerTerm}. */
  void submitIn(long proposerTerm, byte[] command, Waiter waiter) {
    propose();
    append(proposerTerm, List.of(new Submitted(command, waiter)));
  }

  private void propose() {
    if (!waiting.isEmpty()) {
      append(term, List.copyOf(waiting));
      waiting.clear();
    }
  }

  private void append(long proposerTerm, List<Submitted> commands) {
    logTime += random.nextInt(200);
    log.inFlight.add(
        new Entry(
            term, log.nextIndex(), proposerTerm, logTime, leader.id, leader.incarnation, commands));
  }

  private void commit(int count) {
    for (int i = 0; i < count; i++) {
      commit(log.inFlight.removeFirst());
    }
  }

  private void commit(Entry entry) {
    log.committed.add(entry);
    List<Outcome> outcomes = new ArrayList<>();
    for (Submitted command : entry.commands()) {
      outcomes.add(
          plain.apply(
              entry.logTime(), CommandCodec.decode(command.bytes(), 0, command.bytes().length)));
    }
    expected.add(outcomes);
    known.putAll(plain.streams);
  }

  private void apply(Replica replica, int count) {
    for (int i = 0; i < count && replica.applied < log.committed.size() - 1; i++) {
      Entry entry = log.committed.get((int) replica.applied + 1);
      if (!crashUnless(replica, () -> apply(replica, entry))) {
        return;
      }
    }
    checks.accounts(replica.shard);
  }

  private void apply(Replica replica, Entry entry) {
    List<Outcome> outcomes = expected.get((int) entry.index());
    boolean answers =
        replica == leader
            && entry.proposer() == replica.id
            && entry.incarnation() == replica.incarnation
            && entry.term() == term;
    for (int i = 0; i < entry.commands().size(); i++) {
      Submitted command = entry.commands().get(i);
      // Not at offset 0, as in a real entry.
      byte[] bytes = new byte[command.bytes().length + 5];
      System.arraycopy(command.bytes(), 0, bytes, 3, command.bytes().length);
      Outcome outcome =
          replica.shard.apply(
              new EntryContext(
                  entry.term(), entry.index(), i, entry.proposerTerm(), clock(replica, entry)),
              bytes,
              3,
              command.bytes().length);
      if (outcomes.get(i) == null) {
        outcomes.set(i, outcome);
      }
      if (!PlainShard.agrees(outcomes.get(i), outcome)) {
        throw new AssertionError(
            "replica %d at entry %d.%d: %s, expected %s"
                .formatted(replica.id, entry.index(), i, outcome, outcomes.get(i)));
      }
      if (answers) {
        remember(command, outcome);
        command.waiter().outcome(outcome);
      }
    }
    replica.applied = entry.index();
  }

  /** Whoever was told of a version will miss it in an older answer. */
  private void remember(Submitted command, Outcome outcome) {
    if (outcome instanceof Outcome.Applied applied
        && CommandCodec.decode(command.bytes(), 0, command.bytes().length)
            instanceof Command.Write write) {
      told.merge(
          write.operation().stream(), applied, (a, b) -> isNewer(b.major(), b.minor(), a) ? b : a);
    }
  }

  private static boolean isNewer(long major, long minor, Outcome.Applied than) {
    return major > than.major() || major == than.major() && minor > than.minor();
  }

  private long clock(Replica replica, Entry entry) {
    return bug == PlantedBug.OWN_CLOCK
        ? entry.logTime() + replica.id * CLOCK_SKEW_MILLIS
        : entry.logTime();
  }

  private boolean leaderIsReady() {
    return leader.applied >= termsFirstIndex;
  }

  private void merge() {
    if (leaderIsReady()) {
      merger.step(leader, term);
    }
  }

  private void seal() {
    List<UUID> candidates =
        leader.shard.sealCandidates(
            logTime, random.nextInt(100_000), 1 << random.nextInt(20), 1 << random.nextInt(20), 4);
    submit(new Command.Seal(candidates));
  }

  private void elect() {
    elections++;
    if (leader != null) {
      merger.leadershipLost();
    }
    // Commands that wait at the old leader are lost with it.
    waiting.clear();
    if (bug == PlantedBug.ACKNOWLEDGES_BEFORE_QUORUM && leader != null) {
      // The old leader takes all it has for committed, and answers; the next one has only a part.
      int before = log.committed.size();
      int kept = random.nextInt(log.inFlight.size() + 1);
      commit(log.inFlight.size());
      apply(leader, log.committed.size());
      log.forget(before + kept);
      expected.subList(log.committed.size(), expected.size()).clear();
    }
    log.cutOff(random.nextInt(log.inFlight.size() + 1), this::commit);
    leader = any();
    leader.trees.dropAll();
    term += random.nextInt(1, 3);
    termsFirstIndex = log.nextIndex();
    append(term, List.of());
  }

  private void crash(Replica replica) {
    crashes++;
    if (random.nextInt(3) == 0) {
      replica.damageNewestCheckpoint();
    }
    replica.plan.calm(true);
    replica.crash();
    replica.plan.calm(false);
    afterCrash(replica);
  }

  private void afterCrash(Replica replica) {
    readAll(replica);
    if (replica == leader) {
      elect();
    }
  }

  private boolean crashUnless(Replica replica, Runnable work) {
    if (replica.survives(work)) {
      return true;
    }
    crashes++;
    afterCrash(replica);
    return false;
  }

  private void install() {
    Replica source = any();
    Replica target = any();
    if (source != target && source.applied > target.applied && target != leader) {
      installs++;
      target.installFrom(source, term);
    }
  }

  private void compareDigest(Replica replica) {
    String digest = java.util.HexFormat.of().formatHex(replica.shard.digest());
    String other = digests.putIfAbsent(replica.applied, digest);
    if (other != null && !other.equals(digest)) {
      throw new AssertionError("replicas differ at index " + replica.applied);
    }
  }

  private void read() {
    Replica replica = random.nextInt(3) == 0 ? any() : leader;
    UUID uuid = streams.get(random.nextInt(streams.size()));
    StreamState stream = replica.shard.stream(uuid);
    if (stream == null || !stream.isLive()) {
      return;
    }
    boolean leads = replica == leader && leaderIsReady();
    boolean latest = replica == leader && random.nextBoolean();
    long version = latest ? 0 : random.nextLong(10, stream.major() + 1);
    try {
      check(replica, uuid, version);
      if (leads || bug == PlantedBug.SERVES_STALE_READS) {
        checkLatest(replica, uuid);
      }
      if (random.nextInt(8) == 0) {
        checks.deadBlocks(replica, uuid);
      }
    } catch (StorageException e) {
      // A read failed, as disks do; the reader tries again some other time.
      return;
    }
  }

  /** What a leader answers is no older than what anybody was told before. */
  private void checkLatest(Replica replica, UUID uuid) {
    Outcome.Applied known = told.get(uuid);
    if (known != null
        && replica.shard.resolve(uuid, 0, replica.trees) instanceof VersionLookup.Materialised at
        && isNewer(known.major(), known.minor(), new Outcome.Applied(at.major(), at.minor()))) {
      throw new AssertionError(
          "a stale read of %s: %d.%d, told %s".formatted(uuid, at.major(), at.minor(), known));
    }
  }

  private void check(Replica replica, UUID uuid, long version) {
    reads++;
    VersionLookup found = replica.shard.resolve(uuid, version, replica.trees);
    long oldest = replica.shard.stream(uuid).oldest();
    if (version != 0 && version < oldest) {
      if (!found.equals(new VersionLookup.Pruned(oldest))) {
        throw new AssertionError("version " + version + " below " + oldest + " is " + found);
      }
      return;
    }
    if (!(found instanceof VersionLookup.Materialised at)) {
      throw new AssertionError("version " + version + " of " + uuid + " is " + found);
    }
    PlainStream model = known.get(uuid);
    if (version != 0) {
      expectContents(replica, uuid, version, at.root(), model.contents(version));
    } else if (replica.applied == log.committed.size() - 1) {
      expectContents(replica, uuid, version, at.root(), model.contents());
      if (at.major() != model.major || at.minor() != model.minor) {
        throw new AssertionError(
            "latest is %d.%d, not %d.%d"
                .formatted(at.major(), at.minor(), model.major, model.minor));
      }
    } else {
      Points.contents(replica.tree, at.root());
    }
  }

  private static void expectContents(
      Replica replica, UUID uuid, long version, Root root, PlainStream.Contents expected) {
    PlainStream.Contents actual = Points.contents(replica.tree, root);
    if (!actual.equals(expected)) {
      throw new AssertionError(
          "replica %d has %s in version %d of %s, not %s"
              .formatted(replica.id, actual, version, uuid, expected));
    }
  }

  /** Entries for dead blocks that were checked, by extent. */
  Map<DeadBlock.Extent, Long> deadSeen() {
    return checks.deadSeen;
  }

  /** Entries that were committed. */
  long entries() {
    return log.committed.size();
  }

  /** Segments that replicas deleted. */
  long deleted() {
    return replicas.stream().mapToLong(replica -> replica.deleted).sum();
  }

  /** For a summary of what a run did. */
  String summary() {
    String pooled = pool == null ? "" : ", " + pool.summary();
    return ("%d entries, %d elections, %d crashes, %d installs, %d reads, %d long ones, %d commits"
                + " of %d prepared, %d ignored, %d stale; %d blocks freed, %d segments deleted, %d"
                + " rewritten")
            .formatted(
                log.committed.size(),
                elections,
                crashes,
                installs,
                reads,
                longReads,
                merger.committed,
                merger.prepared,
                merger.ignored,
                merger.staleSubmitted,
                leader.shard.counters().blocksFreed(),
                deleted(),
                replicas.stream().mapToLong(replica -> replica.rewritten).sum())
        + pooled;
  }
}
