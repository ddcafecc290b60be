package io.btrdb.consensus;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/**
 * Dials a peer anew when it has come back. The channel to a peer that does not answer waits longer
 * and longer between two attempts, up to two minutes, and Ratis cuts that short for a leader's
 * entries only: a candidate could not ask a voter that has long been back. So when a peer is heard
 * for the first time, or for the first time since it ended, the channel to it is replaced.
 * Thread-safe.
 */
final class PeersHeard {
  private final Supplier<RaftServer> server;
  private final Executor workers;
  private final Set<RaftPeerId> heard = ConcurrentHashMap.newKeySet();

  /**
   * @param workers closing a channel waits for its calls
   */
  PeersHeard(Supplier<RaftServer> server, Executor workers) {
    this.server = server;
    this.workers = workers;
  }

  void heard(RaftPeerId peer) {
    if (heard.add(peer)) {
      workers.execute(
          () ->
              server
                  .get()
                  .getServerRpc()
                  .handleException(peer, new IOException("it has come back"), true));
    }
  }

  /** The process of a peer has ended. */
  void gone(RaftPeerId peer) {
    heard.remove(peer);
  }
}
