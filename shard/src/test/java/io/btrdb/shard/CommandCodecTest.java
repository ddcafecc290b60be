package io.btrdb.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.BlockAddress;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.DeadBlock.Extent;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.ReducedRange;
import io.btrdb.tree.Root;
import io.btrdb.tree.Statistics;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CommandCodecTest {
  private static final UUID A = new UUID(0x0102030405060708L, -2);
  private static final UUID B = new UUID(3, 4);
  private static final Root ROOT =
      Root.at(
          new BlockAddress(1L << 32 | 5, 3),
          new Statistics(7, -1, 8, 2.5, 3, -100, -1, 100, 8),
          12);

  static final List<Command> COMMANDS =
      List.of(
          new Command.Init(A, 3, 100, 200, 9),
          new Command.Epoch(Long.MAX_VALUE),
          new Command.Activate(1),
          new Command.OpenSession(A),
          new Command.Write(A, 5, 4, new Operation.Delete(B, -(1L << 60), 3L << 60)),
          new Command.Write(A, Long.MAX_VALUE, 0, new Operation.Flush(B)),
          new Command.Write(A, 1, 0, new Operation.Open(B)),
          new Command.Write(A, 1, 0, new Operation.Drop(B)),
          new Command.Seal(List.of(A, B)),
          new Command.Write(
              A, 1, 0, new Operation.Configure(B, 12, 7, List.of(new ReducedRange(-5, 300, 40)))),
          new Command.Retire(List.of(new Command.Retirement(B, 11))),
          new Command.Rewrite(List.of(new Command.Generation(5, 1))),
          new Command.Free(
              List.of(
                  new Command.FreedStream(
                      B,
                      List.of(
                          new Command.Freed(
                              new DeadBlock(new BlockAddress(9, 2), 10, 11, Extent.BLOCK), 80),
                          new Command.Freed(
                              new DeadBlock(new BlockAddress(7, 1), 10, 12, Extent.SUBTREE), 90)),
                      List.of(new DeadBlock(new BlockAddress(7, 0), 10, 12, Extent.BLOCK))),
                  new Command.FreedStream(A, List.of(), List.of())),
              List.of(new Command.Written(9, 3, 400))),
          new Command.Seal(List.of()),
          new Command.Commit(
              7,
              0,
              1_000,
              -5,
              List.of(
                  new StreamCommit(
                      A,
                      10,
                      Root.EMPTY,
                      4,
                      9,
                      List.of(ROOT, ROOT),
                      List.of(
                          new DeadBlock(new BlockAddress(9, 1), 10, 12, Extent.BLOCK),
                          new DeadBlock(new BlockAddress(2, 3), 11, 12, Extent.SUBTREE),
                          new DeadBlock(new BlockAddress(7, 0), 4, 11, Extent.DIFFERENCE))))));

  @Test
  void shouldDecodeWhatItEncoded() {
    for (Command command : COMMANDS) {
      byte[] bytes = CommandCodec.encode(command);
      byte[] shifted = new byte[bytes.length + 9];
      System.arraycopy(bytes, 0, shifted, 4, bytes.length);
      Command decoded = CommandCodec.decode(shifted, 4, bytes.length);
      assertArrayEquals(bytes, CommandCodec.encode(decoded));
      if (!(command instanceof Command.Commit)) {
        assertEquals(command, decoded);
      }
    }
  }

  @Test
  void shouldCarryPayloads() {
    byte[] payload = {1, 2, 3};
    byte[] bytes =
        CommandCodec.encode(
            new Command.Write(A, 5, 4, new Operation.Insert(B, MergePolicy.REPLACE, 9, payload)));
    Command.Write write = (Command.Write) CommandCodec.decode(bytes, 0, bytes.length);
    Operation.Insert insert = (Operation.Insert) write.operation();
    assertArrayEquals(payload, insert.payload());
    assertEquals(MergePolicy.REPLACE, insert.policy());
    assertEquals(9, insert.points());
    byte[] part = CommandCodec.encode(new Command.SegmentPart(1L << 40, 3, payload));
    assertArrayEquals(
        payload, ((Command.SegmentPart) CommandCodec.decode(part, 0, part.length)).bytes());
  }

  @Test
  void shouldNotDriftFromItsGoldenBytes() {
    assertEquals(
        "010508070605040302 01feffffffffffffff05040103000000000000000400000000000000030203aabb"
            .replace(" ", ""),
        HexFormat.of()
            .formatHex(
                CommandCodec.encode(
                    new Command.Write(
                        A,
                        5,
                        4,
                        new Operation.Insert(
                            B,
                            MergePolicy.REPLACE,
                            2,
                            new byte[] {3, (byte) 0xAA, (byte) 0xBB})))));
  }

  @Test
  void shouldNotDriftFromTheGoldenBytesOfWhatGivesSpaceBack() {
    String b = "0300000000000000" + "0400000000000000";
    String a = "0807060504030201" + "feffffffffffffff";
    List<String> golden =
        List.of(
            "0105" + a + "0100" + "06" + b + "0c07" + "01" + "09b10228",
            "0109" + "01" + b + "0b",
            "010b" + "01" + "0501",
            "010a"
                + "02"
                + b
                + "02"
                + "1202000a16"
                + "50"
                + "0301010a02"
                + "5a"
                + "01"
                + "0e00000a18"
                + a
                + "0000"
                + "01"
                + "0903"
                + "9003");
    List<String> encoded =
        COMMANDS.stream()
            .filter(
                command ->
                    command instanceof Command.Retire
                        || command instanceof Command.Rewrite
                        || command instanceof Command.Free
                        || command instanceof Command.Write write
                            && write.operation() instanceof Operation.Configure)
            .map(command -> HexFormat.of().formatHex(CommandCodec.encode(command)))
            .toList();
    assertEquals(golden, encoded);
  }

  @Test
  void shouldCarryDeadBlocks() {
    Command.Commit commit = (Command.Commit) COMMANDS.getLast();
    byte[] bytes = CommandCodec.encode(commit);
    Command.Commit decoded = (Command.Commit) CommandCodec.decode(bytes, 0, bytes.length);
    assertEquals(commit.streams().getFirst().dead(), decoded.streams().getFirst().dead());
    String dead = "03" + "12" + "01" + "00" + "0a" + "02" + "0d" + "03" + "01" + "0b" + "02";
    String hex = HexFormat.of().formatHex(bytes);
    assertTrue(hex.endsWith(dead + "0a" + "00" + "02" + "04" + "01"), hex);
  }

  @Test
  void shouldKeepToTheBoundsThatEstimatesRelyOn() {
    long far = Long.MAX_VALUE - ShardLimits.ITEMS_PER_STREAM;
    DeadBlock dead =
        new DeadBlock(
            new BlockAddress(Long.MAX_VALUE, Integer.MAX_VALUE), far, far + 1, Extent.DIFFERENCE);
    Root root =
        Root.at(
            new BlockAddress(Long.MAX_VALUE, Integer.MAX_VALUE),
            new Statistics(Long.MAX_VALUE, -1, 8, 2.5, 3, -(1L << 60), -1, 3L << 60, 8),
            Long.MAX_VALUE);
    int without = streamBytes(new StreamCommit(A, far, root, 0, far, List.of(), List.of()));
    int with = streamBytes(new StreamCommit(A, far, root, 0, far, List.of(root), List.of(dead)));
    assertTrue(without <= CommitCodec.STREAM_BYTES, without + " bytes");
    assertTrue(with - without <= RootCodec.BYTES_MAX + CommitCodec.DEAD_BYTES, with + " bytes");
  }

  private static int streamBytes(StreamCommit stream) {
    ByteWriter out = new ByteWriter();
    CommitCodec.writeStream(stream, out);
    return out.size();
  }

  @Test
  void shouldNameWhatANewerReleaseMayHaveWritten() {
    assertTrue(message(new byte[] {1, 99}).contains("newer release"));
    assertTrue(message(new byte[] {2, 1}).contains("newer release"));
  }

  @Test
  void shouldDecodeAnyBytesOrSayTheyAreMalformed() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 30_000; round++) {
      byte[] bytes = CommandCodec.encode(COMMANDS.get(random.nextInt(COMMANDS.size()))).clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      try {
        CommandCodec.decode(bytes, 0, length);
      } catch (MalformedBytesException expected) {
        assertTrue(expected.getMessage().length() > 5);
      }
    }
  }

  private static String message(byte[] bytes) {
    return assertThrows(
            MalformedBytesException.class, () -> CommandCodec.decode(bytes, 0, bytes.length))
        .getMessage();
  }
}
