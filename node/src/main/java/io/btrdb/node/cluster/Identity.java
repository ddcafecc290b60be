package io.btrdb.node.cluster;

import io.btrdb.consensus.PeerId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Who this process is: the node's id, which lasts, and its incarnation, which lasts as long as its
 * data folder. A Raft peer is an incarnation of a node, so a node that lost its disk is another
 * peer and cannot vote as if it remembered.
 */
public record Identity(String node, String incarnation) {
  /** The identity kept in the data folder, made and stored when there is none. */
  public static Identity load(Path dataDirectory, String node) {
    DurableFile file = new DurableFile(dataDirectory.resolve("incarnation"));
    String incarnation =
        file.read()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElseGet(
                () -> {
                  byte[] random = new byte[6];
                  new SecureRandom().nextBytes(random);
                  String fresh = HexFormat.of().formatHex(random);
                  file.write(fresh.getBytes(StandardCharsets.UTF_8));
                  return fresh;
                });
    return new Identity(node, incarnation);
  }

  public PeerId peer() {
    return new PeerId(node + "-" + incarnation);
  }

  /** The node of a Raft peer. */
  public static String nodeOf(PeerId peer) {
    return nodeOf(peer.value());
  }

  /** The node of a Raft peer's id. */
  public static String nodeOf(String peer) {
    int dash = peer.lastIndexOf('-');
    return dash < 0 ? peer : peer.substring(0, dash);
  }
}
