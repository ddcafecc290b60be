package io.btrdb.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.TimeBounds;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormsTest {
  private static final long NOW = 1_700_000_000_123_456_789L;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1500, 1500",
    "1ns, 1",
    "3us, 3000",
    "250ms, 250000000",
    "1s, 1000000000",
    "1.5s, 1500000000",
    "5m, 300000000000",
    "5min, 300000000000",
    "1h30m, 5400000000000",
    "1d, 86400000000000",
    "1w, 604800000000000",
    "1y, 31536000000000000"
  })
  void shouldReadDurations(String text, long nanos) {
    assertEquals(nanos, Durations.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "1 s", "-1s", "1x", "1s2", "1.5ns", "300y", "1mo", "1..2s"})
  void shouldRefuseWhatIsNoDuration(String text) {
    assertThrows(BadText.class, () -> Durations.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "now, 1700000000123456789",
    "now-1h, 1699996400123456789",
    "now + 5m, 1700000300123456789",
    "-1s, 1699999999123456789",
    "+1s, 1700000001123456789",
    "42, 42",
    "-42, -42",
    "1970-01-01, 0",
    "1970-01-01T00:00:01Z, 1000000000",
    "1970-01-01 00:00:01.000000001, 1000000001",
    "1970-01-01T01:00+01:00, 0",
    "1970-01-01T01:00:00.5+0100, 500000000",
    "1969-12-31T23:59:59.999999999Z, -1",
    "2000-02-29T12:00, 951825600000000000",
    "2024-05, 1714521600000000000"
  })
  void shouldReadTimes(String text, long nanos) {
    assertEquals(nanos, Times.parse(text, NOW));
  }

  @Test
  void shouldKnowTheEndsOfTime() {
    assertEquals(TimeBounds.MIN, Times.parse("min", NOW));
    assertEquals(TimeBounds.MAX, Times.parse("max", NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "now-",
        "now1h",
        "2023-02-29",
        "2024-13-01",
        "2024-05-01T24:00",
        "2024-05-01T12:60",
        "2024-05-01T12:00:60",
        "2024-05-01T12:00:00.",
        "2024-05-01T12:00:00.1234567890",
        "2024-05-01T12:00:00ZZ",
        "2024-05-01T12",
        "9999-01-01",
        "99999999999999999999",
        "now+290y"
      })
  void shouldRefuseWhatIsNoTime(String text) {
    assertThrows(BadText.class, () -> Times.parse(text, NOW));
  }

  @Test
  void shouldReadBackEveryTimeItPrints() {
    long seed = Long.getLong("btrdb.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long nanos = random.nextLong() >> random.nextInt(20);
      String text = IsoTime.print(nanos);
      assertEquals(nanos, IsoTime.parse(text, ZoneOffset.UTC), () -> text + ", seed " + seed);
      Instant instant = Instant.parse(text);
      assertEquals(
          nanos,
          ChronoUnit.NANOS.between(Instant.EPOCH, instant),
          () -> "java.time disagrees on " + text + ", seed " + seed);
    }
  }

  @Test
  void shouldFollowTheClockOfAZone() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    long summer = IsoTime.parse("2024-07-01T12:00:00", berlin);
    assertEquals(
        LocalDateTime.of(2024, 7, 1, 10, 0).toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L, summer);
    // The hour from 02:00 is shown twice; the first time is summer's.
    assertEquals(
        IsoTime.parse("2024-10-27T00:30Z", ZoneOffset.UTC),
        IsoTime.parse("2024-10-27T02:30", berlin));
    assertThrows(BadText.class, () -> IsoTime.parse("2024-03-31T02:30", berlin));
  }

  @Test
  void shouldTellStreamsByUuidOrPath() {
    UUID uuid = UUID.randomUUID();
    assertEquals(new StreamName.ById(uuid), StreamName.parse(uuid.toString()));
    assertEquals(new StreamName.ByPath("a/b", "c d"), StreamName.parse("a/b/c d"));
    assertEquals(new StreamName.ByPath("a", uuid.toString()), StreamName.parse("a/" + uuid));
    for (String none : new String[] {"", "a", "/a", "a/", "1-2-3-4-5"}) {
      assertThrows(BadText.class, () -> StreamName.parse(none), none);
    }
  }

  @Test
  void shouldDescribeDurationsForPeople() {
    assertEquals("1.5 s", Durations.describe(1_500_000_000L));
    assertEquals("999 ns", Durations.describe(999));
    assertEquals("2 h", Durations.describe(7_200_000_000_000L));
    assertTrue(Durations.describe(Long.MAX_VALUE).endsWith(" y"));
  }
}
