package io.btrdb.shard;

import static io.btrdb.shard.ShardFixture.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.DeadBlock.Extent;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.Root;
import io.btrdb.tree.TimeRange;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CommitsTest {
  private final ShardFixture fixture = ShardFixture.ready();

  private void sealedVersions(int count) {
    for (int i = 0; i < count; i++) {
      fixture.write(Points.ramp(STREAM, i * 100L, 100));
      fixture.write(new Operation.Flush(STREAM));
    }
  }

  @Test
  void shouldGiveEverySealedVersionItsRoot() {
    sealedVersions(3);
    fixture.write(Points.ramp(STREAM, 5_000, 7));
    assertEquals(new Outcome.Done(1), fixture.merge());
    StreamState stream = fixture.shard.stream(STREAM);
    assertEquals(13, stream.materialised());
    assertEquals(7, stream.minor());
    assertEquals(1, fixture.segments.list(3).size());
    fixture.restart();
    for (int version = 10; version <= 13; version++) {
      assertInstanceOf(VersionLookup.Materialised.class, fixture.shard.lookup(STREAM, version));
      assertEquals((version - 10) * 100L, fixture.read(version).count());
    }
    assertEquals(307, fixture.read(0).count());
    assertEquals(new VersionLookup.NoSuchVersion(13), fixture.shard.lookup(STREAM, 14));
    assertEquals(new VersionLookup.NoSuchVersion(13), fixture.shard.lookup(STREAM, 9));
  }

  @Test
  void shouldIgnoreAFoldOfAnEarlierTerm() {
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    fixture.term = 2;
    assertInstanceOf(Outcome.Ignored.class, fixture.propose(commit));
    assertEquals(10, fixture.shard.stream(STREAM).materialised());
    assertTrue(fixture.segments.list(3).isEmpty());
    assertEquals(new Outcome.Done(1), fixture.merge());
  }

  @Test
  void shouldIgnoreACommitWhoseProposerBelievedInAnotherTerm() {
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    commit.partCommands().forEach(part -> fixture.apply(fixture.term, part));
    assertInstanceOf(Outcome.Ignored.class, fixture.apply(0, commit.commitCommand()));
  }

  @Test
  void shouldApplyACommitOnce() {
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    fixture.propose(commit);
    Root root = fixture.shard.stream(STREAM).root();
    commit.partCommands().forEach(part -> fixture.apply(fixture.term, part));
    assertInstanceOf(Outcome.Ignored.class, fixture.apply(fixture.term, commit.commitCommand()));
    assertSame(root, fixture.shard.stream(STREAM).root());
  }

  @Test
  void shouldIgnoreACommitWithoutAllItsParts() {
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    assertInstanceOf(Outcome.Ignored.class, fixture.apply(fixture.term, commit.commitCommand()));
    fixture.merger.settled(commit, fixture.shard, fixture.trees);
    assertEquals(new Outcome.Done(1), fixture.merge());
    assertEquals(100, fixture.read(11).count());
  }

  @Test
  void shouldIgnoreACommitWhosePartsAreDamaged() {
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    byte[] part = commit.partCommands().getFirst().clone();
    part[part.length / 2] ^= 1;
    fixture.apply(fixture.term, part);
    assertInstanceOf(Outcome.Ignored.class, fixture.apply(fixture.term, commit.commitCommand()));
    assertTrue(fixture.segments.list(3).isEmpty());
  }

  @Test
  void shouldKeepStagedPartsAcrossARestart() {
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    commit.partCommands().forEach(part -> fixture.apply(fixture.term, part));
    fixture.restart();
    assertEquals(new Outcome.Done(1), fixture.apply(fixture.term, commit.commitCommand()));
    assertEquals(100, fixture.read(11).count());
  }

  @Test
  void shouldDropStagedPartsWhenTheTermIsOver() {
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    commit.partCommands().forEach(part -> fixture.apply(fixture.term, part));
    fixture.shard.writeState();
    byte[] key = StateKeys.staged(commit.segment().number(), 0);
    assertFalse(fixture.state.get(key) == null);
    fixture.term = 2;
    fixture.apply(new Command.Epoch(2));
    assertTrue(fixture.state.get(key) == null);
  }

  @Test
  void shouldApplyTheItemsThatStillFit() {
    UUID other = new UUID(8, 8);
    fixture.write(new Operation.Open(other));
    fixture.write(Points.ramp(other, 0, 10));
    fixture.write(new Operation.Flush(other));
    sealedVersions(1);
    PreparedCommit commit = fixture.prepare().orElseThrow();
    assertEquals(2, commit.totals().streams());
    fixture.write(new Operation.Drop(other));
    assertEquals(new Outcome.Done(1), fixture.propose(commit));
    assertEquals(100, fixture.read(11).count());
  }

  @Test
  void shouldFreezeASealedVersionThoughLaterPointsWereRead() {
    sealedVersions(1);
    fixture.write(Points.ramp(STREAM, 0, 50));
    assertEquals(150, fixture.read(0).count());
    assertEquals(100, fixture.read(11).count());
    fixture.merge();
    fixture.trees.dropAll();
    assertEquals(100, fixture.read(11).count());
    assertEquals(150, fixture.read(0).count());
  }

  @Test
  void shouldAnswerFromAnOldSnapshotThoughMoreWasFolded() {
    fixture.write(Points.ramp(STREAM, 0, 50));
    StreamState old = fixture.shard.stream(STREAM);
    sealedVersions(2);
    fixture.read(0);
    fixture.merge();
    fixture.write(Points.ramp(STREAM, 0, 1));
    fixture.read(0);
    long count =
        fixture.trees.with(STREAM, tree -> Points.contents(fixture.tree, tree.latest(old)).count());
    assertEquals(50, count);
  }

  @Test
  void shouldFoldManySmallInsertsLikeOneByOne() {
    PlainStream plain = new PlainStream();
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < 500; i++) {
      MergePolicy policy = MergePolicy.values()[random.nextInt(40) / 10];
      Operation.Insert insert =
          Points.insert(
              STREAM,
              policy,
              new long[] {random.nextInt(60), random.nextInt(60)},
              new double[] {random.nextInt(2), random.nextInt(2)});
      fixture.write(insert);
      plain.insert(insert);
    }
    assertEquals(plain.contents(), fixture.read(0));
  }

  @Test
  void shouldReadSpilledOperationsBack() {
    ShardFixture spilling = ShardFixture.ready(new ShardOptions(100, 10));
    for (int i = 0; i < 20; i++) {
      spilling.write(Points.ramp(STREAM, i * 10L, 10));
    }
    assertTrue(spilling.shard.counters().operationsSpilled() > 10);
    assertEquals(200, spilling.read(0).count());
    StreamState old = spilling.shard.stream(STREAM);
    spilling.write(new Operation.Flush(STREAM));
    spilling.merge();
    assertThrows(OperationGoneException.class, () -> spilling.shard.newWorkingTree().latest(old));
    assertEquals(200, spilling.read(0).count());
  }

  @Test
  void shouldQuarantineOnlyTheStreamWhoseFoldFails() {
    UUID other = new UUID(8, 8);
    fixture.write(new Operation.Open(other));
    fixture.write(new Operation.Insert(other, MergePolicy.NEVER, 3, new byte[] {77, 77, 77, 77}));
    fixture.write(new Operation.Flush(other));
    sealedVersions(2);
    FoldFailedException failure = assertThrows(FoldFailedException.class, () -> fixture.prepare());
    assertEquals(other, failure.stream());
    fixture.merger.quarantine(other);
    assertEquals(new Outcome.Done(1), fixture.merge());
    assertEquals(200, fixture.read(12).count());
    assertTrue(fixture.prepare().isEmpty());
  }

  @Test
  void shouldCommitAPrefixOfTheVersionsWhenTheyAreLarge() {
    sealedVersions(5);
    MergeLimits small = new MergeLimits(1, 10, 1 << 20, Long.MAX_VALUE, true);
    PreparedCommit commit =
        fixture.merger.prepare(fixture.shard, fixture.trees, 1, 0, small).orElseThrow();
    assertEquals(1, commit.totals().versions());
    assertEquals(new Outcome.Done(1), fixture.propose(commit));
    assertEquals(11, fixture.shard.stream(STREAM).materialised());
    assertEquals(500, fixture.read(15).count());
  }

  @Test
  void shouldLimitTheCommitThoughItsVersionsNeedNoBlocks() {
    for (int i = 0; i < 50; i++) {
      fixture.write(new Operation.Delete(STREAM, 0, 1));
    }
    MergeLimits small = new MergeLimits(1 << 20, 10, 1_000, Long.MAX_VALUE, true);
    PreparedCommit commit =
        fixture.merger.prepare(fixture.shard, fixture.trees, 1, 0, small).orElseThrow();
    assertEquals(0, commit.totals().blocks());
    assertTrue(commit.partCommands().isEmpty());
    assertTrue(commit.totals().versions() < 20);
    assertEquals(new Outcome.Done(1), fixture.propose(commit));
    assertTrue(fixture.segments.list(3).isEmpty());
  }

  /** Some 200 leaves, each with a block of its own. */
  private void largeStream() {
    double[] noise = new SplittableRandom(3).doubles(100_000).toArray();
    long[] times = java.util.stream.LongStream.range(0, noise.length).toArray();
    fixture.write(Points.insert(STREAM, MergePolicy.NEVER, times, noise));
    fixture.merge();
  }

  private static List<DeadBlock> dead(PreparedCommit prepared) {
    byte[] bytes = prepared.commitCommand();
    Command.Commit commit = (Command.Commit) CommandCodec.decode(bytes, 0, bytes.length);
    return commit.streams().getFirst().dead();
  }

  @Test
  void shouldNameADroppedTreeByItsRoot() {
    largeStream();
    Root root = fixture.shard.stream(STREAM).root();
    fixture.write(new Operation.Delete(STREAM, TimeRange.MIN, TimeRange.MAX));
    PreparedCommit commit = fixture.prepare().orElseThrow();
    assertEquals(List.of(new DeadBlock(root.address(), 11, 12, Extent.SUBTREE)), dead(commit));
    assertEquals(new Outcome.Done(1), fixture.propose(commit));
    assertEquals(0, fixture.read(12).count());
    assertEquals(100_000, fixture.read(11).count());
  }

  @Test
  void shouldNameADifferenceWhereOneVersionReplacesTooManyBlocks() {
    largeStream();
    Root root = fixture.shard.stream(STREAM).root();
    long[] times = java.util.stream.LongStream.range(0, 1_000).map(i -> i * 100).toArray();
    fixture.write(Points.insert(STREAM, MergePolicy.NEVER, times, new double[1_000]));
    fixture.write(new Operation.Flush(STREAM));
    PreparedCommit whole = fixture.prepare().orElseThrow();
    assertTrue(dead(whole).size() > 100, dead(whole).size() + " blocks");
    fixture.merger.abandoned(whole, fixture.trees);
    MergeLimits small = new MergeLimits(8 << 20, 10, 4_000, Long.MAX_VALUE, true);
    PreparedCommit commit =
        fixture.merger.prepare(fixture.shard, fixture.trees, 1, 0, small).orElseThrow();
    assertEquals(List.of(new DeadBlock(root.address(), 11, 12, Extent.DIFFERENCE)), dead(commit));
    assertTrue(commit.commitCommand().length <= 500, commit.commitCommand().length + " bytes");
    assertEquals(new Outcome.Done(1), fixture.propose(commit));
    assertEquals(101_000, fixture.read(12).count());
  }

  @Test
  void shouldKeepACommitWithinALogEntryWhateverItsVersionsReplace() {
    assertTrue(MergeLimits.DEFAULTS.commandBytesMax() < 2 << 20);
    MergeLimits most = new MergeLimits(1, 1, 3_355_000, 0, true);
    assertTrue(most.commandBytesMax() <= ShardLimits.COMMIT_COMMAND_BYTES);
    assertThrows(IllegalArgumentException.class, () -> new MergeLimits(1, 1, 3_356_000, 0, true));
  }

  @Test
  void shouldNeverUseASegmentNumberTwiceInATerm() {
    sealedVersions(1);
    PreparedCommit first = fixture.prepare().orElseThrow();
    fixture.merger.abandoned(first, fixture.trees);
    PreparedCommit second = fixture.prepare().orElseThrow();
    assertTrue(second.segment().number() > first.segment().number());
    assertThrows(IllegalStateException.class, fixture::prepare);
  }

  @Test
  void shouldCutSegmentsIntoPartsOfLimitedSize() {
    SplittableRandom random = new SplittableRandom(1);
    long[] times = new long[200_000];
    double[] values = new double[200_000];
    for (int i = 0; i < times.length; i++) {
      times[i] = i * 1_000L + random.nextInt(999);
      values[i] = random.nextDouble();
    }
    fixture.write(Points.insert(STREAM, MergePolicy.NEVER, times, values));
    PreparedCommit commit = fixture.prepare().orElseThrow();
    assertTrue(commit.partCommands().size() > 2);
    commit
        .partCommands()
        .forEach(part -> assertTrue(part.length <= ShardLimits.PART_COMMAND_BYTES));
    assertEquals(new Outcome.Done(1), fixture.propose(commit));
    assertEquals(200_000, fixture.read(11).count());
  }

  @Test
  void shouldFoldTheOldestStreamFirstAndTheCheapestUnderPressure() {
    UUID other = new UUID(8, 8);
    sealedVersions(1);
    fixture.write(new Operation.Open(other));
    double[] noise = new SplittableRandom(3).doubles(40_000).toArray();
    long[] times = java.util.stream.LongStream.range(0, 40_000).toArray();
    fixture.write(Points.insert(other, MergePolicy.NEVER, times, noise));
    assertEquals(List.of(STREAM), firstPicked(Long.MAX_VALUE));
    assertEquals(List.of(other), firstPicked(0));
  }

  private List<UUID> firstPicked(long pressureBytes) {
    MergeLimits limits = new MergeLimits(1 << 20, 1, 1 << 20, pressureBytes, true);
    Merger fresh = new Merger();
    PreparedCommit commit = fresh.prepare(fixture.shard, fixture.trees, 1, 0, limits).orElseThrow();
    fresh.abandoned(commit, fixture.trees);
    return commit.targets().stream().map(PreparedCommit.Target::stream).toList();
  }
}
