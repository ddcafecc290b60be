package io.btrdb.node.door;

import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;
import io.btrdb.api.v5.ProxyInfo;
import java.util.List;

/** Info: who we are, and the map that clients route by, or the proxies that they shall use. */
final class InfoEndpoint {
  /** Go's client refuses anything but 5. */
  private static final int MAJOR = 5;

  /** From 30 on Python's client takes every call for available. */
  private static final int MINOR = 30;

  private final Mashes mashes;
  private final String build;
  private final List<String> proxies;

  /**
   * @param proxies told in place of the map; empty: the map is told
   */
  InfoEndpoint(Mashes mashes, String build, List<String> proxies) {
    this.mashes = mashes;
    this.build = build;
    this.proxies = proxies;
  }

  void info(InfoParams p, Exchange exchange) {
    InfoResponse.Builder info =
        InfoResponse.newBuilder().setMajorVersion(MAJOR).setMinorVersion(MINOR).setBuild(build);
    if (proxies.isEmpty()) {
      info.setMash(mashes.current(exchange.isEncrypted()));
    } else {
      info.setProxy(ProxyInfo.newBuilder().addAllProxyEndpoints(proxies));
    }
    exchange.answer(info.build());
  }
}
