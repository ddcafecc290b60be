package io.btrdb.node.door;

import java.time.Duration;

/**
 * How long the door bears with its clients.
 *
 * @param call the deadline of calls whose client gives none, or a later one; old versions are kept
 *     readable that long. Subscribe and Submit have none
 * @param receiver an answer of which the client takes nothing for so long is ended
 */
public record Patience(Duration call, Duration receiver) {
  public static final Patience USUAL = new Patience(Duration.ofMinutes(30), Duration.ofMinutes(5));

  public Patience {
    if (call.isNegative() || call.isZero() || receiver.isNegative() || receiver.isZero()) {
      throw new IllegalArgumentException("must be positive: " + call + ", " + receiver);
    }
  }

  long callNanos() {
    return call.toNanos();
  }

  long receiverNanos() {
    return receiver.toNanos();
  }
}
