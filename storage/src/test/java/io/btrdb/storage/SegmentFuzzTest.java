package io.btrdb.storage;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import io.btrdb.storage.contract.SampleSegments;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentFuzzTest {
  private static final SegmentId ID = SegmentId.of(3, 1, 7);
  private static final DecoderLaw LAW = DecoderLaw.refusing(CorruptBlockException.class);

  static Stream<byte[]> segments() {
    return Stream.of(
        SampleSegments.segment(ID),
        SampleSegments.segment(ID, 0, 1, 2),
        SampleSegments.segment(ID, 40, 9, 3));
  }

  @MethodSource("segments")
  @FuzzTest
  void shouldVerifyASegmentOrSayWhatIsWrong(byte[] bytes) {
    LAW.decode(bytes, b -> SegmentVerifier.faults(ID, b));
  }

  /** What verifies can be read; what does not, is refused by whoever reads the damaged part. */
  @MethodSource("segments")
  @FuzzTest
  void shouldReadASegmentOrRefuseIt(byte[] bytes) {
    LAW.decode(
        bytes,
        b -> {
          InMemorySegmentStore store = new InMemorySegmentStore();
          store.put(ID, b);
          SegmentReader reader = SegmentReader.open(store, ID);
          int read = 0;
          for (int ordinal = 0; ordinal < reader.blockCount(); ordinal++) {
            read += reader.isPresent(ordinal) ? reader.read(ordinal).length() : 0;
          }
          return read;
        });
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(segments()).forEach(this::shouldVerifyASegmentOrSayWhatIsWrong);
    Bent.of(segments()).forEach(this::shouldReadASegmentOrRefuseIt);
  }
}
