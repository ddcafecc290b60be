package io.btrdb.shard;

import static io.btrdb.shard.ShardFixture.STREAM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.btrdb.codec.MalformedBytesException;
import org.junit.jupiter.api.Test;

class ShardTest {
  @Test
  void shouldHaveTheSameDigestAfterARestart() {
    ShardFixture fixture = ShardFixture.ready();
    fixture.write(Points.ramp(STREAM, 0, 40_000));
    fixture.write(Points.ramp(STREAM, 0, 4));
    fixture.merge();
    byte[] before = fixture.shard.digest();
    fixture.restart();
    assertArrayEquals(before, fixture.shard.digest());
  }

  @Test
  void shouldRefuseToGoOnAfterAnEntryItCannotRead() {
    ShardFixture fixture = ShardFixture.ready();
    assertThrows(MalformedBytesException.class, () -> fixture.apply(1, new byte[] {1, 99}));
    assertThrows(IllegalStateException.class, () -> fixture.apply(new Command.Epoch(5)));
    assertThrows(IllegalStateException.class, fixture.shard::writeState);
  }

  @Test
  void shouldRefuseALevelItDoesNotKnow() {
    ShardFixture fixture = ShardFixture.ready();
    assertThrows(
        IllegalStateException.class,
        () -> fixture.apply(new Command.Activate(CommandCodec.LEVEL + 1)));
  }

  @Test
  void shouldRefuseAnEntryTwice() {
    ShardFixture fixture = ShardFixture.ready();
    fixture.index--;
    assertThrows(IllegalStateException.class, () -> fixture.apply(new Command.Epoch(5)));
    fixture.index += 2;
    assertEquals(new Outcome.Done(1), fixture.apply(new Command.Epoch(5)));
    fixture.restart();
    fixture.index--;
    assertThrows(IllegalStateException.class, () -> fixture.apply(new Command.Epoch(6)));
  }
}
