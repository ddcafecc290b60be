package io.btrdb.tree;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import io.btrdb.storage.Block;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks with a kind before them, which the store keeps beside their bytes. */
class NodeFuzzTest {
  /** A leaf of a few bytes may hold as many points as a leaf can; 64 KiB of columns. */
  private static final DecoderLaw LAW =
      new DecoderLaw(MalformedBytesException.class, 1L << 20, 64 << 10);

  static Stream<byte[]> blocks() {
    TreeFixture fixture = new TreeFixture(TreeShape.STANDARD);
    TreeEditor editor = fixture.tree.edit(Root.EMPTY);
    editor.beginVersion(11);
    long[] times = new long[20_000];
    double[] values = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = i < 100 ? i : (long) i * i * 1_000_000;
      values[i] = i % 17;
    }
    editor.insert(times, values, 0, times.length, MergePolicy.NEVER);
    editor.delete(1_000_000_000_000L, 9_000_000_000_000L);
    SegmentBuilder segment = fixture.segment();
    editor.write(editor.freeze(), segment);
    fixture.store(segment);
    SegmentReader reader = SegmentReader.open(fixture.store, segment.id());
    List<byte[]> samples = new ArrayList<>();
    int step = Math.max(1, reader.blockCount() / 8);
    for (int ordinal = reader.blockCount() - 1; ordinal >= 0; ordinal -= step) {
      Block block = reader.read(ordinal);
      byte[] bytes = new byte[1 + block.length()];
      bytes[0] = (byte) block.kind();
      System.arraycopy(block.bytes(), block.offset(), bytes, 1, block.length());
      samples.add(bytes);
    }
    return samples.stream();
  }

  @MethodSource("blocks")
  @FuzzTest
  void shouldReadANodeOrRefuseIt(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    LAW.decode(bytes, NodeFuzzTest::decode)
        .ifPresent(
            node -> {
              ByteWriter out = new ByteWriter(64);
              new NodeEncoder(TreeShape.STANDARD).encodeBlock(node, out);
              byte[] again = new byte[1 + out.size()];
              again[0] = bytes[0];
              System.arraycopy(out.toByteArray(), 0, again, 1, out.size());
              Node read = decode(again);
              if (read.width != node.width
                  || read.start != node.start
                  || read.count() != node.count()) {
                throw new AssertionError("another node came back");
              }
            });
  }

  private static Node decode(byte[] bytes) {
    return new NodeDecoder(TreeShape.STANDARD)
        .decodeBlock(bytes[0] & 0xFF, bytes, 1, bytes.length - 1);
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(blocks()).forEach(this::shouldReadANodeOrRefuseIt);
  }
}
