package io.btrdb.placement.coordination;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A node that is there, as it says itself. Kept in {@code nodes/<node>}, which ends with the node's
 * session:
 *
 * <pre>
 * registration = "btrdb node 1" LF { key SP value LF }
 * key          = "incarnation" | "grpc" | "http" | "raft" | "zone" | "capacity" | "version"
 * value        = text without LF; addresses are host:port, zone may be empty, capacity is decimal
 * </pre>
 *
 * Unknown keys are skipped, so that a later release may add some.
 *
 * @param capacity how much it should hold in proportion to others; 100 is usual
 * @param version of its program
 */
public record Registration(
    String node,
    String incarnation,
    String grpc,
    String http,
    String raft,
    String zone,
    int capacity,
    String version) {
  private static final String HEADER = "btrdb node 1";

  byte[] encode() {
    String text =
        String.join(
            "\n",
            HEADER,
            "incarnation " + incarnation,
            "grpc " + grpc,
            "http " + http,
            "raft " + raft,
            "zone " + zone,
            "capacity " + capacity,
            "version " + version,
            "");
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException if the bytes are not of the grammar
   */
  static Registration decode(String node, byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(HEADER)) {
      throw new IllegalArgumentException("not a node's registration: " + lines[0]);
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int space = lines[i].indexOf(' ');
      if (space > 0) {
        values.put(lines[i].substring(0, space), lines[i].substring(space + 1));
      }
    }
    return new Registration(
        node,
        values.getOrDefault("incarnation", ""),
        values.getOrDefault("grpc", ""),
        values.getOrDefault("http", ""),
        values.getOrDefault("raft", ""),
        values.getOrDefault("zone", ""),
        Integer.parseInt(values.getOrDefault("capacity", "100")),
        values.getOrDefault("version", ""));
  }
}
