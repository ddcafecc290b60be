package io.btrdb.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class LogFormatsFuzzTest {
  private static final DecoderLaw LAW = DecoderLaw.refusing(MalformedBytesException.class);

  static Stream<byte[]> commands() {
    return CommandCodecTest.COMMANDS.stream().map(CommandCodec::encode);
  }

  @MethodSource("commands")
  @FuzzTest
  void shouldReadACommandOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, LogFormatsFuzzTest::decode)
        .ifPresent(
            command -> {
              byte[] again = CommandCodec.encode(command);
              assertArrayEquals(again, CommandCodec.encode(decode(again)));
            });
  }

  private static Command decode(byte[] bytes) {
    return CommandCodec.decode(bytes, 0, bytes.length);
  }

  @MethodSource("commands")
  @FuzzTest
  void shouldReadAFooterOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, SegmentFooter::decode);
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(commands()).forEach(this::shouldReadACommandOrRefuseIt);
    Bent.of(commands()).forEach(this::shouldReadAFooterOrRefuseIt);
  }
}
