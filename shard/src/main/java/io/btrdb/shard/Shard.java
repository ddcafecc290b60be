package io.btrdb.shard;

import io.btrdb.codec.StreamHash;
import io.btrdb.shard.Outcome.Reason;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One replica's state machine of a range of streams: applies the log's commands in order and says
 * what each came to. Its state is a function of the log's prefix, the same on every replica.
 *
 * <p>Threads: {@link #apply}, {@link #writeState} and {@link #digest} belong to the apply thread;
 * all else may be called from any, provided that the maps given to {@link #open} allow it.
 *
 * <p>Errors: a client's mistake is an {@link Outcome}. What is thrown from {@link #apply} is
 * corruption ({@link io.btrdb.codec.MalformedBytesException}), a failing store ({@link
 * io.btrdb.storage.StorageException}) or a bug; the shard refuses everything afterwards and must be
 * opened again from a checkpoint.
 */
public final class Shard {
  /** The session of Open and Drop, which are idempotent and need none. */
  public static final UUID NO_SESSION = new UUID(0, 0);

  private final int id;
  private final StateStore state;
  private final SegmentStore segments;
  private final Tree tree;
  private final Counts counts = new Counts();
  private final StreamTable table;
  private final Sessions sessions;
  private final StreamVersions versions;
  private final StreamLifecycle lifecycle;
  private final StagedSegment staged;
  private final Commits commits;
  private final SegmentLedger ledger;
  private final Reclaims reclaims;
  private final Retirements retirements;
  private final Lookups lookups;

  private volatile ShardInfo info;
  private InsertObserver observer = insert -> {};
  private volatile long logTimeMillis;
  private long lastIndex;
  private int lastCommand;
  private boolean applying;

  private Shard(
      ShardOptions options,
      int id,
      StateStore state,
      SegmentStore segments,
      Tree tree,
      Supplier<Map<UUID, StreamState>> maps) {
    this.id = id;
    this.state = state;
    this.segments = segments;
    this.tree = tree;
    table = new StreamTable(maps, state);
    sessions = new Sessions(options.sessionsMax(), counts);
    versions = new StreamVersions(table, state, options.operationHeapBytes(), counts);
    ledger = new SegmentLedger(state);
    reclaims = new Reclaims(table, state, ledger, () -> info.level(), counts);
    retirements = new Retirements(table, reclaims);
    lifecycle = new StreamLifecycle(table, state, reclaims);
    staged = new StagedSegment(state);
    commits = new Commits(id, table, staged, segments, state, ledger, reclaims, counts);
    lookups = new Lookups(table, state);
    load(options);
  }

  /**
   * The shard as the state store has it: new when the store is empty, otherwise as it was at the
   * checkpoint the store was restored from. Apply the log from there.
   *
   * @param shardId number of the shard, part of its segments' names
   * @param maps makes an empty map: one that many threads may read when other threads than the
   *     caller's will, else any
   */
  public static Shard open(
      ShardOptions options,
      int shardId,
      StateStore state,
      SegmentStore segments,
      Tree tree,
      Supplier<Map<UUID, StreamState>> maps) {
    return new Shard(options, shardId, state, segments, tree, maps);
  }

  /** From here on told of every insert that is applied. Apply thread, or before it starts. */
  public void observe(InsertObserver told) {
    observer = told;
  }

  /** Applies the next command of the log, {@code bytes[offset, offset + length)}. */
  public Outcome apply(EntryContext context, byte[] bytes, int offset, int length) {
    checkOrder(context);
    // Stays set when something throws: half an entry may have been applied.
    applying = true;
    Command command = CommandCodec.decode(bytes, offset, length);
    EntryContext entry = context.notBefore(logTimeMillis);
    logTimeMillis = entry.logTimeMillis();
    sessions.expire(logTimeMillis);
    lifecycle.purge();
    staged.dropBeforeTerm(entry.term());
    Outcome outcome = info.initialised() ? perform(entry, command) : begin(command);
    lastIndex = entry.index();
    lastCommand = entry.commandInEntry();
    counts.commands.add(1);
    applying = false;
    return outcome;
  }

  /**
   * Brings the state store up to date with everything applied so far, so that a checkpoint of it is
   * the state at the last applied entry. What the checkpoint's segments need must be synced before
   * the checkpoint is taken.
   */
  public void writeState() {
    checkUsable();
    StateBatch batch = new StateBatch();
    batch.put(
        StateKeys.shard(),
        new MetaRecord(info, logTimeMillis, lastIndex, lastCommand, sessions.uses()).encode());
    sessions.write(batch);
    staged.write(batch);
    table.write(batch);
    state.write(batch);
  }

  /**
   * A hash over the whole state, equal on all replicas at one index. Writes the state first, then
   * reads all of it: for checks, not for every day.
   */
  public byte[] digest() {
    writeState();
    return StateDigest.of(state);
  }

  public int id() {
    return id;
  }

  public ShardInfo info() {
    return info;
  }

  /** The log's time as of the last command applied; 0 before the first. */
  public long logTimeMillis() {
    return logTimeMillis;
  }

  /** The newest snapshot of a stream or of its tombstone; null when the UUID was never opened. */
  public StreamState stream(UUID uuid) {
    return table.get(uuid);
  }

  /**
   * How a version can be read here and now.
   *
   * @param version 0 for the latest state, pending operations included
   */
  public VersionLookup lookup(UUID uuid, long version) {
    return lookups.lookup(uuid, version);
  }

  /**
   * {@link #lookup}, with the fold done if one is needed: never a {@link VersionLookup.Fold}. The
   * state that is folded is taken while the working tree is held, so that each caller sees at least
   * what the one before saw.
   */
  public VersionLookup resolve(UUID uuid, long version, WorkingTrees trees) {
    return lookups.resolve(uuid, version, trees);
  }

  /**
   * Lets a store that is this replica's own follow the state: what is freed is deleted in it, see
   * {@link SegmentSweep}. To be called once, before any apply.
   *
   * @param own all segments of this replica, or some of them
   * @param exclusion between the apply thread and the one that sweeps
   */
  public SegmentSweep ownSegments(SegmentStore own, SegmentSweep.Exclusion exclusion) {
    SegmentSweep sweep = new SegmentSweep(id, state, own, false, exclusion);
    ledger.tell(sweep);
    if (listsSegments()) {
      sweep.begin(lastIndex);
    }
    return sweep;
  }

  /**
   * The same for a store that all replicas share, which a leader sweeps. Nothing waits at first,
   * see {@link SegmentSweep#takeUp}.
   */
  public SegmentSweep sharedSegments(SegmentStore shared, SegmentSweep.Exclusion exclusion) {
    SegmentSweep sweep = new SegmentSweep(id, state, shared, true, exclusion);
    ledger.tell(sweep);
    return sweep;
  }

  /** Whether the state lists the segments that it needs: space can be given back from then on. */
  public boolean listsSegments() {
    return info.level() >= CommandCodec.RECLAIM_LEVEL;
  }

  /** Whether a version of a stream may need a segment, as far as the state knows. */
  public boolean needs(long segment) {
    return !listsSegments() || ledger.get(segment) != null;
  }

  /** A working tree with nothing folded yet, for any stream of this shard. */
  public WorkingTree newWorkingTree() {
    return new WorkingTree(tree, state);
  }

  /** Bytes of operations that are in no root, overhead included: what back-pressure goes by. */
  public long backlogBytes() {
    return table.backlogBytes();
  }

  /** Points logged and not sealed. */
  public long pendingPoints() {
    return table.pendingPoints();
  }

  /** Versions sealed and without a root. */
  public long sealedVersions() {
    return table.sealedVersions();
  }

  /** Sessions open. */
  public long sessions() {
    return sessions.open();
  }

  public ShardCounters counters() {
    return counts.read();
  }

  /**
   * Streams that should be sealed: those pending for {@code maxAgeMillis} or holding {@code
   * maxPendingBytesPerStream}, and when all pending ones together hold over {@code maxTotalBytes},
   * the largest until the rest hold less.
   *
   * @param limit the most streams to name
   */
  public List<UUID> sealCandidates(
      long logTimeMillis,
      long maxAgeMillis,
      long maxPendingBytesPerStream,
      long maxTotalBytes,
      int limit) {
    return new SealCandidates(table)
        .pick(logTimeMillis, maxAgeMillis, maxPendingBytesPerStream, maxTotalBytes, limit);
  }

  /** Numbers of all segments that a version may need, as far as the stored state knows. */
  public Set<Long> segments() {
    return TransplantedShard.segments(state);
  }

  /**
   * Whether a segment came to nothing: no Commit that names it was applied, nor ever will be. May
   * be asked about segments of terms below that of a leader which has applied its own first entry:
   * whatever earlier leaders proposed is applied by then, or lost. A segment of which nothing is
   * known any more, as its streams were dropped, is no orphan.
   */
  public boolean isOrphan(SegmentFooter footer) {
    return footer.streams().stream().allMatch(this::cameToNothing);
  }

  /**
   * Whether a Commit of this segment would come to nothing: it was applied, or others were in its
   * place. May be asked at any time.
   */
  public boolean isPast(SegmentFooter footer) {
    return footer.streams().stream()
        .allMatch(
            part -> {
              StreamState stream = table.get(part.uuid());
              return stream != null
                  && (!stream.isLive() || stream.materialised() >= part.version());
            });
  }

  private boolean cameToNothing(SegmentFooter.Stream part) {
    StreamState stream = table.get(part.uuid());
    if (stream == null) {
      return true;
    }
    if (!stream.isLive()) {
      return false;
    }
    if (stream.materialised() < part.version()) {
      return true;
    }
    byte[] root = state.get(StateKeys.root(part.uuid(), part.version()));
    return root != null && !RootCodec.same(RootCodec.decode(root), part.root());
  }

  StreamTable table() {
    return table;
  }

  StateStore state() {
    return state;
  }

  Tree tree() {
    return tree;
  }

  SegmentLedger ledger() {
    return ledger;
  }

  SegmentStore store() {
    return segments;
  }

  private void load(ShardOptions options) {
    byte[] meta = state.get(StateKeys.shard());
    MetaRecord record = meta == null ? MetaRecord.NEW : MetaRecord.decode(meta);
    info = record.info();
    logTimeMillis = record.logTimeMillis();
    lastIndex = record.index();
    lastCommand = record.commandInEntry();
    if (info.level() > CommandCodec.LEVEL) {
      throw newerLevel(info.level());
    }
    table.load(options.operationHeapBytes());
    sessions.load(state, record.sessionUses());
    lifecycle.load();
    staged.load();
  }

  /** Before Init. */
  private Outcome begin(Command command) {
    return switch (command) {
      case Command.Init init -> init(init);
      case Command.OpenSession open -> refuse(Refusals.notInitialised());
      case Command.Write write -> refuse(Refusals.of(Reason.NOT_INITIALISED, write.operation()));
      case Command.Epoch epoch -> notInitialised();
      case Command.Activate activate -> notInitialised();
      case Command.Seal seal -> notInitialised();
      case Command.SegmentPart part -> notInitialised();
      case Command.Commit commit -> notInitialised();
      case Command.Retire retire -> notInitialised();
      case Command.Free free -> notInitialised();
      case Command.Rewrite rewrite -> notInitialised();
    };
  }

  private Outcome perform(EntryContext entry, Command command) {
    return switch (command) {
      case Command.Write write -> write(entry, write);
      case Command.SegmentPart part -> staged.add(entry, part);
      case Command.Commit commit -> commits.apply(entry, commit);
      case Command.Seal seal -> versions.seal(seal.streams());
      case Command.Retire retire -> retirements.retire(retire);
      case Command.Free free -> reclaims.free(entry, free);
      case Command.Rewrite rewrite -> reclaims.rewrite(entry, rewrite);
      case Command.OpenSession open -> refuse(sessions.open(open.session(), logTimeMillis));
      case Command.Epoch epoch -> epoch(epoch.epoch());
      case Command.Activate activate -> activate(activate.level());
      case Command.Init init -> new Outcome.Ignored("the shard is initialised already");
    };
  }

  private Outcome write(EntryContext entry, Command.Write write) {
    Operation operation = write.operation();
    if (write.session().equals(NO_SESSION)) {
      return operation instanceof Operation.Open || operation instanceof Operation.Drop
          ? refuse(operate(entry, operation))
          : refuse(Refusals.unknownSession(write.session()));
    }
    Session session = sessions.use(write.session(), logTimeMillis);
    if (session == null) {
      return refuse(Refusals.unknownSession(write.session()));
    }
    session.acknowledge(write.acknowledgedThrough());
    if (!session.isInWindow(write.sequence())) {
      return refuse(Refusals.outOfWindow(session, write.sequence()));
    }
    Outcome known = Sessions.recall(session, write.sequence(), operation);
    if (known != null) {
      counts.duplicates.add(1);
      return known;
    }
    Outcome outcome = refuse(operate(entry, operation));
    Sessions.remember(session, write.sequence(), outcome);
    return outcome;
  }

  private Outcome operate(EntryContext entry, Operation operation) {
    if (!info.owns(StreamHash.slot(operation.stream()))) {
      return Refusals.of(Reason.WRONG_SHARD, operation);
    }
    return switch (operation) {
      case Operation.Insert insert -> insert(entry, insert);
      case Operation.Delete delete -> versions.delete(entry, delete);
      case Operation.Flush flush -> versions.flush(flush);
      case Operation.Open open -> lifecycle.open(open);
      case Operation.Drop drop -> lifecycle.drop(drop);
      case Operation.Configure configure -> retirements.configure(configure);
    };
  }

  private Outcome insert(EntryContext entry, Operation.Insert insert) {
    Outcome outcome = versions.insert(entry, insert);
    if (outcome instanceof Outcome.Applied) {
      observer.inserted(insert);
    }
    return outcome;
  }

  private Outcome init(Command.Init init) {
    if (init.shard() != id) {
      throw new IllegalStateException(
          "the log of shard " + init.shard() + " is applied to shard " + id);
    }
    if (init.slotCount() < 1 || init.firstSlot() > StreamHash.SLOTS - init.slotCount()) {
      throw new IllegalStateException(
          "shard " + id + " cannot own " + init.slotCount() + " slots from " + init.firstSlot());
    }
    info =
        new ShardInfo(
            true, init.cluster(), init.firstSlot(), init.slotCount(), init.epoch(), info.level());
    return new Outcome.Done(1);
  }

  private Outcome epoch(long epoch) {
    if (epoch <= info.epoch()) {
      return new Outcome.Ignored("epoch " + epoch + " is not above " + info.epoch());
    }
    info = info.withEpoch(epoch);
    return new Outcome.Done(1);
  }

  private Outcome activate(int level) {
    if (level > CommandCodec.LEVEL) {
      throw newerLevel(level);
    }
    if (level <= info.level()) {
      return new Outcome.Ignored("level " + level + " is not above " + info.level());
    }
    if (level >= CommandCodec.RECLAIM_LEVEL && !reclaims.isActive()) {
      reclaims.activate();
    }
    info = info.withLevel(level);
    return new Outcome.Done(1);
  }

  private static IllegalStateException newerLevel(int level) {
    return new IllegalStateException(
        "the log has activated level "
            + level
            + ", this release knows "
            + CommandCodec.LEVEL
            + ": run a newer release");
  }

  private static Outcome notInitialised() {
    return new Outcome.Ignored("the shard is not initialised yet");
  }

  /** Counts a refusal. */
  private Outcome refuse(Outcome outcome) {
    if (outcome instanceof Outcome.Refused) {
      counts.refusals.add(1);
    }
    return outcome;
  }

  private void checkOrder(EntryContext entry) {
    checkUsable();
    boolean next =
        entry.index() > lastIndex
            || entry.index() == lastIndex && entry.commandInEntry() > lastCommand;
    if (!next) {
      throw new IllegalStateException(
          "command %d of entry %d cannot follow command %d of entry %d"
              .formatted(entry.commandInEntry(), entry.index(), lastCommand, lastIndex));
    }
  }

  private void checkUsable() {
    if (applying) {
      throw new IllegalStateException(
          "shard " + id + " failed while applying an entry, open it again from a checkpoint");
    }
  }
}
