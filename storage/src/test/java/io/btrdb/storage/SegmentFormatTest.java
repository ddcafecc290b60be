package io.btrdb.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.contract.SampleSegments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SegmentFormatTest {
  private static final SegmentId ID = SegmentId.of(0x1234, 5, 6);

  private final InMemorySegmentStore store = new InMemorySegmentStore();
  private final BlockReader reader = new BlockReader(store, ID.shard(), 2);

  private static byte[] payload(Block block) {
    return Arrays.copyOfRange(block.bytes(), block.offset(), block.offset() + block.length());
  }

  @Test
  void shouldWriteTheGrammarToTheByte() {
    SegmentBuilder builder = new SegmentBuilder(ID);
    builder.append(0xAB, new byte[] {9, 1, 2, 3, 9}, 1, 3);
    builder.skip(300);
    builder.append(1, new byte[0], 0, 0);
    String expected =
        """
        42545253 01 00 1234 0000000500000006 ea4cfc5c
        b7 01 1234 ab 000003 0000000500000006 00000000 1895b4cb 010203
        b7 01 1234 01 000000 0000000500000006 0000012d b60eac66
        ae02 04 00 ac02 01
        f00d
        42545245 01 00 1234 0000000500000006 00000047 00000007 00000002 fe6a50f5
        """;
    String actual = HexFormat.of().formatHex(builder.finish(new byte[] {(byte) 0xF0, 0x0D}));
    assertEquals(expected.replaceAll("\\s", ""), actual);
  }

  @Test
  void shouldReadBackEveryBlockOfRandomSegments() {
    SplittableRandom random = new SplittableRandom(1);
    int blocks = 0;
    for (int round = 0; round < 100; round++) {
      SegmentId id = SegmentId.of(ID.shard(), 1, round);
      SegmentBuilder builder = new SegmentBuilder(id);
      List<byte[]> payloads = new ArrayList<>();
      for (int i = random.nextInt(200); i > 0; i--) {
        if (random.nextInt(4) == 0) {
          int run = 1 + random.nextInt(5);
          builder.skip(run);
          payloads.addAll(Collections.nCopies(run, null));
        }
        byte[] payload = SampleSegments.bytes(random, random.nextInt(3000));
        assertEquals(payloads.size(), builder.append(i & 0xFF, payload, 0, payload.length));
        payloads.add(payload);
      }
      byte[] footer = SampleSegments.bytes(random, random.nextInt(6000));
      store.put(id, builder.finish(footer));
      assertArrayEquals(footer, SegmentReader.open(store, id).footer());
      assertEquals(payloads.size(), SegmentReader.open(store, id).blockCount());
      for (int i = 0; i < payloads.size(); i++) {
        BlockAddress address = new BlockAddress(id.number(), i);
        if (payloads.get(i) == null) {
          assertThrows(MissingBlockException.class, () -> reader.read(address));
        } else {
          assertArrayEquals(payloads.get(i), payload(reader.read(address)));
          blocks++;
        }
      }
      assertThrows(
          MissingBlockException.class,
          () -> reader.read(new BlockAddress(id.number(), payloads.size())));
    }
    System.out.println("segments: 100 random ones with " + blocks + " blocks read back");
  }

  @Test
  void shouldDetectEveryFlippedBit() {
    byte[] segment = SampleSegments.segment(ID, 4, 60, 1);
    SegmentVerifier.verify(ID, segment);
    for (int bit = 0; bit < segment.length * 8; bit++) {
      byte[] flipped = segment.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertEquals(1, SegmentVerifier.faults(ID, flipped).size(), "bit " + bit);
    }
    System.out.println("segments: " + segment.length * 8 + " flipped bits, all detected");
  }

  @Test
  void shouldDetectEveryTruncationAndExtension() {
    byte[] segment = SampleSegments.segment(ID, 4, 60, 1);
    for (int length = 0; length < segment.length; length++) {
      byte[] cut = Arrays.copyOf(segment, length);
      assertThrows(CorruptBlockException.class, () -> SegmentVerifier.verify(ID, cut));
    }
    byte[] longer = Arrays.copyOf(segment, segment.length + 1);
    assertThrows(CorruptBlockException.class, () -> SegmentVerifier.verify(ID, longer));
    System.out.println("segments: " + segment.length + " truncations, all detected");
  }

  @Test
  void shouldTellMisdirectedFromDamaged() {
    byte[] segment = equalBlocks(ID, 3);
    int blockBytes = SegmentBuilder.BLOCK_OVERHEAD_BYTES + 50;
    int first = SegmentFormat.HEADER_BYTES;
    System.arraycopy(segment, first, segment, first + blockBytes, blockBytes);
    SegmentId other = SegmentId.of(ID.shard() + 1, 5, 6);
    System.arraycopy(
        equalBlocks(other, 3), first + 2 * blockBytes, segment, first + 2 * blockBytes, blockBytes);
    List<CorruptBlockException> faults = SegmentVerifier.faults(ID, segment);
    assertEquals(List.of(1, 2), faults.stream().map(CorruptBlockException::ordinal).toList());
    assertTrue(faults.stream().allMatch(CorruptBlockException::misdirected));
    assertTrue(faults.get(1).getMessage().contains("found block 1235-"), faults.toString());
    segment[first + 30] ^= 1;
    assertFalse(SegmentVerifier.faults(ID, segment).get(0).misdirected());
    CorruptBlockException whole =
        assertThrows(CorruptBlockException.class, () -> SegmentVerifier.verify(other, segment));
    assertTrue(whole.misdirected());
  }

  private static byte[] equalBlocks(SegmentId id, int blocks) {
    SegmentBuilder builder = new SegmentBuilder(id);
    for (int i = 0; i < blocks; i++) {
      builder.append(1, new byte[50], 0, 50);
    }
    return builder.finish(new byte[0]);
  }

  @Test
  void shouldFollowARewriteThatKeepsOnlyLiveBlocks() {
    byte[] segment = SampleSegments.segment(ID, 5, 100, 1);
    store.put(ID, segment);
    byte[] kept = payload(reader.read(new BlockAddress(ID.number(), 3)));
    SegmentReader source = SegmentReader.open(store, ID);
    SegmentBuilder rewritten = new SegmentBuilder(ID);
    rewritten.skip(3);
    Block live = source.read(3);
    rewritten.append(live.kind(), live.bytes(), live.offset(), live.length());
    rewritten.skip(1);
    store.delete(ID);
    store.put(ID, rewritten.finish(source.footer()));

    assertArrayEquals(kept, payload(reader.read(new BlockAddress(ID.number(), 3))));
    assertThrows(MissingBlockException.class, () -> reader.read(new BlockAddress(ID.number(), 4)));
    assertFalse(SegmentReader.open(store, ID).isPresent(0));
    assertTrue(SegmentReader.open(store, ID).isPresent(3));
  }

  @Test
  void shouldMakeTheSameGenerationOfTheSameSegmentInOneStepAndInTwo() {
    SegmentId id = SegmentId.of(2, 3, 4);
    byte[] first = SampleSegments.segment(id, 9, 200, 5);
    byte[] second = SegmentRewriter.rewrite(id, first, 1, ordinal -> ordinal % 2 == 0);
    byte[] third = SegmentRewriter.rewrite(id, second, 2, ordinal -> ordinal > 4);
    assertArrayEquals(
        third, SegmentRewriter.rewrite(id, first, 2, ordinal -> ordinal % 2 == 0 && ordinal > 4));
    assertEquals(2, SegmentRewriter.generation(third));
    SegmentVerifier.verify(id, third);
    InMemorySegmentStore store = new InMemorySegmentStore();
    store.put(id, third);
    SegmentReader reader = SegmentReader.open(store, id);
    assertEquals(2, reader.generation());
    assertEquals(9, reader.blockCount());
    store.put(id, first);
    SegmentReader whole = SegmentReader.open(store, id);
    assertArrayEquals(whole.footer(), reader.footer());
    for (int ordinal = 0; ordinal < 9; ordinal++) {
      assertEquals(ordinal == 6 || ordinal == 8, reader.isPresent(ordinal));
      assertEquals(
          reader.isPresent(ordinal) ? whole.blockBytes(ordinal) : 0, reader.blockBytes(ordinal));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> SegmentRewriter.rewrite(id, third, 2, ordinal -> true));
  }

  @Test
  void shouldRefuseWhatDoesNotFit() {
    SegmentBuilder builder = new SegmentBuilder(ID);
    byte[] big = new byte[SegmentBuilder.BLOCK_PAYLOAD_BYTES_MAX + 1];
    assertThrows(IllegalArgumentException.class, () -> builder.append(0, big, 0, big.length));
    assertThrows(IllegalArgumentException.class, () -> builder.append(256, big, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> builder.skip(0));
    assertThrows(IndexOutOfBoundsException.class, () -> builder.append(0, big, big.length, 1));
    assertEquals(0, builder.nextOrdinal());
    builder.append(0, big, 1, big.length - 1);
    assertThrows(IllegalStateException.class, () -> builder.skip(SegmentBuilder.BLOCKS_MAX));
    store.put(ID, builder.finish(new byte[0]));
    assertThrows(IllegalStateException.class, () -> builder.finish(new byte[0]));
    assertEquals(big.length - 1, reader.read(new BlockAddress(ID.number(), 0)).length());
  }
}
