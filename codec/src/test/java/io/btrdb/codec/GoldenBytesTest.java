package io.btrdb.codec;

import static io.btrdb.codec.Generators.points;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * Blocks as they lie on disks and in logs. A change here is a change of format: old bytes must stay
 * readable, so it needs a new tag, never an edit of what a tag means. A better choice among the
 * encodings may change what is written; then the old bytes move to a test that only reads them.
 */
class GoldenBytesTest {
  @Test
  void shouldKeepTheBytesOfEmptyBlock() {
    assertBytes("00", points(0, i -> 0, i -> 0));
  }

  @Test
  void shouldKeepTheBytesOfOnePoint() {
    assertBytes("010800002a36fe9c9717024540", points(1, i -> 1_700_000_000_000_000_000L, i -> 42));
  }

  @Test
  void shouldKeepTheBytesOfOneFullPoint() {
    assertBytes(
        "010815cd853dfe9c971708182d4454fb210940",
        points(1, i -> 1_700_000_000_123_456_789L, i -> Math.PI));
  }

  @Test
  void shouldKeepTheBytesOfRegularTimesAndRamp() {
    assertBytes("08100080a8d6b907110010000200", points(8, i -> i * 1_000_000_000L, i -> i));
  }

  @Test
  void shouldKeepTheBytesOfLine() {
    assertBytes("3c1100aaa0f90703010102f03f", points(60, i -> Generators.tick(i, 120), i -> 1));
  }

  @Test
  void shouldKeepTheBytesOfDifferencesWithAPatch() {
    assertBytes(
        "281400d00f8202baaeebba2ee9baaeeb3a1314d08603d0860300",
        points(40, i -> 1000L * i + i % 3 + (i == 20 ? 99_999 : 0), i -> 0));
  }

  @Test
  void shouldKeepTheBytesOfNearLine() {
    assertBytes(
        "281204d00f80201e0002a38c32ca28a38c32ca2800",
        points(40, i -> 1000L * i + (i * i * 7 % 5), i -> 0));
  }

  @Test
  void shouldKeepTheBytesOfDifferencesOfDifferences() {
    assertBytes("061500d40f0ca08ffaa08ffa00", points(6, i -> i * i * 1001L + i % 2, i -> 0));
  }

  @Test
  void shouldKeepTheBytesOfNearConstant() {
    assertBytes("061304024b0b00", points(6, i -> i * 7 % 4, i -> 0));
  }

  @Test
  void shouldKeepTheBytesOfScaled() {
    assertBytes(
        "141600c0843d1304030b016621c02c040800", points(20, i -> i * i % 7 * 1_000_000L, i -> 0));
  }

  @Test
  void shouldKeepTheBytesOfRawTimes() {
    assertBytes(
        "03171f32547698badcceefcdab89674523715d96fc62c92f966c00",
        points(3, i -> i == 1 ? 0x7123456789ABCDEFL : -0x3123456789ABCDE1L * (i + 1), i -> 0));
  }

  @Test
  void shouldKeepTheBytesOfDecimals() {
    assertBytes("06100002110114c8010003321a00", points(6, i -> i, i -> (100 + i * i % 5) / 10.0));
  }

  @Test
  void shouldKeepTheBytesOfDecimalProducts() {
    assertBytes("06100002118110000200", points(6, i -> i, i -> i * 0.1));
  }

  @Test
  void shouldKeepTheBytesOfDecimalsWithAnException() {
    assertBytes(
        "1410000211021600191308032f6eff7d71fbe80b010107000000000000f87f",
        points(20, i -> i, i -> i == 7 ? Double.NaN : i * i % 9 / 4.0));
  }

  @Test
  void shouldKeepTheBytesOfOrderedBits() {
    assertBytes(
        "06100002121d158080808440848b5311dd0343c2f515bb7805",
        points(6, i -> i, i -> (float) Math.sqrt(i + 9)));
  }

  @Test
  void shouldKeepTheBytesOfSignExponents() {
    assertBytes(
        "1810000213000306010c0104000c0004ff0bff0300cd3b7f669ea056c569ad60707d448bf0643484"
            + "ea613818ad80acc8029823e4c28d4cb020b8ab737719e43791d10cbe45b49d9e62bdf75d346ffd93"
            + "72882a757ce9d43f959a2a1316ba9eed726a4b5b078b290100000000008069def933f30435a8e34b"
            + "a7fea9145c4212281c3127a8f4979b77e301000000000000802a1316ba9eedae79e7cfcc13d40400"
            + "000000000002f8ffcc64e6cce4708fcdfe5221e0a1c542ddf40d",
        points(24, i -> i, i -> Math.sqrt(i * 37 % 41 + 2) * (i % 3 == 0 ? 1 : -1)));
  }

  @Test
  void shouldKeepTheBytesOfSignExponentsWithPatches() {
    assertBytes(
        "28100002131d0306010c01040004000cff03300c00f304351a5c1f7108d50bc88a0ce146a6a47e8d"
            + "abc1b788bdf77d954354f54fa5763ddba5b098120000c0cc13d4d03f954a1c3107bd1b8f00000070"
            + "3ddbd53c416d000000959933e15f2a4cddf40d4553ac00008060472ac91efc005ac166010000d7bb"
            + "f1908ed813e142c5a05ceaf056f4cacaca08e31796d80e1f1075f796b09872",
        points(
            40,
            i -> i,
            i -> (float) Math.sqrt(i == 5 ? 1e30 : i * 37 % 41 + 2) * (i % 2 == 0 ? 1 : -1)));
  }

  @Test
  void shouldKeepTheBytesOfRuns() {
    assertBytes(
        "141000021404150c00033812331601802013020105",
        points(20, i -> i, i -> i / 6 % 2 == 0 ? -0.0 : Double.NaN));
  }

  @Test
  void shouldKeepTheBytesOfRawValues() {
    assertBytes(
        "0210000210182d4454fb2109404491b5e1693c50fe",
        points(2, i -> i, i -> i == 0 ? Math.PI : -Math.E * 1e300));
  }

  private static void assertBytes(String expected, Points points) {
    int count = points.size();
    ByteWriter out = new ByteWriter();
    PointsCodec.encode(points.times(), points.values(), 0, count, out);
    assertEquals(expected, HexFormat.of().formatHex(out.toByteArray()));

    byte[] block = HexFormat.of().parseHex(expected);
    Points back = new Points(new long[count], new double[count]);
    assertEquals(count, PointsCodec.decode(block, 0, block.length, back.times(), back.values(), 0));
    assertArrayEquals(points.times(), back.times());
    for (int i = 0; i < count; i++) {
      assertEquals(
          Double.doubleToRawLongBits(points.values()[i]),
          Double.doubleToRawLongBits(back.values()[i]));
    }
  }
}
