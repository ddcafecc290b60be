package io.btrdb.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.shard.Outcome.Reason;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.ReducedRange;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Versions that are given up, and what becomes of their blocks. */
class ReclaimTest {
  private static final int POINTS = 20_000;

  private final ShardFixture fixture = ShardFixture.ready();
  private final SegmentSweep sweep =
      fixture.shard.ownSegments(fixture.segments, SegmentSweep.Exclusion.UNSHARED);
  private final SplittableRandom random = new SplittableRandom(3);
  private final ReclaimPlanner planner = new ReclaimPlanner(10);

  ReclaimTest() {
    fixture.apply(new Command.Activate(CommandCodec.RECLAIM_LEVEL));
  }

  /** Overwrites the same points in one more version. */
  private void overwrite() {
    fixture.write(new Operation.Delete(ShardFixture.STREAM, 0, POINTS));
    fixture.write(noise(ShardFixture.STREAM));
    fixture.write(new Operation.Flush(ShardFixture.STREAM));
    fixture.merge();
  }

  /** Points that do not compress, so that what frames them counts for little. */
  private Operation.Insert noise(UUID stream) {
    long[] times = new long[POINTS];
    double[] values = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      times[i] = i;
      values[i] = random.nextDouble();
    }
    return Points.insert(stream, MergePolicy.NEVER, times, values);
  }

  private void retire(long oldest) {
    fixture.apply(new Command.Retire(List.of(new Command.Retirement(ShardFixture.STREAM, oldest))));
  }

  private int freeAll() {
    int commands = 0;
    Optional<? extends Command> next = planner.free(fixture.shard);
    while (next.isPresent()) {
      assertInstanceOf(Outcome.Done.class, fixture.apply(next.get()));
      commands++;
      next = planner.free(fixture.shard);
      next = next.isPresent() ? next : planner.rewrite(fixture.shard, 0.3, 100, 100);
    }
    return commands;
  }

  private VersionLookup lookup(long version) {
    return fixture.shard.lookup(ShardFixture.STREAM, version);
  }

  private long storedBytes() {
    return fixture.segments.list(3).stream().mapToLong(fixture.segments::length).sum();
  }

  @Test
  void shouldRefuseVersionsThatWereGivenUp() {
    overwrite();
    overwrite();
    long major = fixture.shard.stream(ShardFixture.STREAM).major();
    PlainStream.Contents last = fixture.read(major);
    retire(major);
    assertEquals(new VersionLookup.Pruned(major), lookup(major - 1));
    assertEquals(new VersionLookup.Pruned(major), lookup(ShardLimits.FIRST_VERSION));
    assertEquals(new VersionLookup.NoSuchVersion(major), lookup(major + 1));
    retire(major - 1);
    retire(major + 5);
    assertEquals(new VersionLookup.Pruned(major), lookup(major - 1), "never taken back or beyond");
    fixture.restart();
    assertEquals(new VersionLookup.Pruned(major), lookup(major - 1));
    assertEquals(last, fixture.read(major));
  }

  @Test
  void shouldGiveBackTheSpaceOfOldVersionsOnceNothingNeedsThem() {
    overwrite();
    long once = storedBytes();
    for (int i = 0; i < 9; i++) {
      overwrite();
    }
    long tenTimes = storedBytes();
    long major = fixture.shard.stream(ShardFixture.STREAM).major();
    PlainStream.Contents last = fixture.read(major);
    retire(major);
    int commands = freeAll();
    assertEquals(tenTimes, storedBytes(), "as long as a checkpoint may need it");
    assertEquals(0, sweep.sweep(1, Long.MAX_VALUE, damage -> {}).deleted());
    SegmentSweep.Swept swept = sweep.sweep(fixture.index, Long.MAX_VALUE, damage -> {});
    assertEquals(9, swept.deleted());
    assertEquals(0, sweep.waiting());
    assertTrue(storedBytes() <= once + once / 50, storedBytes() + " bytes of " + once);
    assertEquals(last, fixture.read(major));
    System.out.printf(
        "10 versions: %d bytes, one: %d, reclaimed by %d commands: %d%n",
        tenTimes, once, commands, storedBytes());
  }

  @Test
  void shouldRewriteASegmentOfWhichOneStreamIsGone() {
    UUID other = new UUID(11, 11);
    fixture.write(new Operation.Open(other));
    fixture.write(noise(other));
    fixture.write(new Operation.Flush(other));
    overwrite();
    assertEquals(1, fixture.segments.list(3).size());
    PlainStream.Contents kept = fixture.read(12);
    fixture.write(new Operation.Drop(other));
    freeAll();
    fixture.restart();
    SegmentSweep after =
        fixture.shard.ownSegments(fixture.segments, SegmentSweep.Exclusion.UNSHARED);
    SegmentSweep.Swept swept = after.sweep(fixture.index, Long.MAX_VALUE, damage -> {});
    assertEquals(new SegmentSweep.Swept(0, 1, swept.freedBytes(), swept.writtenBytes()), swept);
    assertTrue(swept.freedBytes() > 0);
    SegmentId id = fixture.segments.list(3).getFirst();
    assertEquals(1, SegmentReader.open(fixture.segments, id).generation());
    assertEquals(kept, fixture.read(12));
  }

  @Test
  void shouldFreeNothingThatAReadableVersionNeeds() {
    overwrite();
    overwrite();
    long major = fixture.shard.stream(ShardFixture.STREAM).major();
    retire(major);
    Command.Free free = planner.free(fixture.shard).orElseThrow();
    ShardFixture fresh = ShardFixture.ready();
    fresh.apply(new Command.Activate(CommandCodec.RECLAIM_LEVEL));
    assertInstanceOf(Outcome.Ignored.class, fresh.apply(free), "another's dead blocks");
    assertInstanceOf(Outcome.Done.class, fixture.apply(free));
    assertInstanceOf(Outcome.Ignored.class, fixture.apply(free), "a second time");
    overwrite();
    List<DeadBlock> dead = new DeadList(fixture.state).first(ShardFixture.STREAM, 1000);
    List<Command.Freed> all = dead.stream().map(each -> new Command.Freed(each, 1)).toList();
    assertTrue(dead.getLast().died() > major);
    assertInstanceOf(
        Outcome.Ignored.class,
        fixture.apply(
            new Command.Free(
                List.of(new Command.FreedStream(ShardFixture.STREAM, all, List.of())), List.of())));
  }

  @Test
  void shouldRefuseWhatCannotBeConfigured() {
    overwrite();
    long major = fixture.shard.stream(ShardFixture.STREAM).major();
    ReducedRange range = new ReducedRange(0, 100, 4);
    assertEquals(
        ShardFixture.applied(major, 0),
        fixture.write(new Operation.Configure(ShardFixture.STREAM, 11, 5, List.of(range))));
    assertEquals(
        Reason.OVERLAPPING_RANGES,
        refused(new Operation.Configure(ShardFixture.STREAM, 0, 0, List.of(range))));
    assertEquals(
        Reason.NO_SUCH_VERSION,
        refused(new Operation.Configure(ShardFixture.STREAM, major + 1, 0, List.of())));
    assertEquals(
        Reason.NO_SUCH_STREAM, refused(new Operation.Configure(new UUID(4, 4), 0, 0, List.of())));
    fixture.write(new Operation.Configure(ShardFixture.STREAM, 3, 2, List.of()));
    fixture.restart();
    Retention kept = fixture.shard.stream(ShardFixture.STREAM).retention();
    assertEquals(11, kept.oldest());
    assertEquals(5, kept.archiveHorizon());
    assertEquals(List.of(range), kept.reduced().list());
  }

  private Reason refused(Operation operation) {
    return assertInstanceOf(Outcome.Refused.class, fixture.write(operation)).reason();
  }

  @Test
  void shouldTakeUpWhatWasThereBeforeTheLevelWasActive() {
    ShardFixture old = ShardFixture.ready();
    UUID gone = new UUID(11, 11);
    old.write(new Operation.Open(gone));
    for (UUID stream : List.of(gone, ShardFixture.STREAM)) {
      old.write(Points.ramp(stream, 0, POINTS));
      old.write(new Operation.Flush(stream));
      old.merge();
    }
    old.write(new Operation.Drop(gone));
    SegmentSweep oldSweep = old.shard.ownSegments(old.segments, SegmentSweep.Exclusion.UNSHARED);
    old.apply(new Command.Activate(CommandCodec.RECLAIM_LEVEL));
    old.shard.writeState();
    assertEquals(2, TransplantedShard.segments(old.state).size());
    Optional<? extends Command> next = planner.free(old.shard);
    while (next.isPresent()) {
      old.apply(next.get());
      next = planner.free(old.shard);
    }
    old.shard.writeState();
    assertEquals(1, TransplantedShard.segments(old.state).size());
    oldSweep.sweep(old.index, Long.MAX_VALUE, damage -> {});
    assertEquals(1, old.segments.list(3).size());
    assertThrows(
        IllegalStateException.class, () -> old.apply(new Command.Activate(CommandCodec.LEVEL + 1)));
  }
}
