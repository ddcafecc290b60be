package io.btrdb.placement.coordination;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Who led a group when the controller last looked: for people and tools that look into ZooKeeper.
 * No node routes by it. Kept, all together, in {@code leaders}:
 *
 * <pre>
 * leaders = "btrdb leaders 1" LF { group SP term SP node LF }
 * </pre>
 */
public record LeaderHint(String group, long term, String node) {
  private static final String HEADER = "btrdb leaders 1";

  static byte[] encode(List<LeaderHint> hints) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    hints.forEach(hint -> text.append("%s %d %s\n".formatted(hint.group, hint.term, hint.node)));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException if the bytes are not of the grammar
   */
  static List<LeaderHint> decode(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(HEADER)) {
      throw new IllegalArgumentException("not leader hints: " + lines[0]);
    }
    List<LeaderHint> hints = new ArrayList<>();
    // Each ends in a line feed, so the last piece is empty.
    for (int i = 1; i < lines.length - 1; i++) {
      String[] words = lines[i].split(" ");
      if (words.length != 3) {
        throw new IllegalArgumentException("not a leader hint: " + lines[i]);
      }
      hints.add(new LeaderHint(words[0], Long.parseLong(words[1]), words[2]));
    }
    return hints;
  }
}
