package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class EntryFuzzTest {
  private static final DecoderLaw LAW = DecoderLaw.refusing(IllegalStateException.class);

  static Stream<byte[]> entries() {
    return Stream.of(
        EntryFormat.encode(3, 1_000, List.of(new byte[] {1, 2}, new byte[0], new byte[300])),
        EntryFormat.encode(0, -1, List.of(new byte[0])));
  }

  @MethodSource("entries")
  @FuzzTest
  void shouldReadAnEntryOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, b -> EntryFormat.decode(5, 7, new ByteSlice(b, 0, b.length)))
        .ifPresent(
            entry ->
                assertArrayEquals(
                    bytes,
                    EntryFormat.encode(
                        entry.proposerTerm(),
                        entry.logTimeMillis(),
                        entry.commands().stream().map(ByteSlice::toArray).toList())));
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(entries()).forEach(this::shouldReadAnEntryOrRefuseIt);
  }
}
