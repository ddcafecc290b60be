package io.btrdb.node.pool;

import io.btrdb.placement.ShardRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One life of a cluster in a pool: that since its founding, or since a recovery. Each has an object
 * that was created exclusively, so that no two clusters ever take themselves for the same one.
 *
 * <pre>
 * record  = "btrdb-incarnation 1 " number SP cluster SP state LF   ; UTF-8
 *           { "shard " shard SP firstSlot SP slotCount SP firstTerm LF }
 *           "end " crc LF                                          ; CRC32C of all before this line, 8 hex digits
 * state   = "alive"                                                ; its nodes may start
 *         | "recovering"                                           ; it is being made from the one before
 * </pre>
 *
 * @param number from 1; the highest is the living one
 * @param cluster id of the cluster whose nodes it is
 * @param recovering whether it is still being made
 * @param shards all of them, in order
 */
record Incarnation(int number, UUID cluster, boolean recovering, List<Shard> shards) {
  /**
   * @param firstTerm segments of this term and later ones are this incarnation's, those of earlier
   *     terms are the ones' before
   */
  record Shard(ShardRange range, long firstTerm) {}

  private static final String HEADER = "btrdb-incarnation 1";

  Incarnation {
    shards = List.copyOf(shards);
  }

  /** The first incarnation of a cluster that has just been founded. */
  static Incarnation founded(UUID cluster, List<ShardRange> ranges) {
    return new Incarnation(
        1, cluster, false, ranges.stream().map(range -> new Shard(range, 0)).toList());
  }

  List<ShardRange> ranges() {
    return shards.stream().map(Shard::range).toList();
  }

  /** Whether a segment of a shard, if there is one of that term, is this incarnation's. */
  boolean owns(int shard, long term) {
    return term >= shards.get(shard).firstTerm();
  }

  byte[] encode() {
    StringBuilder text = new StringBuilder();
    text.append(HEADER).append(' ').append(number).append(' ').append(cluster);
    text.append(' ').append(recovering ? "recovering" : "alive").append('\n');
    for (Shard shard : shards) {
      text.append(
          String.format(
              Locale.ROOT,
              "shard %d %d %d %d\n",
              shard.range().shard(),
              shard.range().firstSlot(),
              shard.range().slotCount(),
              shard.firstTerm()));
    }
    String body = text.toString();
    return (body + end(body)).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException when it is damaged or of a newer release
   */
  static Incarnation decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int last = text.lastIndexOf("end ");
    if (last < 0 || !text.substring(last).equals(end(text.substring(0, last)))) {
      throw new IllegalArgumentException("the record of an incarnation is damaged");
    }
    List<String> lines = text.substring(0, last).lines().toList();
    String[] header = lines.getFirst().split(" ", -1);
    if (header.length != 5 || !(header[0] + " " + header[1]).equals(HEADER)) {
      throw new IllegalArgumentException(
          "this release cannot read an incarnation that begins with " + lines.getFirst());
    }
    List<Shard> shards = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] word = line.split(" ", -1);
      ShardRange range =
          new ShardRange(
              Integer.parseInt(word[1]), Integer.parseInt(word[2]), Integer.parseInt(word[3]));
      shards.add(new Shard(range, Long.parseLong(word[4])));
    }
    return new Incarnation(
        Integer.parseInt(header[2]),
        UUID.fromString(header[3]),
        header[4].equals("recovering"),
        shards);
  }

  private static String end(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "end %08x\n", (int) crc.getValue());
  }
}
