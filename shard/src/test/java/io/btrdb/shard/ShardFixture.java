package io.btrdb.shard;

import io.btrdb.storage.BlockReader;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.InMemoryStateStore;
import io.btrdb.tree.NodeCache;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeShape;
import java.util.HashMap;
import java.util.Optional;
import java.util.UUID;

/** One replica with sound stores, and a log that commits at once. */
final class ShardFixture {
  static final UUID SESSION = new UUID(5, 5);
  static final UUID STREAM = new UUID(9, 9);

  final InMemoryStateStore state;
  final InMemorySegmentStore segments;
  final ShardOptions options;
  Shard shard;
  Tree tree;
  PlainTrees trees;
  final Merger merger = new Merger();
  long term = 1;
  long index = -1;
  long logTime = 1_000;
  long sequence;

  ShardFixture() {
    this(ShardOptions.DEFAULTS);
  }

  ShardFixture(ShardOptions options) {
    this.options = options;
    state = new InMemoryStateStore();
    segments = new InMemorySegmentStore();
    reopen();
  }

  /** Initialised, with a session and a stream. */
  static ShardFixture ready() {
    return ready(ShardOptions.DEFAULTS);
  }

  static ShardFixture ready(ShardOptions options) {
    ShardFixture fixture = new ShardFixture(options);
    fixture.apply(new Command.Init(new UUID(1, 1), 3, 0, 4096, 1));
    fixture.apply(new Command.OpenSession(SESSION));
    fixture.write(new Operation.Open(STREAM));
    return fixture;
  }

  /** As after a restart from a checkpoint taken now. */
  void restart() {
    shard.writeState();
    reopen();
  }

  private void reopen() {
    tree = new Tree(TreeShape.STANDARD, 3, new BlockReader(segments, 3), NodeCache.NONE);
    shard = Shard.open(options, 3, state, segments, tree, HashMap::new);
    trees = new PlainTrees(shard);
  }

  Outcome apply(Command command) {
    return apply(term, command);
  }

  Outcome apply(long proposerTerm, Command command) {
    return apply(proposerTerm, CommandCodec.encode(command));
  }

  Outcome apply(long proposerTerm, byte[] command) {
    index++;
    return shard.apply(
        new EntryContext(term, index, 0, proposerTerm, logTime), command, 0, command.length);
  }

  /** In the session, with the next sequence. */
  Outcome write(Operation operation) {
    return write(++sequence, operation);
  }

  Outcome write(long withSequence, Operation operation) {
    return apply(new Command.Write(SESSION, withSequence, 0, operation));
  }

  Optional<PreparedCommit> prepare() {
    return merger.prepare(shard, trees, term, 0, MergeLimits.DEFAULTS);
  }

  /** Prepares, proposes and settles one commit. */
  Outcome merge() {
    PreparedCommit commit = prepare().orElseThrow();
    return propose(commit);
  }

  Outcome propose(PreparedCommit commit) {
    commit.partCommands().forEach(part -> apply(term, part));
    Outcome outcome = apply(term, commit.commitCommand());
    merger.settled(commit, shard, trees);
    return outcome;
  }

  PlainStream.Contents read(long version) {
    return Points.contents(
        tree, ((VersionLookup.Materialised) shard.resolve(STREAM, version, trees)).root());
  }

  static Outcome applied(long major, long minor) {
    return new Outcome.Applied(major, minor);
  }
}
