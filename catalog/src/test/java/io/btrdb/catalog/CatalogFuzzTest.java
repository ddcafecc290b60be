package io.btrdb.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogFuzzTest {
  private static final DecoderLaw LAW = DecoderLaw.refusing(MalformedBytesException.class);

  static Stream<byte[]> commands() {
    return CatalogCommandCodecTest.ALL.stream().map(CatalogCommandCodec::encode);
  }

  @MethodSource("commands")
  @FuzzTest
  void shouldReadACommandOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, CatalogFuzzTest::decode)
        .ifPresent(command -> assertEquals(command, decode(CatalogCommandCodec.encode(command))));
  }

  private static CatalogCommand decode(byte[] bytes) {
    return CatalogCommandCodec.decode(bytes, 0, bytes.length);
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(commands()).forEach(this::shouldReadACommandOrRefuseIt);
  }
}
