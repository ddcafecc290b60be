package io.btrdb.node.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import io.btrdb.placement.ShardRange;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.CheckpointManifest;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class PoolFuzzTest {
  private static final DecoderLaw BYTES = DecoderLaw.refusing(MalformedBytesException.class);
  private static final DecoderLaw TEXT = DecoderLaw.refusing(IllegalArgumentException.class);

  static Stream<byte[]> objects() {
    return Stream.of(
        new ArchivedState(
                7,
                1_700_000_000_000L,
                new CheckpointManifest(
                    new LogPosition(7, 99), List.of(new CheckpointFile("CURRENT", 9, 1))),
                List.of("000001/state/x"))
            .encode(),
        new JournalPage(
                -1,
                List.of(
                    new JournalPage.Entry(0, 1_000, List.of(new byte[] {1, 2}, new byte[0])),
                    new JournalPage.Entry(17, 1_005, List.of(new byte[3]))))
            .encode(),
        new Incarnation(
                2,
                new UUID(3, 4),
                true,
                List.of(new Incarnation.Shard(new ShardRange(0, 0, 4_096), 5)))
            .encode());
  }

  @MethodSource("objects")
  @FuzzTest
  void shouldReadAStateOrRefuseIt(byte[] bytes) {
    BYTES
        .decode(bytes, ArchivedState::decode)
        .ifPresent(state -> assertEquals(state, ArchivedState.decode(state.encode())));
  }

  @MethodSource("objects")
  @FuzzTest
  void shouldReadAPageOrRefuseIt(byte[] bytes) {
    BYTES
        .decode(bytes, JournalPage::decode)
        .ifPresent(
            page -> assertArrayEquals(page.encode(), JournalPage.decode(page.encode()).encode()));
  }

  @MethodSource("objects")
  @FuzzTest
  void shouldReadAnIncarnationOrRefuseIt(byte[] bytes) {
    TEXT.decode(bytes, Incarnation::decode)
        .ifPresent(it -> assertEquals(it, Incarnation.decode(it.encode())));
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(objects()).forEach(this::shouldReadAStateOrRefuseIt);
    Bent.of(objects()).forEach(this::shouldReadAPageOrRefuseIt);
    Bent.of(objects()).forEach(this::shouldReadAnIncarnationOrRefuseIt);
  }
}
