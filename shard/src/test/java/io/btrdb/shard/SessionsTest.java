package io.btrdb.shard;

import static io.btrdb.shard.ShardFixture.SESSION;
import static io.btrdb.shard.ShardFixture.STREAM;
import static io.btrdb.shard.ShardFixture.applied;
import static io.btrdb.shard.VersionsTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.shard.Outcome.Reason;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final long DAY = ShardLimits.SESSION_EXPIRY_MILLIS;
  private static final UUID OTHER = new UUID(6, 6);

  private final ShardFixture fixture = ShardFixture.ready(new ShardOptions(1 << 20, 8));

  @Test
  void shouldGiveTheSameOutcomeAgainWithoutEffect() {
    fixture.write(10, Points.ramp(STREAM, 0, 5));
    fixture.write(11, Points.ramp(STREAM, 0, 5));
    assertEquals(applied(10, 5), fixture.write(10, Points.ramp(STREAM, 0, 5)));
    assertEquals(10, fixture.shard.stream(STREAM).minor());
    fixture.restart();
    assertEquals(applied(10, 5), fixture.write(10, Points.ramp(STREAM, 0, 5)));
    assertEquals(10, fixture.shard.stream(STREAM).minor());
  }

  @Test
  void shouldRememberARefusalThoughTheStreamWasOpenedSince() {
    UUID late = new UUID(8, 8);
    Outcome refusal = fixture.write(10, Points.ramp(late, 0, 5));
    assertRefused(Reason.NO_SUCH_STREAM, refusal);
    fixture.write(11, new Operation.Open(late));
    assertEquals(refusal, fixture.write(10, Points.ramp(late, 0, 5)));
    fixture.restart();
    assertEquals(refusal, fixture.write(10, Points.ramp(late, 0, 5)));
  }

  @Test
  void shouldRefuseASessionThatWasNeverOpened() {
    assertRefused(
        Reason.UNKNOWN_SESSION,
        fixture.apply(new Command.Write(OTHER, 1, 0, Points.ramp(STREAM, 0, 1))));
  }

  @Test
  void shouldLetOnlyOpenAndDropPassWithoutASession() {
    UUID late = new UUID(8, 8);
    Command open = new Command.Write(Shard.NO_SESSION, 0, 0, new Operation.Open(late));
    assertEquals(applied(10, 0), fixture.apply(open));
    assertEquals(applied(10, 0), fixture.apply(open));
    assertRefused(
        Reason.UNKNOWN_SESSION,
        fixture.apply(new Command.Write(Shard.NO_SESSION, 0, 0, Points.ramp(STREAM, 0, 1))));
    assertRefused(Reason.UNKNOWN_SESSION, fixture.apply(new Command.OpenSession(Shard.NO_SESSION)));
  }

  @Test
  void shouldTakeSequencesInAnyOrderWithinTheWindow() {
    assertEquals(applied(10, 1), fixture.write(4_096, Points.ramp(STREAM, 0, 1)));
    assertEquals(applied(10, 2), fixture.write(2, Points.ramp(STREAM, 0, 1)));
    assertEquals(applied(10, 1), fixture.write(4_096, Points.ramp(STREAM, 0, 1)));
    assertRefused(Reason.SEQUENCE_OUT_OF_WINDOW, fixture.write(4_097, Points.ramp(STREAM, 0, 1)));
    assertRefused(Reason.SEQUENCE_OUT_OF_WINDOW, fixture.write(0, Points.ramp(STREAM, 0, 1)));
  }

  @Test
  void shouldMoveTheWindowWithWhatIsAcknowledged() {
    Operation insert = Points.ramp(STREAM, 0, 1);
    for (long sequence = 2; sequence <= 20_000; sequence++) {
      long acknowledged = Math.max(0, sequence - 4_096);
      Outcome outcome = fixture.apply(new Command.Write(SESSION, sequence, acknowledged, insert));
      assertEquals(applied(10, sequence - 1), outcome);
    }
    fixture.restart();
    assertEquals(applied(10, 15_904), fixture.write(15_905, insert));
    assertRefused(Reason.SEQUENCE_OUT_OF_WINDOW, fixture.write(15_904, insert));
    fixture.apply(new Command.Write(SESSION, 1_000_001, 1_000_000, insert));
    assertRefused(Reason.SEQUENCE_OUT_OF_WINDOW, fixture.write(20_000, insert));
  }

  @Test
  void shouldForgetASessionAfterADayWithoutUse() {
    fixture.logTime += DAY - 1;
    assertEquals(applied(10, 1), fixture.write(10, Points.ramp(STREAM, 0, 1)));
    fixture.logTime += DAY;
    assertRefused(Reason.UNKNOWN_SESSION, fixture.write(10, Points.ramp(STREAM, 0, 1)));
    assertEquals(0, fixture.shard.sessions());
    assertEquals(1, fixture.shard.counters().sessionsExpired());
  }

  @Test
  void shouldKeepASessionThatIsRenewed() {
    fixture.write(10, Points.ramp(STREAM, 0, 1));
    fixture.logTime += DAY - 1;
    fixture.apply(new Command.OpenSession(SESSION));
    fixture.restart();
    fixture.logTime += DAY - 1;
    assertEquals(applied(10, 1), fixture.write(10, Points.ramp(STREAM, 0, 1)));
  }

  @Test
  void shouldRefuseMoreSessionsThanItsLimit() {
    for (int i = 0; i < 7; i++) {
      assertEquals(new Outcome.Done(1), fixture.apply(new Command.OpenSession(new UUID(100, i))));
    }
    assertRefused(
        Reason.TOO_MANY_SESSIONS, fixture.apply(new Command.OpenSession(new UUID(100, 99))));
    fixture.logTime += DAY;
    assertEquals(new Outcome.Done(1), fixture.apply(new Command.OpenSession(new UUID(100, 99))));
  }

  @Test
  void shouldNotLetTimeRunBackwards() {
    fixture.logTime += DAY / 2;
    fixture.apply(new Command.OpenSession(OTHER));
    fixture.logTime -= DAY / 2;
    fixture.apply(new Command.OpenSession(SESSION));
    fixture.logTime += DAY + 1;
    assertEquals(applied(10, 1), fixture.write(10, Points.ramp(STREAM, 0, 1)));
  }
}
