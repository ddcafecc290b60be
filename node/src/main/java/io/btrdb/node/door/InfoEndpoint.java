package io.btrdb.node.door;

import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;

/** Info: who we are, and the map that clients route by. */
final class InfoEndpoint {
  /** Go's client refuses anything but 5. */
  private static final int MAJOR = 5;

  /** From 30 on Python's client takes every call for available. */
  private static final int MINOR = 30;

  private final Mashes mashes;
  private final String build;

  InfoEndpoint(Mashes mashes, String build) {
    this.mashes = mashes;
    this.build = build;
  }

  void info(InfoParams p, Exchange exchange) {
    exchange.answer(
        InfoResponse.newBuilder()
            .setMash(mashes.current())
            .setMajorVersion(MAJOR)
            .setMinorVersion(MINOR)
            .setBuild(build)
            .build());
  }
}
