package io.btrdb.placement.coordination;

import java.io.IOException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Candidacy for controller. The latch is lost with the connection, before anybody else can have it;
 * what a paused controller still writes afterwards is refused for its stale version.
 */
final class Election {
  private static final Logger LOG = LoggerFactory.getLogger(Election.class);

  private final CuratorFramework client;
  private final String path;
  private final String node;
  private volatile LeaderLatch latch;

  Election(CuratorFramework client, String path, String node) {
    this.client = client;
    this.path = path;
    this.node = node;
  }

  void start() throws Exception {
    LeaderLatch fresh = new LeaderLatch(client, path, node);
    latch = fresh;
    fresh.start();
  }

  boolean won() {
    LeaderLatch current = latch;
    return current != null && current.hasLeadership();
  }

  /** A latch does not notice when somebody deletes its own znode: then it starts afresh. */
  void tend() throws Exception {
    LeaderLatch current = latch;
    String ours = current == null ? null : current.getOurPath();
    if (ours != null && client.checkExists().forPath(ours) == null) {
      // Between a loss of the session and the latch's own answer to it the path is old, too.
      if (ours.equals(current.getOurPath())) {
        LOG.info("the candidacy of {} has vanished from ZooKeeper: standing again", node);
        close();
        start();
      }
    }
  }

  void close() {
    LeaderLatch current = latch;
    latch = null;
    if (current == null) {
      return;
    }
    try {
      current.close();
    } catch (IOException e) {
      LOG.debug("the candidacy ends with the session instead", e);
    }
  }

  /** Orders latches as Curator does: by the number that ZooKeeper gave them. */
  static String number(ChildData latch) {
    return latch.getPath().substring(latch.getPath().lastIndexOf('-') + 1);
  }
}
