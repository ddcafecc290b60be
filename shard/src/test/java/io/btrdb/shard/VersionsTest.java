package io.btrdb.shard;

import static io.btrdb.shard.ShardFixture.STREAM;
import static io.btrdb.shard.ShardFixture.applied;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.btrdb.shard.Outcome.Reason;
import io.btrdb.shard.Outcome.Refused;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VersionsTest {
  private final ShardFixture fixture = ShardFixture.ready();

  @Test
  void shouldCreateAStreamAtVersionTen() {
    assertEquals(applied(10, 0), fixture.write(new Operation.Open(STREAM)));
    assertEquals(10, fixture.shard.stream(STREAM).major());
  }

  @Test
  void shouldCountLoggedPointsAsMinor() {
    assertEquals(applied(10, 5), fixture.write(Points.ramp(STREAM, 0, 5)));
    assertEquals(applied(10, 10), fixture.write(Points.ramp(STREAM, 0, 5)));
  }

  @Test
  void shouldSealWithTheInsertThatReachesTheLimit() {
    assertEquals(applied(10, 32_767), fixture.write(Points.ramp(STREAM, 0, 32_767)));
    assertEquals(applied(11, 0), fixture.write(Points.ramp(STREAM, 0, 1)));
    assertEquals(applied(11, 1), fixture.write(Points.ramp(STREAM, 0, 1)));
    assertEquals(applied(12, 0), fixture.write(Points.ramp(STREAM, 0, 50_000)));
  }

  @Test
  void shouldBeAtVersionFifteenAfterTenInsertsOfTwentyThousand() {
    Outcome last = null;
    for (int i = 0; i < 10; i++) {
      last = fixture.write(Points.ramp(STREAM, i * 20_000L, 20_000));
    }
    assertEquals(applied(15, 0), last);
  }

  @Test
  void shouldFlushOnlyWhatIsPending() {
    assertEquals(applied(10, 0), fixture.write(new Operation.Flush(STREAM)));
    fixture.write(Points.ramp(STREAM, 0, 5));
    assertEquals(applied(11, 0), fixture.write(new Operation.Flush(STREAM)));
    assertEquals(applied(11, 0), fixture.write(new Operation.Flush(STREAM)));
  }

  @Test
  void shouldMakeOneVersionForADeleteWithNothingPending() {
    assertEquals(applied(11, 0), fixture.write(new Operation.Delete(STREAM, 0, 1)));
    assertEquals(applied(12, 0), fixture.write(new Operation.Delete(STREAM, 0, 1)));
  }

  @Test
  void shouldSealBeforeAndAfterADeleteOverPendingPoints() {
    fixture.write(Points.ramp(STREAM, 0, 5));
    assertEquals(applied(12, 0), fixture.write(new Operation.Delete(STREAM, 2, 4)));
    assertEquals(5, fixture.read(11).count());
    assertEquals(3, fixture.read(12).count());
  }

  @Test
  void shouldSealListedStreamsThatHavePendingPoints() {
    UUID other = new UUID(8, 8);
    fixture.write(new Operation.Open(other));
    fixture.write(Points.ramp(STREAM, 0, 5));
    Command seal = new Command.Seal(List.of(STREAM, other, new UUID(7, 7)));
    assertEquals(new Outcome.Done(1), fixture.apply(seal));
    assertEquals(11, fixture.shard.stream(STREAM).major());
    assertEquals(10, fixture.shard.stream(other).major());
    assertEquals(new Outcome.Done(0), fixture.apply(seal));
  }

  @Test
  void shouldRefuseOperationsOnStreamsThatDoNotExist() {
    UUID other = new UUID(8, 8);
    assertRefused(Reason.NO_SUCH_STREAM, fixture.write(Points.ramp(other, 0, 5)));
    assertRefused(Reason.NO_SUCH_STREAM, fixture.write(new Operation.Flush(other)));
    assertRefused(Reason.NO_SUCH_STREAM, fixture.write(new Operation.Delete(other, 0, 1)));
  }

  @Test
  void shouldNeverOpenADroppedStreamAgain() {
    fixture.write(Points.ramp(STREAM, 0, 5));
    assertEquals(applied(0, 0), fixture.write(new Operation.Drop(STREAM)));
    assertEquals(applied(0, 0), fixture.write(new Operation.Drop(STREAM)));
    fixture.restart();
    assertRefused(Reason.REUSED_UUID, fixture.write(new Operation.Open(STREAM)));
    assertRefused(Reason.NO_SUCH_STREAM, fixture.write(Points.ramp(STREAM, 0, 5)));
    assertEquals(0, fixture.shard.backlogBytes());
    assertInstanceOf(VersionLookup.NoSuchStream.class, fixture.shard.lookup(STREAM, 10));
  }

  @Test
  void shouldTombstoneAStreamThatWasNeverOpened() {
    UUID other = new UUID(8, 8);
    fixture.write(new Operation.Drop(other));
    assertRefused(Reason.REUSED_UUID, fixture.write(new Operation.Open(other)));
  }

  @Test
  void shouldRemoveTheRootsOfADroppedStreamLittleByLittle() {
    for (int i = 0; i < 600; i++) {
      fixture.write(new Operation.Delete(STREAM, 0, 1));
    }
    fixture.merge();
    assertInstanceOf(VersionLookup.Materialised.class, fixture.shard.lookup(STREAM, 300));
    fixture.write(new Operation.Drop(STREAM));
    fixture.apply(new Command.Epoch(2));
    fixture.restart();
    assertEquals(false, fixture.state.get(StateKeys.root(STREAM, 609)) == null);
    fixture.apply(new Command.Epoch(3));
    fixture.apply(new Command.Epoch(4));
    assertEquals(null, fixture.state.get(StateKeys.root(STREAM, 609)));
    assertEquals(null, fixture.state.get(StateKeys.purge(STREAM)));
  }

  @Test
  void shouldKnowItselfFromItsLog() {
    assertEquals(new Outcome.Done(1), fixture.apply(new Command.Epoch(7)));
    assertInstanceOf(Outcome.Ignored.class, fixture.apply(new Command.Epoch(7)));
    assertEquals(new Outcome.Done(1), fixture.apply(new Command.Activate(1)));
    assertInstanceOf(
        Outcome.Ignored.class, fixture.apply(new Command.Init(new UUID(2, 2), 3, 0, 1, 9)));
    fixture.restart();
    assertEquals(new ShardInfo(true, new UUID(1, 1), 0, 4096, 7, 1), fixture.shard.info());
  }

  @Test
  void shouldRefuseEverythingBeforeInit() {
    ShardFixture fresh = new ShardFixture();
    assertRefused(Reason.NOT_INITIALISED, fresh.apply(new Command.OpenSession(STREAM)));
    assertRefused(Reason.NOT_INITIALISED, fresh.write(new Operation.Open(STREAM)));
    assertInstanceOf(Outcome.Ignored.class, fresh.apply(new Command.Seal(List.of(STREAM))));
  }

  @Test
  void shouldRefuseStreamsOfOtherSlots() {
    ShardFixture fresh = new ShardFixture();
    fresh.apply(new Command.Init(new UUID(1, 1), 3, 0, 1, 1));
    fresh.apply(new Command.OpenSession(ShardFixture.SESSION));
    assertRefused(Reason.WRONG_SHARD, fresh.write(new Operation.Open(STREAM)));
  }

  @Test
  void shouldNameTheStreamsToSeal() {
    fixture.write(Points.ramp(STREAM, 0, 50));
    UUID other = new UUID(8, 8);
    fixture.write(new Operation.Open(other));
    fixture.logTime += 500;
    fixture.write(Points.ramp(other, 0, 500));
    long all = Long.MAX_VALUE;
    assertEquals(List.of(), fixture.shard.sealCandidates(1_500, 501, all, all, 9));
    assertEquals(List.of(STREAM), fixture.shard.sealCandidates(1_500, 500, all, all, 9));
    long large = fixture.shard.stream(other).pendingBytes();
    assertEquals(List.of(other), fixture.shard.sealCandidates(1_500, all, large, all, 9));
    assertEquals(List.of(other), fixture.shard.sealCandidates(1_500, all, all, large, 9));
    assertEquals(2, fixture.shard.sealCandidates(1_500, all, all, 0, 9).size());
    assertEquals(1, fixture.shard.sealCandidates(1_500, all, all, 0, 1).size());
  }

  static void assertRefused(Reason reason, Outcome outcome) {
    assertEquals(reason, assertInstanceOf(Refused.class, outcome).reason());
  }
}
