package io.btrdb.shard;

import static io.btrdb.shard.ShardFixture.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.SegmentReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Commits whose segments are in a pool. */
class PooledCommitsTest {
  private static final MergeLimits LIMITS = new MergeLimits(8L << 20, 4_096, 1 << 20, 0, false);

  private final ShardFixture fixture = ShardFixture.ready();

  private PreparedCommit prepare() {
    return fixture
        .merger
        .prepare(fixture.shard, fixture.trees, fixture.term, 0, LIMITS)
        .orElseThrow();
  }

  private SegmentFooter footer(PreparedCommit commit) {
    return SegmentFooter.decode(SegmentReader.open(fixture.segments, commit.segment()).footer());
  }

  private void seal(long from) {
    fixture.write(Points.ramp(STREAM, from, 100));
    fixture.write(new Operation.Flush(STREAM));
  }

  @Test
  void shouldRepeatTheWholeCommitInTheSegmentAndLogRootsOnly() {
    seal(0);
    seal(100);
    PreparedCommit commit = prepare();
    assertTrue(commit.partCommands().isEmpty(), "nothing of it travels through the log");
    fixture.segments.put(commit.segment(), commit.segmentBytes());
    SegmentFooter footer = footer(commit);
    assertEquals(Optional.of(fixture.logTime), footer.logTimeMillis());
    assertEquals(2, footer.streams().getFirst().commit().orElseThrow().roots().size());
    assertEquals(new Outcome.Done(1), fixture.propose(commit));
    assertEquals(200, fixture.read(12).count());
    assertFalse(fixture.shard.isOrphan(footer));
  }

  @Test
  void shouldHaveASegmentForVersionsThatNeedNoBlock() {
    seal(0);
    PreparedCommit first = prepare();
    fixture.segments.put(first.segment(), first.segmentBytes());
    fixture.propose(first);
    fixture.write(new Operation.Delete(STREAM, 0, 1_000));
    PreparedCommit emptied = prepare();
    fixture.segments.put(emptied.segment(), emptied.segmentBytes());
    assertEquals(0, emptied.totals().blocks());
    assertEquals(12, footer(emptied).streams().getFirst().version());
    assertEquals(new Outcome.Done(1), fixture.propose(emptied));
    assertEquals(0, fixture.read(12).count());
    assertFalse(fixture.shard.isOrphan(footer(emptied)));
  }

  @Test
  void shouldTellWhatADeposedLeaderLeft() {
    seal(0);
    PreparedCommit left = prepare();
    fixture.segments.put(left.segment(), left.segmentBytes());
    fixture.term = 2;
    assertInstanceOf(Outcome.Ignored.class, fixture.propose(left));
    assertTrue(fixture.shard.isOrphan(footer(left)), "no Commit of it was applied");
    PreparedCommit again = prepare();
    fixture.segments.put(again.segment(), again.segmentBytes());
    fixture.propose(again);
    assertTrue(fixture.shard.isOrphan(footer(left)), "the version has another root");
    assertFalse(fixture.shard.isOrphan(footer(again)));
    fixture.write(new Operation.Drop(STREAM));
    assertFalse(fixture.shard.isOrphan(footer(again)), "of a dropped stream nobody can tell");
  }
}
