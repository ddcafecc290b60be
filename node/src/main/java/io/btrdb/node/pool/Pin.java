package io.btrdb.node.pool;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * Somebody reads a cluster's segments in the pool and is no replica: nothing that the state it
 * reads needs may be deleted. It counts as long as its beat goes on.
 *
 * <pre>
 * board  := "btrdb-pins 1" LF pin* "end " crc LF      ; CRC32C of all before this line, 8 hex digits
 * pin    := "pin " id SP beat SP lease SP owner SP ( "all" | index { "," index } ) LF
 * </pre>
 *
 * @param beat grows with every renewal
 * @param leaseSeconds for how long it counts without one
 * @param owner who it is, for people: without blanks
 * @param indices by shard, the entry behind which it needs nothing that was freed up to it; empty:
 *     it is not known yet, so nothing may be deleted
 */
record Pin(UUID id, long beat, int leaseSeconds, String owner, List<Long> indices) {
  private static final String HEADER = "btrdb-pins 1";
  private static final String ALL = "all";

  Pin {
    if (owner.isEmpty() || owner.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("the owner of a pin has no blanks, not: " + owner);
    }
    indices = List.copyOf(indices);
  }

  /** Nothing freed later than this entry of a shard's log may go. */
  long index(int shard) {
    return shard < indices.size() ? indices.get(shard) : -1;
  }

  Pin renewed() {
    return new Pin(id, beat + 1, leaseSeconds, owner, indices);
  }

  Pin at(List<Long> known) {
    return new Pin(id, beat + 1, leaseSeconds, owner, known);
  }

  private String line() {
    String needs =
        indices.isEmpty()
            ? ALL
            : indices.stream().map(String::valueOf).collect(Collectors.joining(","));
    return "pin " + id + " " + beat + " " + leaseSeconds + " " + owner + " " + needs;
  }

  private static Pin of(String line) {
    String[] word = line.split(" ", -1);
    if (word.length != 6 || !word[0].equals("pin")) {
      throw new IllegalArgumentException("this release cannot read the pin " + line);
    }
    return new Pin(
        UUID.fromString(word[1]),
        Long.parseLong(word[2]),
        Integer.parseInt(word[3]),
        word[4],
        word[5].equals(ALL)
            ? List.of()
            : Arrays.stream(word[5].split(",", -1)).map(Long::valueOf).toList());
  }

  static byte[] encode(List<Pin> board) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    board.forEach(pin -> text.append(pin.line()).append('\n'));
    String body = text.toString();
    return (body + end(body)).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException when it is damaged or of a newer release
   */
  static List<Pin> decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int last = text.lastIndexOf("end ");
    if (last < 0 || !text.substring(last).equals(end(text.substring(0, last)))) {
      throw new IllegalArgumentException("the board of pins is damaged");
    }
    List<String> lines = text.substring(0, last).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException("this release cannot read a board of pins: " + lines);
    }
    List<Pin> pins = new ArrayList<>();
    lines.subList(1, lines.size()).forEach(line -> pins.add(of(line)));
    return pins;
  }

  private static String end(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "end %08x\n", (int) crc.getValue());
  }
}
